/**
 * One problem in one process: `node measure.js NAME GENERATED_MODULE`. Checks the gradients against each other, then
 * times the primal, the hand-written and the generated gradient in turns and prints one line of JSON.
 *
 * Time is CPU time of this process, so that other work on the machine counts for little. The figure is the median
 * over rounds; each round runs every candidate once, for about as long.
 */
import { pathToFileURL } from "node:url";
import { bsP, gmmData, mlpData, odeP, rosenX } from "./data.js";
import { bsG, gmmG, lvG, mlpG, rosenG } from "./hand.js";
import { gmmF, mlpF, rosenF } from "./handFast.js";
import { gmmU } from "./handUnrolled.js";
import { bs } from "./problems/bs.js";
import { gmm } from "./problems/gmm.js";
import { lv } from "./problems/lv.js";
import { mlp } from "./problems/mlp.js";
import { rosen } from "./problems/rosen.js";

type Grad = Float64Array;

interface Problem {
  readonly args: readonly [Float64Array, ...unknown[]];
  /** The generated function and the key of its gradient. */
  readonly generated: readonly [name: string, wrt: string];
  primal(): number;
  hand(g: Grad): number;
  /** Other hand-written forms, for comparison only. */
  readonly others: Readonly<Record<string, (g: Grad) => number>>;
}

type ValueAndGrad = (...args: readonly unknown[]) => {
  value: number;
  grad: Record<string, Grad>;
};

const problems: Readonly<Record<string, () => Problem>> = {
  rosen: () => {
    const x = rosenX();
    return {
      args: [x],
      generated: ["rosenValueAndGrad", "x"],
      primal: () => rosen(x),
      hand: (g) => rosenG(x, g),
      others: { fast: (g) => rosenF(x, g) },
    };
  },
  gmm: () => {
    const { th, X } = gmmData();
    return {
      args: [th, X],
      generated: ["gmmValueAndGrad", "th"],
      primal: () => gmm(th, X),
      hand: (g) => gmmG(th, X, g),
      others: {
        fast: (g) => gmmF(th, X, g),
        unrolled: (g) => gmmU(th, X, g),
      },
    };
  },
  mlp: () => {
    const { p, X, y } = mlpData();
    return {
      args: [p, X, y],
      generated: ["mlpValueAndGrad", "p"],
      primal: () => mlp(p, X, y),
      hand: (g) => mlpG(p, X, y, g),
      others: { fast: (g) => mlpF(p, X, y, g) },
    };
  },
  lv: () => {
    const p = odeP();
    return {
      args: [p],
      generated: ["lvValueAndGrad", "p"],
      primal: () => lv(p),
      hand: (g) => lvG(p, g),
      others: {},
    };
  },
  bs: () => {
    const p = bsP();
    return {
      args: [p],
      generated: ["bsValueAndGrad", "p"],
      primal: () => bs(p),
      hand: (g) => bsG(p, g),
      others: {},
    };
  },
};

const [, , name = "", modulePath, withOthers] = process.argv;
const problem = find(name);

const size = problem.args[0].length;
const reference = new Float64Array(size);
problem.hand(reference);

/** What is timed; each returns a number that is used, so that nothing is optimised away. */
const candidates: Record<string, () => number> = { primal: problem.primal };
const errors: Record<string, number> = {};

function addHand(label: string, run: (g: Grad) => number): void {
  const g = new Float64Array(size);
  const value = run(g);
  candidates[label] = () => run(g);
  errors[label] = worstError(g, value);
}

async function addGenerated(path: string): Promise<void> {
  const [fn, key] = problem.generated;
  const module: Record<string, unknown> = await import(
    pathToFileURL(path).href
  );
  const run = module[fn] as ValueAndGrad;
  const args = problem.args;
  const first = run(...args);
  if (!Object.is(first.value, problem.primal()))
    throw new Error(`${fn} does not return the primal's value`);
  errors["generated"] = worstError(first.grad[key]!, first.value);
  // One call site for each number of arguments: a spread call costs more than some of these functions.
  const [a, b, c] = args;
  candidates["generated"] =
    args.length === 1
      ? () => run(a).value
      : args.length === 2
        ? () => run(a, b).value
        : () => run(a, b, c).value;
}

function find(name: string): Problem {
  const make = problems[name];
  if (make === undefined) throw new Error(`no problem named "${name}"`);
  return make();
}

/** Largest difference to the plain hand-written gradient, relative to each entry or to a millionth of the largest. */
function worstError(g: Grad, value: number): number {
  const primal = problem.primal();
  const floor = 1e-6 * reference.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  let worst = Math.abs(value - primal) / Math.abs(primal);
  for (let i = 0; i < size; i++) {
    const error = Math.abs(g[i]! - reference[i]!);
    worst = Math.max(worst, error / (Math.abs(reference[i]!) + floor));
  }
  return worst;
}

const cpuNow = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

let sink = 0;
/** Microseconds of CPU per call, over `calls` calls. */
function time(run: () => number, calls: number): number {
  const start = cpuNow();
  for (let i = 0; i < calls; i++) sink += run();
  return (cpuNow() - start) / calls;
}

const WARM_UP = 400_000;
const SLICE = 25_000;
const ROUNDS = 11;

/** Runs until the function is hot, and returns how many calls fill a slice. */
function warmUp(run: () => number): number {
  const start = cpuNow();
  let calls = 1;
  let each = 1;
  while (cpuNow() - start < WARM_UP) {
    each = Math.max(time(run, calls), 1e-3);
    if (each * calls < SLICE / 4) calls *= 4;
  }
  return Math.max(1, Math.round(SLICE / each));
}

function median(xs: readonly number[]): number {
  const sorted = [...xs].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

function measure(): Record<string, number> {
  const entries = Object.entries(candidates);
  const calls = entries.map(([, run]) => warmUp(run));
  const times = entries.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++)
    entries.forEach(([, run], i) => times[i]!.push(time(run, calls[i]!)));
  return Object.fromEntries(
    entries.map(([label], i) => [label, median(times[i]!)]),
  );
}

addHand("hand", problem.hand);
if (withOthers === "--all")
  for (const [label, run] of Object.entries(problem.others))
    addHand(label, run);
if (modulePath !== undefined && modulePath !== "-")
  await addGenerated(modulePath);

const micros = measure();
console.log(
  JSON.stringify({ name, micros, errors, ok: Number.isFinite(sink) }),
);

/**
 * One problem in one process: `node measure.js NAME GENERATED_MODULE`. Checks the gradients against each other, then
 * times the primal, the hand-written and the generated gradient in turns and prints one line of JSON.
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
import { allFinite, medianTimes } from "./timing.js";

type Numbers = Float64Array;
/** At `p`: writes the gradient into `g`, or returns it in fresh memory and leaves g alone; gives the value. */
type Run = (p: Numbers, g: Numbers) => number;

interface Problem {
  readonly at: Numbers;
  readonly data: readonly unknown[];
  /** The generated function and the key of its gradient. */
  readonly generated: readonly [name: string, wrt: string];
  readonly primal: Run;
  readonly hand: Run;
  /** Other hand-written forms, for comparison only. */
  readonly others: Readonly<Record<string, Run>>;
}

type ValueAndGradInto = (...args: readonly unknown[]) => number;
type ValueAndGrad = (...args: readonly unknown[]) => {
  value: number;
  grad: Record<string, Numbers>;
};

const problems: Readonly<Record<string, () => Problem>> = {
  rosen: () => ({
    at: rosenX(),
    data: [],
    generated: ["rosenValueAndGrad", "x"],
    primal: (p) => rosen(p),
    hand: (p, g) => rosenG(p, g),
    others: { fast: (p, g) => rosenF(p, g) },
  }),
  gmm: () => {
    const { th, X } = gmmData();
    return {
      at: th,
      data: [X],
      generated: ["gmmValueAndGrad", "th"],
      primal: (p) => gmm(p, X),
      hand: (p, g) => gmmG(p, X, g),
      others: {
        fast: (p, g) => gmmF(p, X, g),
        unrolled: (p, g) => gmmU(p, X, g),
      },
    };
  },
  mlp: () => {
    const { p, X, y } = mlpData();
    return {
      at: p,
      data: [X, y],
      generated: ["mlpValueAndGrad", "p"],
      primal: (p) => mlp(p, X, y),
      hand: (p, g) => mlpG(p, X, y, g),
      others: { fast: (p, g) => mlpF(p, X, y, g) },
    };
  },
  lv: () => ({
    at: odeP(),
    data: [],
    generated: ["lvValueAndGrad", "p"],
    primal: (p) => lv(p),
    hand: (p, g) => lvG(p, g),
    others: {},
  }),
  bs: () => ({
    at: bsP(),
    data: [],
    generated: ["bsValueAndGrad", "p"],
    primal: (p) => bs(p),
    hand: (p, g) => bsG(p, g),
    others: {},
  }),
};

const [, , name = "", modulePath, withOthers] = process.argv;
const problem = find(name);

const size = problem.at.length;
const reference = new Float64Array(size);
problem.hand(problem.at, reference);

const candidates: Record<string, Run> = { primal: problem.primal };
const errors: Record<string, number> = {};

function addHand(label: string, run: Run): void {
  const g = new Float64Array(size);
  const value = run(problem.at, g);
  candidates[label] = run;
  errors[label] = worstError(g, value);
}

/** Two candidates: the gradient in arrays of the caller's ("generated"), and in fresh ones ("fresh"). */
async function addGenerated(path: string): Promise<void> {
  const [fn, key] = problem.generated;
  const module: Record<string, unknown> = await import(
    pathToFileURL(path).href
  );
  const run = module[fn] as ValueAndGrad;
  const [a, b] = problem.data;
  const first = run(problem.at, a, b);
  if (!Object.is(first.value, problem.primal(problem.at, reference)))
    throw new Error(`${fn} does not return the primal's value`);
  errors["fresh"] = worstError(first.grad[key]!, first.value);
  // Spelled out by the number of arguments: a spread call costs more than some of these functions.
  candidates["fresh"] = [
    (p: Numbers) => run(p).value,
    (p: Numbers) => run(p, a).value,
    (p: Numbers) => run(p, a, b).value,
  ][problem.data.length]!;

  const into = module[`${fn}Into`] as ValueAndGradInto;
  const [outA, outB] = gradients.map((g) => ({ [key]: g })) as [
    Record<string, Numbers>,
    Record<string, Numbers>,
  ];
  const out = (g: Numbers) => (g === gradients[0] ? outA : outB);
  const runInto = [
    (p: Numbers, g: Numbers) => into(p, out(g)),
    (p: Numbers, g: Numbers) => into(p, a, out(g)),
    (p: Numbers, g: Numbers) => into(p, a, b, out(g)),
  ][problem.data.length]!;
  const g = gradients[0]!;
  errors["generated"] = worstError(g, runInto(problem.at, g));
  candidates["generated"] = runInto;
}

function find(name: string): Problem {
  const make = problems[name];
  if (make === undefined) throw new Error(`no problem named "${name}"`);
  return make();
}

/** Largest difference to the plain hand-written gradient, relative to each entry or to a millionth of the largest. */
function worstError(g: Numbers, value: number): number {
  const primal = problem.primal(problem.at, reference);
  const floor = 1e-6 * reference.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  let worst = Math.abs(value - primal) / Math.abs(primal);
  for (let i = 0; i < size; i++) {
    const error = Math.abs(g[i]! - reference[i]!);
    worst = Math.max(worst, error / (Math.abs(reference[i]!) + floor));
  }
  return worst;
}

// Two sets of arrays in turns: see timing.ts.
const points = [problem.at, problem.at.slice()];
const gradients = points.map(() => new Float64Array(size));

addHand("hand", problem.hand);
for (const [label, run] of Object.entries(problem.others))
  if (label === "fast" || withOthers === "--all") addHand(label, run);
if (modulePath !== undefined && modulePath !== "-")
  await addGenerated(modulePath);

const micros = medianTimes(
  Object.fromEntries(
    Object.entries(candidates).map(([label, run]) => [
      label,
      (turn) => run(points[turn]!, gradients[turn]!),
    ]),
  ),
);
console.log(JSON.stringify({ name, micros, errors, ok: allFinite() }));

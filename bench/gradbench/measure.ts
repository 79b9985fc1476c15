/**
 * One GradBench problem in one process: `node measure.js NAME GENERATED_MODULE` times the primal and its derivative in
 * turns and prints one line of JSON. That the derivatives are right is test/gradbench.test.ts's business.
 */
import { pathToFileURL } from "node:url";
import { allFinite, type Candidate, medianTimes } from "../timing.js";
import { errors, jacobian, type ReprojectionVjp, ROW } from "./bundle.js";
import {
  type Bundle,
  type Mixture,
  readBundle,
  readMixture,
  readText,
  type Text,
} from "./data.js";
import { gmm } from "./gmm.js";
import { lstm } from "./lstm.js";

type Module = Readonly<Record<string, unknown>>;
type Pair = Readonly<Record<"primal" | "derivative", Candidate>>;

type MixtureValueAndGrad = (...args: Parameters<typeof gmm>) => {
  value: number;
};
type TextValueAndGrad = (...args: Parameters<typeof lstm>) => { value: number };

const data = (name: string) => `examples/data/${name}`;

const problems: Readonly<Record<string, (module: Module) => Pair>> = {
  "gmm-d10": (module) => mixture(data("gmm_d10_K10.txt.gz"), module),
  "gmm-d20": (module) => mixture(data("gmm_d20_K25.txt.gz"), module),
  lstm: (module) => text(data("lstm_l2_c1024.txt.gz"), module),
  ba: (module) => bundle(data("ba1_n49_m7776_p31843.txt"), module),
};

function mixture(path: string, module: Module): Pair {
  const valueAndGrad = module["gmmValueAndGrad"] as MixtureValueAndGrad;
  const sets: readonly Mixture[] = [readMixture(path), readMixture(path)];
  return {
    primal: (turn) => {
      const { d, alpha, mu, q, l, x, gamma, m } = sets[turn]!;
      return gmm(d, alpha, mu, q, l, x, gamma, m);
    },
    derivative: (turn) => {
      const { d, alpha, mu, q, l, x, gamma, m } = sets[turn]!;
      return valueAndGrad(d, alpha, mu, q, l, x, gamma, m).value;
    },
  };
}

function text(path: string, module: Module): Pair {
  const valueAndGrad = module["lstmValueAndGrad"] as TextValueAndGrad;
  const sets: readonly Text[] = [readText(path), readText(path)];
  return {
    primal: (turn) => {
      const { bits, main, extra, state, sequence } = sets[turn]!;
      return lstm(bits, main, extra, state, sequence);
    },
    derivative: (turn) => {
      const { bits, main, extra, state, sequence } = sets[turn]!;
      return valueAndGrad(bits, main, extra, state, sequence).value;
    },
  };
}

function bundle(path: string, module: Module): Pair {
  const vjp = module["reprojectionErrorVjp"] as ReprojectionVjp;
  const sets: readonly Bundle[] = [readBundle(path), readBundle(path)];
  const sightings = sets[0]!.weights.length;
  const values = new Float64Array(3 * sightings);
  const entries = new Float64Array((2 * ROW + 1) * sightings);
  return {
    primal: (turn) => {
      errors(sets[turn]!, values);
      return values[0]!;
    },
    derivative: (turn) => {
      jacobian(sets[turn]!, vjp, entries);
      return entries[0]!;
    },
  };
}

const [, , name = "", path = ""] = process.argv;
const make = problems[name];
if (make === undefined) throw new Error(`no problem named "${name}"`);
const micros = medianTimes(make(await import(pathToFileURL(path).href)));
console.log(JSON.stringify({ name, micros, ok: allFinite() }));

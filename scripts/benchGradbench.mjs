/** The problems of bench/gradbench: the generated derivative against the primal it was made from. */
import { join } from "node:path";
import { digits, median, table } from "./benchTables.mjs";
import { bundle, diffc, readNode, transpile } from "./support.mjs";

const SOURCE = { "gmm-d10": "gmm", "gmm-d20": "gmm", lstm: "lstm", ba: "ba" };
/** How many times the primal a derivative may cost; for ba, all blocks of the Jacobian. */
const BAR = { "gmm-d10": 2.5, "gmm-d20": 2.5, lstm: 3, ba: 10 };
const WHAT = {
  "gmm-d10": "1,000 points, d 10, K 10",
  "gmm-d20": "1,000 points, d 20, K 25",
  lstm: "2 layers, 1,024 characters",
  ba: "31,843 observations",
};

export const NAMES = Object.keys(SOURCE);

/** As compileHand: returns how to measure one problem. */
export function compileGradbench(names, { bundled }) {
  const generated = join("build", "gradbench", "generated");
  const sources = [...new Set(names.map((name) => SOURCE[name]))];
  diffc([
    "build",
    ...sources.map((source) => `bench/gradbench/${source}.ts`),
    "--out-dir",
    generated,
    "--quiet",
  ]);
  const path = (source) => join(generated, `${source}.diff.ts`);
  const main = "bench/gradbench/measure.ts";
  const js = transpile("gradbench", [main, ...sources.map(path)]);
  const module = (source) =>
    bundled ? bundle(js(path(source))) : js(path(source));
  return (name) =>
    JSON.parse(
      readNode([js(main), name, module(SOURCE[name])], `measuring ${name}`),
    );
}

export function summaryGradbench(name, runs) {
  const of = (pick) => median(runs.map(pick));
  return {
    name,
    micros: {
      primal: of(({ micros }) => micros.primal),
      derivative: of(({ micros }) => micros.derivative),
    },
    ratio: of(({ micros }) => micros.derivative / micros.primal),
  };
}

export const missedGradbench = (results) =>
  results
    .filter(({ name, ratio }) => !(ratio <= BAR[name]))
    .map(({ name }) => name);

export function tableGradbench(results) {
  const head = ["GradBench", "primal", "derivative", "der/primal", "bar", ""];
  const rows = results.map(({ name, micros, ratio }) => [
    name,
    digits(micros.primal),
    digits(micros.derivative),
    ratio.toFixed(2) + (ratio <= BAR[name] ? "" : " !"),
    String(BAR[name]),
    WHAT[name],
  ]);
  return table(head, rows);
}

/** The problems of bench/races: more kinds of programs, the generated gradient against one written by hand. */
import { join } from "node:path";
import { digits, geometricMean, median, table } from "./benchTables.mjs";
import { diffc, readNode, transpile } from "./support.mjs";

const WHAT = {
  heat: "a stencil, 200 cells, 100 steps",
  thomas: "a tridiagonal system of 500",
  rnn: "12 states, 60 steps",
  poly: "Horner's rule, 1,000 points, number[]",
  spline: "a B-spline, 1,000 points",
  kalman: "two states, 500 measurements",
  cloth: "480 springs",
  logreg: "200 rows, number[][]",
  lse: "softmax, 100 rows of 10",
  nbody: "40 bodies, an array of records",
  lj: "Lennard-Jones, 60 atoms, a cutoff",
  tv: "total variation, 32 by 24 pixels",
  layout: "a graph of 30 nodes, 40 edges, records",
  portfolio: "100 options, helpers and records",
};
/** Two ways to sum the same terms; more than this is a wrong gradient. */
const TOLERANCE = 1e-9;

export const NAMES = Object.keys(WHAT);

export const compileRaces = (names) => compileFolder("races", names);

/** As compileHand: returns how to measure one problem of bench/FOLDER. */
export function compileFolder(folder, names) {
  const generated = join("build", folder, "generated");
  diffc([
    "build",
    ...names.map((name) => `bench/${folder}/problems/${name}.ts`),
    "--out-dir",
    generated,
    "--quiet",
  ]);
  const path = (name) => join(generated, `${name}.diff.ts`);
  const main = "bench/races/measure.ts";
  const sources = names.map((name) => `bench/${folder}/${name}.ts`);
  const js = transpile(folder, [main, ...sources, ...names.map(path)]);
  return (name) =>
    JSON.parse(
      readNode([js(main), folder, name, js(path(name))], `measuring ${name}`),
    );
}

export function summaryRaces(name, runs) {
  const of = (pick) => median(runs.map(pick));
  return {
    name,
    micros: {
      primal: of(({ micros }) => micros.primal),
      hand: of(({ micros }) => micros.hand),
      generated: of(({ micros }) => micros.generated),
    },
    ratio: of(({ micros }) => micros.generated / micros.hand),
    toPrimal: of(({ micros }) => micros.generated / micros.primal),
    error: of(({ error }) => error),
  };
}

export const wrongRaces = (results) =>
  results
    .filter(({ error }) => !(error <= TOLERANCE))
    .map(({ name, error }) => `${name}: error ${error}`);

export const meanRaces = (results) =>
  geometricMean(results.map(({ ratio }) => ratio));

export function tableRaces(results, title = "race", what = WHAT) {
  const head = [title, "primal", "hand", "generated", "gen/hand"];
  head.push("gen/primal", "error", "");
  const rows = results.map(({ name, micros, ratio, toPrimal, error }) => [
    name,
    digits(micros.primal),
    digits(micros.hand),
    digits(micros.generated),
    ratio.toFixed(2),
    toPrimal.toFixed(2),
    error.toExponential(0),
    what[name],
  ]);
  return `${table(head, rows)}

geometric mean: ${meanRaces(results).toFixed(2)}`;
}

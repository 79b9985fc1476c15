/** The problems of bench/style: everyday code (classes, array methods, records) against gradients written by hand. */
import { join } from "node:path";
import { digits, median, table } from "./benchTables.mjs";
import { diffc, readNode, transpile } from "./support.mjs";

const WHAT = {
  vec3: "1,000 immutable Vec3: add, scale, dot",
  pipeline: "1,000 numbers: map, filter, map, reduce",
  chain: "the same, what is kept is gone through twice",
  records: "1,000 records: map, filter, reduce",
};
/** How much slower than the hand-written gradient the generated one may be. */
const BAR = 2;
/** More than this is a wrong gradient. */
const TOLERANCE = 1e-9;

export const NAMES = Object.keys(WHAT);

/** As compileHand: returns how to measure one problem. */
export function compileStyle(names) {
  const generated = join("build", "style", "generated");
  diffc([
    "build",
    ...names.map((name) => `bench/style/${name}.ts`),
    "--out-dir",
    generated,
    "--quiet",
  ]);
  const path = (name) => join(generated, `${name}.diff.ts`);
  const main = "bench/style/measure.ts";
  const js = transpile("style", [main, ...names.map(path)]);
  return (name) =>
    JSON.parse(readNode([js(main), name, js(path(name))], `measuring ${name}`));
}

export function summaryStyle(name, runs) {
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

export const wrongStyle = (results) =>
  results
    .filter(({ error }) => !(error <= TOLERANCE))
    .map(({ name, error }) => `${name}: error ${error}`);

export const missedStyle = (results) =>
  results.filter(({ ratio }) => !(ratio <= BAR)).map(({ name }) => name);

export function tableStyle(results) {
  const head = ["everyday code", "primal", "hand", "generated"];
  head.push("gen/hand", "gen/primal", "error", "");
  const rows = results.map(({ name, micros, ratio, toPrimal, error }) => [
    name,
    digits(micros.primal),
    digits(micros.hand),
    digits(micros.generated),
    ratio.toFixed(2) + (ratio <= BAR ? "" : " !"),
    toPrimal.toFixed(2),
    error.toExponential(0),
    WHAT[name],
  ]);
  return `${table(head, rows)}\n\nBar ${BAR} for generated / hand-written, both into fresh memory`;
}

/** The five problems of bench/problems: the generated gradient against one written by hand. */
import { join } from "node:path";
import { digits, geometricMean, median, table } from "./benchTables.mjs";
import { diffc, readNode, transpile } from "./support.mjs";

export const NAMES = ["rosen", "gmm", "mlp", "lv", "bs"];
/** How much slower than the hand-written gradient the generated one may be; the network's is register-blocked. */
const BAR = { rosen: 3, gmm: 3, mlp: 5, lv: 3, bs: 3 };
const MEAN_BAR = 2;
/** Two ways to sum the same terms; more than this is a wrong gradient. */
const TOLERANCE = 1e-9;

/** Sources through diffc into build/bench/generated, and everything through tsc; returns how to measure one. */
export function compileHand(names, all) {
  const generated = join("build", "bench", "generated");
  diffc([
    "build",
    ...names.map((name) => `bench/problems/${name}.ts`),
    "--out-dir",
    generated,
    "--quiet",
  ]);
  const path = (name) => join(generated, `${name}.diff.ts`);
  const js = transpile("bench", ["bench/measure.ts", ...names.map(path)]);
  return (name) => {
    const args = [js("bench/measure.ts"), name, js(path(name))];
    if (all) args.push("--all");
    return JSON.parse(readNode(args, `measuring ${name}`));
  };
}

/** Medians over the processes; ratios are taken within a process, where all were measured under one load. */
export function summaryHand(name, runs) {
  const of = (pick) => median(runs.map(pick));
  const labels = Object.keys(runs[0].micros);
  return {
    name,
    micros: Object.fromEntries(
      labels.map((label) => [label, of((run) => run.micros[label])]),
    ),
    ratio: of(({ micros }) => micros.generated / micros.hand),
    toPrimal: of(({ micros }) => micros.generated / micros.primal),
    error: of(({ errors }) => errors.generated),
  };
}

export const meanHand = (results) =>
  geometricMean(
    results.filter(({ name }) => name !== "mlp").map(({ ratio }) => ratio),
  );

export const wrongHand = (results) =>
  results
    .filter(({ error }) => !(error <= TOLERANCE))
    .map(({ name }) => `${name}: error ${error}`);

export function missedHand(results) {
  const slow = results.filter(({ name, ratio }) => !(ratio <= BAR[name]));
  const missed = slow.map(({ name }) => name);
  return meanHand(results) > MEAN_BAR ? [...missed, "geometric mean"] : missed;
}

export function tableHand(results, all) {
  const others = all ? ["fast", "unrolled"] : [];
  const head = ["problem", "primal", "hand", ...others, "generated"];
  head.push("gen/hand", "bar", "gen/primal", "error");
  const rows = results.map(({ name, micros, ratio, toPrimal, error }) => [
    name,
    digits(micros.primal),
    digits(micros.hand),
    ...others.map((label) => digits(micros[label])),
    digits(micros.generated),
    ratio.toFixed(2) + (ratio <= BAR[name] ? "" : " !"),
    String(BAR[name]),
    toPrimal.toFixed(2),
    error.toExponential(0),
  ]);
  const mean = meanHand(results).toFixed(2);
  return `${table(head, rows)}\n\ngeometric mean of generated / hand without the mlp: ${mean} (bar ${MEAN_BAR})`;
}

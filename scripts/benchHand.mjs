/** The five problems of bench/problems: the generated gradient against one written by hand. */
import { join } from "node:path";
import { digits, geometricMean, median, table } from "./benchTables.mjs";
import { bundle, diffc, readNode, transpile } from "./support.mjs";

export const NAMES = ["rosen", "gmm", "mlp", "lv", "bs"];
/** How much slower than the best hand-written gradient the generated one may be, each and as the geometric mean. */
const BAR = 1.25;
const MEAN_BAR = 1.1;
/** Two ways to sum the same terms; more than this is a wrong gradient. */
const TOLERANCE = 1e-9;

/** Sources through diffc into build/bench/generated, and everything through tsc; returns how to measure one. */
export function compileHand(names, { all, bundled }) {
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
  const module = (name) => (bundled ? bundle(js(path(name))) : js(path(name)));
  return (name) => {
    const args = [js("bench/measure.ts"), name, module(name)];
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
    ratio: of(({ micros }) => micros.generated / best(micros)),
    toPrimal: of(({ micros }) => micros.generated / micros.primal),
    error: of(({ errors }) => Math.max(errors.generated, errors.fresh)),
  };
}

/** The quicker of the plain gradient and the one that is shaped for V8. */
const best = ({ hand, fast = hand }) => Math.min(hand, fast);

export const meanHand = (results) =>
  geometricMean(results.map(({ ratio }) => ratio));

export const wrongHand = (results) =>
  results
    .filter(({ error }) => !(error <= TOLERANCE))
    .map(({ name }) => `${name}: error ${error}`);

export function missedHand(results) {
  const slow = results.filter(({ name, ratio }) => !(ratio <= BAR));
  const missed = slow.map(({ name }) => name);
  return meanHand(results) > MEAN_BAR ? [...missed, "geometric mean"] : missed;
}

export function tableHand(results, all) {
  const others = all ? ["fast", "unrolled"] : ["fast"];
  const head = ["problem", "primal", "hand", ...others, "generated"];
  head.push("fresh", "gen/best", "gen/primal", "error");
  const rows = results.map(({ name, micros, ratio, toPrimal, error }) => [
    name,
    digits(micros.primal),
    digits(micros.hand),
    ...others.map((label) => digits(micros[label])),
    digits(micros.generated),
    digits(micros.fresh),
    ratio.toFixed(2) + (ratio <= BAR ? "" : " !"),
    toPrimal.toFixed(2),
    error.toExponential(0),
  ]);
  const mean = meanHand(results).toFixed(2);
  return `${table(head, rows)}

generated: into arrays of the caller's; fresh: into new ones. Bar ${BAR} for generated / best hand-written
geometric mean: ${mean} (bar ${MEAN_BAR})`;
}

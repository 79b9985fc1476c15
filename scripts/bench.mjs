/**
 * `npm run bench`: the five problems of bench/problems, compiled by the real CLI; the primal, the hand-written and the
 * generated gradient timed side by side, one fresh process for each problem.
 *
 *   --problems rosen,gmm   only these
 *   --repeat N             processes for each problem, the median counts (default 3)
 *   --all                  the other hand-written forms too
 *   --json                 one JSON document instead of the table
 *   --assert               exit 1 where a bar is missed
 */
import { rmSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  diffc,
  ensureBuilt,
  fail,
  readNode,
  root,
  transpile,
} from "./support.mjs";

const NAMES = ["rosen", "gmm", "mlp", "lv", "bs"];
/** How much slower than the hand-written gradient the generated one may be; the network's is register-blocked. */
const BAR = { rosen: 3, gmm: 3, mlp: 5, lv: 3, bs: 3 };
const MEAN_BAR = 2;
/** Two ways to sum the same terms; more than this is a wrong gradient. */
const TOLERANCE = 1e-9;

const { values: options } = parseArgs({
  options: {
    problems: { type: "string", default: NAMES.join(",") },
    repeat: { type: "string", default: "3" },
    all: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    assert: { type: "boolean", default: false },
  },
});
const names = options.problems.split(",");
for (const name of names)
  if (!NAMES.includes(name))
    fail(`no problem "${name}"; there are ${NAMES.join(", ")}`);
const repeat = Math.max(1, Math.trunc(Number(options.repeat)) || 1);
const progress = (text) => {
  if (!options.json) console.error(text);
};

const toJs = compileAll();
const results = names.map((name) => {
  progress(`measuring ${name} ...`);
  return summary(
    name,
    Array.from({ length: repeat }, () => measure(name)),
  );
});
const four = results.filter(({ name }) => name !== "mlp");
const mean = Math.exp(
  four.reduce((s, { ratio }) => s + Math.log(ratio), 0) / four.length,
);
const wrong = results.filter(({ error }) => !(error <= TOLERANCE));
const slow = results.filter(({ name, ratio }) => !(ratio <= BAR[name]));
print();
if (wrong.length > 0)
  fail(`wrong gradient: ${wrong.map(({ name }) => name).join(", ")}`);
if (options.assert && (slow.length > 0 || mean > MEAN_BAR))
  fail(
    `bar missed: ${[...slow.map(({ name }) => name), ...(mean > MEAN_BAR ? ["geometric mean"] : [])].join(", ")}`,
  );

/** Sources through diffc into build/bench/generated, and everything through tsc. */
function compileAll() {
  ensureBuilt();
  rmSync(join(root, "build", "bench"), { recursive: true, force: true });
  progress("compiling ...");
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
  return { measure: js("bench/measure.ts"), of: (name) => js(path(name)) };
}

function measure(name) {
  const args = [toJs.measure, name, toJs.of(name)];
  if (options.all) args.push("--all");
  return JSON.parse(readNode(args, `measuring ${name}`));
}

/** Medians over the processes; ratios are taken within a process, where all were measured under one load. */
function summary(name, runs) {
  const median = (of) => {
    const sorted = runs.map(of).sort((a, b) => a - b);
    return sorted[sorted.length >> 1];
  };
  const labels = Object.keys(runs[0].micros);
  return {
    name,
    micros: Object.fromEntries(
      labels.map((label) => [label, median((run) => run.micros[label])]),
    ),
    ratio: median(({ micros }) => micros.generated / micros.hand),
    toPrimal: median(({ micros }) => micros.generated / micros.primal),
    error: median(({ errors }) => errors.generated),
  };
}

function print() {
  const machine = {
    node: process.version,
    v8: process.versions.v8,
    cpu: `${cpus()[0]?.model.trim() ?? "unknown"}, ${cpus().length} cores`,
    platform: `${process.platform} ${process.arch}`,
  };
  if (options.json) {
    console.log(JSON.stringify({ machine, results, mean }, null, 2));
    return;
  }
  console.log(
    `\nNode ${machine.node} (V8 ${machine.v8}), ${machine.cpu}, ${machine.platform}`,
  );
  console.log(
    `CPU time in microseconds for a value and its gradient; medians, ${repeat} process(es) each\n`,
  );
  console.log(table());
  console.log(
    `\ngeometric mean of generated / hand without the mlp: ${mean.toFixed(2)} (bar ${MEAN_BAR})`,
  );
}

function table() {
  const others = options.all ? ["fast", "unrolled"] : [];
  const head = [
    "problem",
    "primal",
    "hand",
    ...others,
    "generated",
    "gen/hand",
    "bar",
    "gen/primal",
    "error",
  ];
  const digits = (x) => (x === undefined ? "" : String(+x.toPrecision(4)));
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
  const all = [head, ...rows];
  const widths = head.map((_, c) =>
    Math.max(...all.map((row) => row[c].length)),
  );
  const line = (row) =>
    row
      .map((cell, c) =>
        c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]),
      )
      .join("  ");
  return [
    line(head),
    widths.map((w) => "-".repeat(w)).join("  "),
    ...rows.map(line),
  ].join("\n");
}

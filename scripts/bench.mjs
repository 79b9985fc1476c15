/**
 * `npm run bench`: problems compiled by the real CLI and timed, one fresh process for each. Those of bench/problems and
 * bench/races and bench/dense are held against gradients written by hand, and so are those of bench/style, which are everyday code;
 * those of bench/gradbench (GradBench's) against their own primal.
 *
 *   --problems rosen,lstm  only these
 *   --repeat N             processes for each problem, the median counts (default 3)
 *   --all                  the other hand-written forms too
 *   --bundled              the generated code and the runtime bundled and minified by esbuild
 *   --json                 one JSON document instead of the tables
 *   --assert               exit 1 where a bar is missed
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as dense from "./benchDense.mjs";
import * as gradbench from "./benchGradbench.mjs";
import * as hand from "./benchHand.mjs";
import * as races from "./benchRaces.mjs";
import * as style from "./benchStyle.mjs";
import { machine, machineLine } from "./benchTables.mjs";
import { ensureBuilt, fail, root } from "./support.mjs";

const NAMES = [
  ...hand.NAMES,
  ...races.NAMES,
  ...dense.NAMES,
  ...style.NAMES,
  ...gradbench.NAMES,
];

const { values: options } = parseArgs({
  options: {
    problems: { type: "string", default: NAMES.join(",") },
    repeat: { type: "string", default: "3" },
    all: { type: "boolean", default: false },
    bundled: { type: "boolean", default: false },
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

ensureBuilt();
for (const folder of ["bench", "races", "dense", "style", "gradbench"])
  rmSync(join(root, "build", folder), { recursive: true, force: true });
const byHand = results(
  hand.NAMES,
  (chosen) => hand.compileHand(chosen, options),
  hand.summaryHand,
);
const ofRaces = results(races.NAMES, races.compileRaces, races.summaryRaces);
const ofDense = results(dense.NAMES, dense.compileDense, races.summaryRaces);
const ofStyle = results(style.NAMES, style.compileStyle, style.summaryStyle);
const ofGradbench = results(
  gradbench.NAMES,
  (chosen) => gradbench.compileGradbench(chosen, options),
  gradbench.summaryGradbench,
);
print();
const wrong = [
  ...hand.wrongHand(byHand),
  ...races.wrongRaces(ofRaces),
  ...races.wrongRaces(ofDense),
  ...style.wrongStyle(ofStyle),
];
if (wrong.length > 0) fail(`wrong gradient: ${wrong.join(", ")}`);
const missed = [
  ...(byHand.length > 0 ? hand.missedHand(byHand) : []),
  ...style.missedStyle(ofStyle),
  ...gradbench.missedGradbench(ofGradbench),
];
if (options.assert && missed.length > 0)
  fail(`bar missed: ${missed.join(", ")}`);

/** Compiles and measures those of a family that were asked for. */
function results(family, compile, summary) {
  const chosen = names.filter((name) => family.includes(name));
  if (chosen.length === 0) return [];
  progress(`compiling ${chosen.join(", ")} ...`);
  const measure = compile(chosen);
  return chosen.map((name) => {
    progress(`measuring ${name} ...`);
    return summary(
      name,
      Array.from({ length: repeat }, () => measure(name)),
    );
  });
}

function print() {
  if (options.json) {
    const mean = byHand.length > 0 ? hand.meanHand(byHand) : undefined;
    const document = { machine: machine(), results: byHand, mean };
    console.log(
      JSON.stringify(
        {
          ...document,
          races: ofRaces,
          dense: ofDense,
          style: ofStyle,
          gradbench: ofGradbench,
        },
        null,
        2,
      ),
    );
    return;
  }
  const form = options.bundled ? "; bundled and minified" : "";
  console.log(`\n${machineLine()}${form}`);
  console.log(
    `CPU time in microseconds for a value with its derivative; medians, ${repeat} process(es) each\n`,
  );
  if (byHand.length > 0)
    console.log(`${hand.tableHand(byHand, options.all)}\n`);
  if (ofRaces.length > 0) console.log(`${races.tableRaces(ofRaces)}\n`);
  if (ofDense.length > 0) console.log(`${dense.tableDense(ofDense)}\n`);
  if (ofStyle.length > 0) console.log(`${style.tableStyle(ofStyle)}\n`);
  if (ofGradbench.length > 0)
    console.log(gradbench.tableGradbench(ofGradbench));
}

/**
 * `npm run fuzz:wrapped`: the fixtures, written differently, against what they were before.
 *
 *   --seeds A-B      how they are rewritten, both ends included (0-4)
 *   --fixtures A,B   those whose paths start so
 *   --only PATTERN   the rewrites whose names match
 *   --show           what was made of each, and what diffc makes of that
 *   --refusals       each refusal, not only how many
 *   --keep FOLDER    failing programs as files
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildTests, testModule } from "./fuzzBuild.mjs";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "0-4" },
    fixtures: { type: "string" },
    only: { type: "string" },
    show: { type: "boolean", default: false },
    refusals: { type: "boolean", default: false },
    invalid: { type: "boolean", default: false },
    keep: { type: "string" },
  },
});
const range = /^(\d+)(?:-(\d+))?$/.exec(values.seeds);
if (range === null) {
  console.error(`--seeds takes A-B, not ${values.seeds}`);
  process.exit(2);
}
if (values.fixtures !== undefined) process.env.FIXTURES = values.fixtures;
buildTests();
const { newWrappedRun } = await testModule("fuzz/wrapped/run.js");
const { strictErrors } = await testModule("harness/strict.js");
const { format } = await import("prettier");

const run = newWrappedRun();
const only = values.only && new RegExp(values.only);
const counts = {};
const kinds = new Map();
const codes = new Map();
let bad = 0;
for (
  let seed = Number(range[1]);
  seed <= Number(range[2] ?? range[1]);
  seed++
) {
  const verdicts = run.check(seed, only);
  for (const verdict of verdicts) await report(verdict);
  for (const line of untidy(verdicts)) fault(`seed ${seed}: ${line}`);
  console.error(`seed ${seed}: ${JSON.stringify(counts)}`);
}
for (const [
  name,
  { ok = 0, refused = 0, invalid = 0, wrong = 0, crashed = 0 },
] of [...kinds].sort())
  console.log(
    `${name}: ${ok} ok, ${refused} refused, ${invalid} invalid, ${wrong + crashed} failed`,
  );
for (const [code, count] of [...codes].sort()) console.log(`${code}: ${count}`);
process.exitCode = bad > 0 ? 1 : 0;

async function report(verdict) {
  const { rewritten, kind, notes, outcome } = verdict;
  const { fixture, rewrites, seed, source, more } = rewritten;
  counts[kind] = (counts[kind] ?? 0) + 1;
  for (const one of rewrites) {
    const own = kinds.get(one) ?? kinds.set(one, {}).get(one);
    own[kind] = (own[kind] ?? 0) + 1;
  }
  if (kind === "refused")
    for (const code of new Set(outcome.codes))
      codes.set(code, (codes.get(code) ?? 0) + 1);
  const isBad = kind === "wrong" || kind === "crashed";
  if (values.show) {
    for (const [path, text] of Object.entries(more))
      console.log(`// ${path}\n${text}`);
    console.log(source);
    console.log(outcome?.text ?? "");
  }
  const isShown =
    isBad ||
    values.show ||
    (kind === "refused" && values.refusals) ||
    (kind === "invalid" && values.invalid);
  if (isShown) {
    const lines = [
      `${kind}: ${fixture.name}, ${rewrites.join(" + ")}`,
      ...notes.slice(0, 3).map((note) => `  ${note.slice(0, 600)}`),
    ];
    console.log(lines.join("\n"));
  }
  if (isBad)
    fault(
      `again: npm run fuzz:wrapped -- --seeds ${seed} --fixtures ${fixture.name} --show`,
    );
  if (values.keep !== undefined && isShown) {
    mkdirSync(values.keep, { recursive: true });
    const stem = `${kind}-${seed}-${fixture.name.replaceAll("/", "_")}`;
    writeFileSync(join(values.keep, `${stem}.ts`), source);
    for (const [path, text] of Object.entries(more))
      writeFileSync(join(values.keep, path.replace(/^.*\//, "")), text);
  }
  if (outcome?.text !== undefined && (await isUntidy(outcome.text, source)))
    fault(
      `not as prettier has it: seed ${seed}, ${fixture.name}, ${rewrites.join(" + ")}`,
    );
}

/** Does prettier move anything but code that was copied from the source as it stood? */
async function isUntidy(text, source) {
  const tidy = new Set(
    (await format(text, { parser: "typescript" })).split("\n"),
  );
  const own = source.replaceAll(/\s+/g, " ");
  return text
    .split("\n")
    .some((line) => !tidy.has(line) && !own.includes(line.trim()));
}

function fault(text) {
  bad++;
  console.log(text);
}

/** Generated modules must be clean under the strictest flags. */
function untidy(verdicts) {
  const sources = {};
  const generated = {};
  for (const { rewritten, outcome } of verdicts) {
    if (outcome?.text === undefined) continue;
    const path = `${rewritten.fixture.name}.ts`;
    Object.assign(sources, run.libraries, rewritten.more, {
      [path]: rewritten.source,
    });
    generated[path] = outcome.text;
  }
  return strictErrors(sources, generated);
}

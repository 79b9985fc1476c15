/**
 * `npm run fuzz`: random programs, their derivatives against exact ones.
 *
 *   --seeds A-B     the programs, both ends included (0-499)
 *   --slice N       1 loops, arrays, branches; 2 calls too; 3 records and aliases too; 4 all of these; 5 functions as values
 *                   and array methods too; 6 classes too; 7 everyday patterns too; 8 products of matrices; 9 loops at the edge of
 *                   their arrays; 10 features of the language in twos
 *                   (4,096 programs); 11 functions of a few statements. Left out: a mixture of 1 to 6
 *   --show SEED     prints that program and its generated module, and checks it
 *   --no-shrink     failures as they are
 *   --jobs N        threads (as many as there are processors, at most 4)
 */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  isMainThread,
  parentPort,
  Worker,
  workerData,
} from "node:worker_threads";
import { buildTests, testModule } from "./fuzzBuild.mjs";

const module = (path) => testModule(`fuzz/${path}`);

if (isMainThread) await main();
else await work();

async function main() {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "0-499" },
      slice: { type: "string" },
      show: { type: "string" },
      "no-shrink": { type: "boolean", default: false },
      jobs: { type: "string" },
    },
  });
  const range = /^(\d+)(?:-(\d+))?$/.exec(values.seeds);
  if (range === null) {
    console.error(`--seeds takes A-B, not ${values.seeds}`);
    process.exit(2);
  }
  buildTests();
  const slice = values.slice === undefined ? undefined : Number(values.slice);
  if (values.show !== undefined) return show(Number(values.show), slice);
  const from = Number(range[1]);
  const to = Number(range[2] ?? range[1]);
  const jobs = Number(values.jobs ?? Math.min(4, availableParallelism()));
  const started = Date.now();
  const verdicts = await spread({ from, to, slice, jobs });
  const { summarise, shrinkVerdict } = await module("run.js");
  const { counts, codes } = summarise(verdicts);
  const bad = verdicts.filter(
    ({ kind }) => kind !== "ok" && kind !== "refused",
  );
  for (const [i, verdict] of bad.entries()) {
    const shrunk =
      values["no-shrink"] || i >= 5 ? verdict : shrinkVerdict(verdict);
    report(verdict, shrunk, slice);
  }
  for (const { program, notes } of verdicts.filter(
    ({ kind }) => kind === "refused",
  ))
    console.log(`refused ${program.seed}: ${notes.join("\n  ")}`);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(
    `\n${verdicts.length} programs in ${seconds} s: ${counts.ok} ok, ${counts.wrong} wrong, ${counts.crashed} crashed, ${counts.invalid} invalid, ${counts.refused} refused`,
  );
  for (const [code, count] of codes) console.log(`  ${code}: ${count}`);
  process.exitCode = bad.length > 0 ? 1 : 0;
}

async function show(seed, slice) {
  const { generateProgram } = await module("generate.js");
  const { sliceOf } = await module("run.js");
  const { checkPrograms, widthOf } = await module("checkProgram.js");
  const { compileBatch } = await testModule("harness/batch.js");
  const program = generateProgram(seed, slice ?? sliceOf(seed));
  console.log(program.source);
  const outcome = compileBatch(
    { "model.ts": program.source },
    { width: () => widthOf(seed) },
  ).get("model.ts");
  console.log(outcome.text ?? outcome.crash ?? outcome.errors.join("\n"));
  const [verdict] = checkPrograms([program]);
  console.log(verdict.kind, verdict.notes.join("\n"));
}

function report(verdict, shrunk, slice) {
  const { program, kind } = verdict;
  const chosen = slice === undefined ? "" : ` --slice ${slice}`;
  console.log(`\n==== ${kind}: seed ${program.seed}`);
  console.log(shrunk.program.source);
  console.log(shrunk.notes.slice(0, 6).join("\n"));
  console.log(`arguments: ${JSON.stringify(shrunk.program.points)}`);
  console.log(`again: npm run fuzz -- --seeds ${program.seed}${chosen}`);
}

/** Hands the seeds out in batches to threads. */
async function spread({ from, to, slice, jobs }) {
  const verdicts = [];
  let next = from;
  const size = 50;
  const one = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(fileURLToPath(import.meta.url), {
        workerData: { slice },
      });
      const more = () => {
        if (next > to) {
          worker.terminate();
          resolve();
          return;
        }
        const range = { from: next, to: Math.min(to, next + size - 1) };
        next = range.to + 1;
        worker.postMessage(range);
      };
      worker.on("error", reject);
      worker.on("message", (result) => {
        verdicts.push(...result);
        process.stderr.write(`\r${verdicts.length} of ${to - from + 1} `);
        more();
      });
      more();
    });
  const threads = Math.min(jobs, Math.ceil((to - from + 1) / size));
  await Promise.all(Array.from({ length: threads }, one));
  process.stderr.write("\n");
  return verdicts.sort((a, b) => a.program.seed - b.program.seed);
}

async function work() {
  const { fuzz } = await module("run.js");
  parentPort.on("message", ({ from, to }) => {
    const { slice } = workerData;
    parentPort.postMessage([...fuzz({ from, to, slice })].flat());
  });
}

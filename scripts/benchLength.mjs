/**
 * `npm run bench:length`: does V8 still optimise the gradient of a long function? Nanoseconds of CPU for each statement
 * of a function without loops and of its value with gradient, with and without `split`, each in a fresh process.
 *
 *   --up-to N  statements of the longest function (default 20000)
 *   --assert   exit 1 where a statement of the longest costs more than twice what one of the shortest does
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ts } from "ts-morph";
import { machineLine, table } from "./benchTables.mjs";
import { ensureBuilt, fail, root } from "./support.mjs";

const { values: options } = parseArgs({
  options: {
    "up-to": { type: "string", default: "20000" },
    assert: { type: "boolean", default: false },
    measure: { type: "string" },
  },
});

if (options.measure !== undefined) {
  console.log(await measured(options.measure));
  process.exit();
}

ensureBuilt();
const { compile } = await import("../dist/src/index.js");
const folder = join(root, "build", "length");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const sizes = [250, 500, 1000, 2000, 5000, 10000, 20000].filter(
  (n) => n <= Number(options["up-to"]),
);
const rows = [];
for (const n of sizes) rows.push(await row(n));
console.log(`${machineLine()}\nnanoseconds of CPU for each statement\n`);
const head = ["statements", "primal", "gradient", "without split", "functions"];
console.log(
  table(
    head,
    rows.map((one) => one.map(String)),
  ),
);
const [first, last] = [rows[0], rows.at(-1)];
if (options.assert && last[2] > 2 * first[2])
  fail(`${last[0]} statements: not optimised`);

async function row(n) {
  const text = straightLine(n);
  const primal = write(`primal${n}`, text);
  const made = [];
  for (const disable of [[], ["split"]]) {
    const { outputs } = await compile({
      sources: { "line.ts": text },
      disable,
    });
    made.push(outputs[0].text);
  }
  const [split, whole] = made.map((code, k) => write(`grad${n}-${k}`, code));
  const functions = made[0].split(/^(?:export )?function /m).length - 1;
  return [n, time(primal, n), time(split, n), time(whole, n), functions];
}

function write(name, text) {
  const path = join(folder, `${name}.mjs`);
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: "es2022", module: "esnext" },
  });
  writeFileSync(path, outputText);
  return path;
}

function time(path, n) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [process.argv[1], "--measure", `${n},${path}`],
    { encoding: "utf8" },
  );
  if (status !== 0) fail(stderr);
  return Number(stdout);
}

async function measured(what) {
  const at = what.indexOf(",");
  const n = Number(what.slice(0, at));
  const module = await import(pathToFileURL(what.slice(at + 1)).href);
  const run = module.lineValueAndGrad
    ? (x, y) => module.lineValueAndGrad(x, y).grad.x
    : module.line;
  const rounds = Math.max(3, Math.ceil(5e5 / n));
  let sum = 0;
  const round = () => {
    // Only the sum is exact: the kernel guesses which part of it was the user's.
    const start = process.cpuUsage();
    for (let k = 0; k < rounds; k++) sum += run(0.3 + 1e-9 * k, 0.7);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / rounds;
  };
  // V8 takes a while to compile what is long, beside the running code: until nothing gets better any more.
  let best = Infinity;
  for (let since = 0; since < 20; since++) {
    const time = round();
    if (time < 0.95 * best) since = 0;
    best = Math.min(best, time);
    await new Promise((done) => setTimeout(done, 300));
  }
  return Number.isNaN(sum) ? fail("no number") : ((1000 * best) / n).toFixed(2);
}

function straightLine(n) {
  const lines = Array.from({ length: n }, (_, i) => {
    const [near, far] = [`v${i}`, `v${Math.max(0, i - 7)}`];
    const forms = [
      `${near} * y + ${far}`,
      `${near} * 0.3 - ${far}`,
      `${near} / (1 + ${far} * ${far})`,
      `x * ${near} - 0.5 * ${far}`,
    ];
    return `  const v${i + 1} = ${forms[i % forms.length]};`;
  });
  return `/** @differentiable modes=grad */
export function line(x: number, y: number): number {
  const v0 = x * y;
${lines.join("\n")}
  return v${n};
}
`;
}

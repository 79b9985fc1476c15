/**
 * `npm run bench:compile`: how long the compiler itself takes. Every run is a fresh process of the real CLI; CPU time, so
 * that other work on the machine counts for little, and the median.
 *
 *   --repeat N   runs of each (default 3); of what takes long, as many as fit into 15 seconds
 *   --up-to N    statements of the longest straight-line function (default 20000)
 *   --assert     exit 1 where a bar is missed
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { machineLine, median, table } from "./benchTables.mjs";
import { ensureBuilt, fail, root } from "./support.mjs";

const BAR = { version: 0.1, functions: 1.5, doubling: 2.3 };

const { values: options } = parseArgs({
  options: {
    repeat: { type: "string", default: "3" },
    "up-to": { type: "string", default: "20000" },
    assert: { type: "boolean", default: false },
  },
});
const repeat = Math.max(1, Math.trunc(Number(options.repeat)) || 1);
const longest = Number(options["up-to"]) || 20000;

ensureBuilt();
const cli = join(root, "dist", "src", "cli", "main.js");
const folder = join(root, "build", "compile");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const tsconfig = {
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    strict: true,
    types: [],
  },
  include: ["*.ts"],
};
writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));

const missed = [];
console.log(`${machineLine()}\nmedians of up to ${repeat} run(s), CPU time\n`);
version();
functions();
doubling(
  "statements in one line",
  sizes(1250, longest),
  straightLine,
  (n) => `${n} statements`,
);
doubling("loops", sizes(50, 400), loops, (n) => `${n} loops`);
doubling("terms of one sum", sizes(100, 800), oneSum, (n) => `${n} terms`);
doubling("arms of one choice", sizes(25, 100), choice, (n) => `${n} arms`);
if (missed.length > 0) {
  console.log(`\nbar missed: ${missed.join(", ")}`);
  if (options.assert) fail("");
}

/** How long the command line takes to say its version, beside Node doing nothing. */
function version() {
  const times = (args) =>
    Array.from({ length: 3 * repeat + 2 }, () => run(args));
  const bare = median(times(["-e", "0"]).map(({ cpu }) => cpu));
  const all = times([cli, "--version"]);
  const cpu = median(all.map((one) => one.cpu));
  const clock = Math.min(...all.map((one) => one.clock));
  note("--version", cpu <= BAR.version);
  console.log(
    `diffc --version: ${cpu.toFixed(3)} s, ${clock.toFixed(3)} s on the clock (bar ${BAR.version} s); Node alone: ${bare.toFixed(3)} s\n`,
  );
}

/** Twenty functions in a file, against what nobody who reads TypeScript can avoid. */
function functions() {
  const file = write("twenty", twenty());
  const base = join(folder, "typeCheck.mjs");
  writeFileSync(
    base,
    `import { Project } from "ts-morph";
const project = new Project({ tsConfigFilePath: ${JSON.stringify(join(folder, "tsconfig.json"))}, skipAddingFilesFromTsConfig: true });
project.addSourceFileAtPath(${JSON.stringify(file)});
if (project.getPreEmitDiagnostics().length > 0) throw new Error("type errors");
`,
  );
  // Once for nothing: what comes first also reads the files from the disk.
  run([base]);
  const pairs = Array.from({ length: repeat }, () => [
    run([base]).cpu,
    compile(file).cpu,
  ]);
  const ratio = median(pairs.map(([alone, whole]) => whole / alone));
  note("20 functions", ratio <= BAR.functions);
  const [alone, whole] = [0, 1].map((k) => median(pairs.map((p) => p[k])));
  console.log(
    `20 functions in a file: ${whole.toFixed(2)} s; ts-morph and its type check alone: ${alone.toFixed(2)} s; ratio ${ratio.toFixed(2)} (bar ${BAR.functions})\n`,
  );
}

/** What computer algebra writes: a sum in one expression. */
function oneSum(n) {
  const terms = Array.from({ length: n }, (_, i) => `x * y ** ${i % 5} * ${i}`);
  return `/** @differentiable */
export function f(x: number, y: number): number { return ${terms.join(" + ")}; }
`;
}

/** A choice in a choice in a choice, as a chain of `else if` is. */
function choice(n) {
  const arms = Array.from(
    { length: n },
    (_, i) => `x > ${n - i} ? x * ${i} : `,
  );
  return `/** @differentiable */
export function f(x: number): number { return ${arms.join("")}x; }
`;
}

function doubling(what, counts, source, label) {
  const small = compile(write("small", source(1))).cpu;
  let last;
  const rows = counts.map((n) => {
    const file = write(`${what.replaceAll(" ", "-")}-${n}`, source(n));
    const cpu = median(runs(() => compile(file).cpu));
    const ratio = last === undefined ? undefined : cpu / last;
    const net = last === undefined ? undefined : (cpu - small) / (last - small);
    last = cpu;
    if (ratio !== undefined) note(label(n), ratio <= BAR.doubling);
    const shown = (x) => (x === undefined ? "" : x.toFixed(2));
    return [label(n), cpu.toFixed(2), shown(ratio), shown(net)];
  });
  const head = [what, "seconds", "ratio", "without start-up"];
  console.log(`${table(head, rows)}\n(bar ${BAR.doubling} for the ratio)\n`);
}

/** Up to `repeat` measurements, and no further one after 15 seconds. */
function runs(measure) {
  const all = [];
  let spent = 0;
  while (all.length < repeat && spent < 15) {
    const cpu = measure();
    all.push(cpu);
    spent += cpu;
  }
  return all;
}

function note(what, isWithin) {
  if (!isWithin) missed.push(what);
}

function write(name, text) {
  const path = join(folder, `${name}.ts`);
  writeFileSync(path, text);
  return path;
}

function compile(file) {
  return run([cli, "build", file, "--out-dir", join(folder, "out"), "--quiet"]);
}

/** Runs node with a preloaded module that reports the process's CPU time as it ends. */
function run(args) {
  const report =
    'process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write(`cpu=${user+system}`)})';
  const preload = `data:text/javascript,${encodeURIComponent(report)}`;
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", preload, ...args],
    { cwd: root, encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] },
  );
  const clock = Number(process.hrtime.bigint() - start) / 1e9;
  const cpu = /cpu=(\d+)$/.exec(stderr);
  if (status !== 0 || cpu === null) fail(`${args.join(" ")} failed\n${stderr}`);
  return { clock, cpu: Number(cpu[1]) / 1e6 };
}

function sizes(from, to) {
  const all = [];
  for (let n = from; n <= to; n *= 2) all.push(n);
  return all;
}

function straightLine(n) {
  const lines = ["  const v0 = x * y;"];
  for (let i = 1; i < n; i++) {
    const before = `v${i - 1}`;
    const far = `v${Math.max(0, i - 7)}`;
    const forms = [
      `${before} * y + ${far}`,
      `Math.sin(${before}) - ${far}`,
      `${before} / (1 + ${far} * ${far})`,
      `x * ${before} - 0.5 * ${far}`,
    ];
    lines.push(`  const v${i} = ${forms[i % forms.length]};`);
  }
  return `/** @differentiable modes=grad */
export function line(x: number, y: number): number {
${lines.join("\n")}
  return v${n - 1};
}
`;
}

function loops(n) {
  const parts = Array.from(
    { length: n },
    (_, k) => `  for (let i = 0; i < x.length; i++) {
    s = Math.sin(s) + x[i] * ${k + 1};
  }`,
  );
  return `/** @differentiable modes=grad */
export function nest(x: Float64Array): number {
  let s = 0;
${parts.join("\n")}
  return s;
}
`;
}

/** Twenty functions as people write them: sums over arrays, small records, helpers, branches, a loop in a loop. */
function twenty() {
  const forms = [
    (
      k,
    ) => `export function energy${k}(x: Float64Array, stiffness: number): number {
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const d = x[i + 1]! - x[i]!;
    sum += 0.5 * stiffness * d * d + Math.cos(${k} * x[i]!);
  }
  return sum;
}`,
    (
      k,
    ) => `export function price${k}(spot: number, strike: number, time: number): number {
  const d = (Math.log(spot / strike) + ${k / 10} * time) / Math.sqrt(time);
  return d > 0 ? spot * cdf(d) : strike * Math.exp(-time) * cdf(-d);
}`,
    (k) => `export function distance${k}(a: Point, b: Point): number {
  const dx = a.x - b.x;
  const dy = a.y - b.y;
  return Math.sqrt(dx * dx + dy * dy + ${k});
}`,
    (
      k,
    ) => `export function layer${k}(w: number[][], x: readonly number[]): number {
  let total = 0;
  for (const row of w) {
    let z = ${k};
    for (let j = 0; j < row.length; j++) z += row[j]! * x[j]!;
    total += Math.tanh(z);
  }
  return total;
}`,
  ];
  const functions = Array.from(
    { length: 20 },
    (_, k) =>
      `/** @differentiable modes=grad */\n${forms[k % forms.length](k)}\n`,
  );
  return `interface Point {
  x: number;
  y: number;
}

function cdf(z: number): number {
  return 1 / (1 + Math.exp(-1.702 * z));
}

${functions.join("\n")}`;
}

/**
 * `npm run bench:switches`: what each optimisation is worth. The problems of bench/problems compiled with all of them and
 * without each one; prints how many times slower the gradient is without it, and how many times more scalar operations
 * its code has.
 *
 *   --problems rosen,gmm  only these
 *   --switches cse,hoist  only these
 *   --repeat N            processes for each, the median counts (default 1)
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { NAMES } from "./benchHand.mjs";
import { machineLine, median, table } from "./benchTables.mjs";
import { ensureBuilt, fail, readNode, root, transpile } from "./support.mjs";

ensureBuilt();
const { optimisations } = await import("../dist/compiler/switches.js");
const { compile } = await import("../dist/src/index.js");

const { values: options } = parseArgs({
  options: {
    problems: { type: "string", default: NAMES.join(",") },
    switches: { type: "string", default: optimisations.join(",") },
    repeat: { type: "string", default: "1" },
  },
});
const problems = chosen(options.problems, NAMES);
const switches = chosen(options.switches, optimisations);
const repeat = Math.max(1, Math.trunc(Number(options.repeat)) || 1);

const folder = join("build", "switches");
rmSync(join(root, folder), { recursive: true, force: true });
const sources = problems.map((name) => `bench/problems/${name}.ts`);
const settings = new Map();
for (const setting of ["everything on", ...switches])
  settings.set(setting, await generate(setting));
const files = [...settings.values()].flatMap(({ paths }) =>
  Object.values(paths),
);
const js = transpile("switches", ["bench/measure.ts", ...files]);

const base = measured("everything on");
const rows = [
  ["everything on (us, operations)", ...cells(base, (cell) => cell)],
  ...switches.map((name) => {
    const without = measured(name);
    return [
      name,
      ...cells(without, ({ micros, ops }, problem) => ({
        micros: micros / base[problem].micros,
        ops: ops / base[problem].ops,
      })),
    ];
  }),
];
console.log(`${machineLine()}
times slower without it, and in brackets times more operations in the code
`);
console.log(table(["without", ...problems], rows));

function chosen(text, all) {
  const names = text.split(",");
  for (const name of names)
    if (!all.includes(name)) fail(`no "${name}"; there are ${all.join(", ")}`);
  return names;
}

/** Generated modules of one setting, and the operations in them. */
async function generate(setting) {
  const out = join(folder, "generated", setting.replaceAll(" ", "-"));
  const { outputs, stats, diagnostics } = await compile({
    files: sources.map((source) => join(root, source)),
    outDir: join(root, out),
    disable: optimisations.includes(setting) ? [setting] : [],
  });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) fail(errors[0].message);
  mkdirSync(join(root, out), { recursive: true });
  for (const { path, text } of outputs) writeFileSync(path, text);
  const ops = Object.fromEntries(
    stats.map(({ fn, derivativeOps }) => [fn, derivativeOps]),
  );
  const paths = Object.fromEntries(
    problems.map((name) => [name, join(out, `${name}.diff.ts`)]),
  );
  return { paths, ops };
}

function measured(setting) {
  console.error(`measuring: ${setting} ...`);
  const { paths, ops } = settings.get(setting);
  return Object.fromEntries(
    problems.map((name) => {
      const args = [js("bench/measure.ts"), name, js(paths[name])];
      const times = Array.from(
        { length: repeat },
        () => JSON.parse(readNode(args, name)).micros.generated,
      );
      return [name, { micros: median(times), ops: ops[name] }];
    }),
  );
}

function cells(measures, change) {
  return problems.map((problem) => {
    const { micros, ops } = change(measures[problem], problem);
    return `${+micros.toPrecision(3)} (${+ops.toPrecision(3)})`;
  });
}

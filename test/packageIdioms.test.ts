import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ts } from "ts-morph";
import { afterAll, expect, test } from "vitest";
import * as runtime from "../runtime/index.js";
import { newBox } from "./cliBox.js";
import { toCommonJs } from "./harness/load.js";
import { idioms } from "./harness/packageIdioms.js";
import { saysAny } from "./harness/saysAny.js";
import { strictErrors } from "./harness/strict.js";
import { definedIdioms } from "./harness/packageDefined.js";
import { libraryIdioms } from "./harness/packageLibraries.js";
import { fillIdioms } from "./harness/packageFills.js";
import { kindIdioms } from "./harness/packageKinds.js";
import { messageIdioms } from "./harness/packageMessages.js";
import { missingIdioms } from "./harness/packageMissing.js";
import { varIdioms } from "./harness/packageVars.js";
import { turnIdioms } from "./harness/packageTurns.js";
import { heirIdioms } from "./harness/packageHeirs.js";
import { optionIdioms } from "./harness/packageOptions.js";
import { wholeIdioms } from "./harness/packageWholes.js";
import { scratchIdioms } from "./harness/packageScratch.js";
import { parameterIdioms } from "./harness/packageParameters.js";

/** Packages as they are found in the wild, each with one idiom: values to the bit, slopes against differences. */

const box = newBox({
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      strict: true,
      target: "es2022",
      module: "nodenext",
      types: [],
    },
  }),
  "package.json": '{ "type": "module" }',
});
afterAll(() => box.remove());

type Numbers = (...args: number[]) => number;

/** The function as Node runs it, and what diffc makes of it. */
async function both(name: string): Promise<{ f: Numbers; g: Function }> {
  const source = box.read(`${name}.ts`);
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
    },
  });
  box.write(`${name}.run.mjs`, outputText);
  const load = (path: string): Promise<unknown> =>
    import(/* @vite-ignore */ pathToFileURL(join(box.folder, path)).href);
  const { f } = (await load(`${name}.run.mjs`)) as { f: Numbers };
  const own = await load(`node_modules/${name}/index.js`);
  const exports: Record<string, Function> = {};
  const code = toCommonJs(box.read(`${name}.diff.ts`));
  const require = (specifier: string): unknown =>
    specifier === "diffc/runtime" ? runtime : own;
  new Function("exports", "require", code)(exports, require);
  return { f, g: exports["fValueAndGrad"] as Function };
}

/** What was generated, by the wrapper. */
const made: Record<string, string> = {};
const all = [
  ...idioms,
  ...parameterIdioms,
  ...scratchIdioms,
  ...fillIdioms,
  ...kindIdioms,
  ...messageIdioms,
  ...missingIdioms,
  ...turnIdioms,
  ...varIdioms,
  ...optionIdioms,
  ...heirIdioms,
  ...definedIdioms,
  ...libraryIdioms,
  ...wholeIdioms,
];

test.each(all.map((one) => [one.name, one] as const))(
  "%s",
  async (name, { files, wrapper, points, rounds }) => {
    for (const [path, text] of Object.entries(files))
      box.write(`node_modules/${name}/${path}`, text);
    box.write(`${name}.ts`, wrapper);
    const { status, err } = await box.diffc(`${name}.ts`);
    expect(err).toBe("");
    expect(status).toBe(0);
    const text = box.read(`${name}.diff.ts`);
    expect(saysAny(text)).toEqual([]);
    made[`${name}.ts`] = text;
    const { f, g } = await both(name);
    for (const point of points) {
      const { value, grad } = g(...point);
      expect(value).toBe(f(...point));
      const slopes = Object.values(grad) as number[];
      point.forEach((x, k) => {
        const h = rounds ? 1e-2 : 1e-5;
        const at = (dx: number): number => f(...point.with(k, x + dx));
        const near = (at(h) - at(-h)) / (2 * h);
        const nearer = (at(h / 2) - at(-h / 2)) / h;
        const slope = (4 * nearer - near) / 3;
        const bound = (rounds ? 1e-3 : 1e-6) * (1 + Math.abs(slope));
        expect(Math.abs(slopes[k]! - slope)).toBeLessThan(bound);
      });
    }
  },
);

test("what is copied from JavaScript is clean TypeScript", () => {
  const sources = Object.fromEntries(
    all.map(({ name, wrapper }) => [`${name}.ts`, wrapper]),
  );
  const packages = Object.fromEntries(
    all.flatMap(({ name, files }) =>
      Object.entries(files).map(([path, text]) => [
        `node_modules/${name}/${path}`,
        text,
      ]),
    ),
  );
  expect(strictErrors(sources, made, packages)).toEqual([]);
});

test("a number or nothing behind && is not decided by the type of its list", async () => {
  const name = "number-or-nothing";
  box.write(
    `node_modules/${name}/index.js`,
    "export function valueAt(list, k) { var p = list[k]; return (p && p.v) || 7; }",
  );
  const manifest = { name, type: "module", main: "index.js" };
  box.write(`node_modules/${name}/package.json`, JSON.stringify(manifest));
  box.write(
    "nothing.ts",
    `// @ts-ignore
import { valueAt } from "${name}";
/** @differentiable */
export function h(x: number, k: number): number { return valueAt([{ v: x }], Math.floor(k)); }
`,
  );
  const { status, err } = await box.diffc("nothing.ts");
  expect(status).toBe(1);
  expect(err).toContain(`node_modules/${name}/index.js:1:61 - error DC2102`);
});

test("what a module exports twice under one name is not taken for the first", async () => {
  const name = "exported-twice";
  box.write(
    `node_modules/${name}/index.js`,
    `
exports.scaled = function (x) { return 2 * x; };
exports.scaled = function (x) { return 3 * x; };
exports.once = void 0;
exports.once = function (x) { return 3 * x; };
`,
  );
  const manifest = { name, main: "index.js", types: "index.d.ts" };
  box.write(`node_modules/${name}/package.json`, JSON.stringify(manifest));
  box.write(
    `node_modules/${name}/index.d.ts`,
    "export declare function scaled(x: number): number;\nexport declare function once(x: number): number;\n",
  );
  box.write(
    "twice.ts",
    `import { once, scaled } from "${name}";
/** @differentiable */
export const g = (x: number): number => scaled(x);
/** @differentiable */
export const h = (x: number): number => once(x);
`,
  );
  const { status, err } = await box.diffc("twice.ts");
  expect(status).toBe(1);
  const said = err.split("\n").filter((line) => line.includes("error"));
  expect(said.map((line) => line.split(":")[1])).toEqual(["3"]);
});

test("a member of a library that is written again is not taken for the first", async () => {
  const name = "written-again";
  box.write(
    `node_modules/${name}/index.js`,
    `
var lib = {};
lib.scale = 3;
lib.scaled = function (x) { return lib.scale * x; };
lib.setScale = function (s) { lib.scale = s; };
lib.square = function (x) { return x * x; };
lib.twice = function (x) { return 2 * x; };
var other = lib;
other.square = function (x) { return 3 * x; };
module.exports = lib;
`,
  );
  const manifest = { name, main: "index.js" };
  box.write(`node_modules/${name}/package.json`, JSON.stringify(manifest));
  box.write(
    "again.ts",
    `// @ts-ignore
import lib from "${name}";
lib.setScale(7);
/** @differentiable */
export function f(x: number): number { return lib.scaled(x); }
/** @differentiable */
export function g(x: number): number { return lib.square(x); }
/** @differentiable */
export function h(x: number): number { return lib.twice(x); }
`,
  );
  const { status, err } = await box.diffc("again.ts");
  expect(status).toBe(1);
  const said = err.split("\n").filter((line) => line.includes(" - error"));
  expect(said.map((line) => line.split(" - ")[0])).toEqual([
    "again.ts:7:47",
    `node_modules/${name}/index.js:4:36`,
  ]);
});

test("a member of a library that may be written under a key, or by Object.assign, is not taken for the first", async () => {
  const libraries = {
    "filled-by-assign":
      "Object.assign(lib, { twice: lib.half, square: function (x) { return 3 * x; } });",
    "filled-by-key":
      'var name = "sq" + "uare";\nlib[name] = function (x) { return 3 * x; };',
    "filled-elsewhere":
      'lib["twice"] = lib.half;\nObject.assign(lib, { third: lib.half });',
  };
  for (const [name, filling] of Object.entries(libraries)) {
    box.write(
      `node_modules/${name}/index.js`,
      `
var lib = {};
lib.half = function (x) { return x / 2; };
lib.square = function (x) { return x * x; };
${filling}
module.exports = lib;
`,
    );
    const manifest = { name, main: "index.js" };
    box.write(`node_modules/${name}/package.json`, JSON.stringify(manifest));
    box.write(
      `${name}.ts`,
      `// @ts-ignore
import lib from "${name}";
/** @differentiable */
export function f(x: number): number { return lib.square(x); }
`,
    );
    const { status } = await box.diffc(`${name}.ts`);
    expect([name, status]).toEqual([name, name === "filled-elsewhere" ? 0 : 1]);
  }
});

test("a copy that would be no clean TypeScript is refused", async () => {
  box.write(
    "node_modules/open-helpers/index.js",
    `
function half(n) { return n / 2; }
const halves = [half(1, "one"), half(3)];
export function f1(x) { return x * halves[1]; }
const texts = ["a", "b"].map((word, k) => JSON.parse("[]", half) ? k : word.length);
export function f2(x) { return x * texts[0]; }
`,
  );
  const manifest = { name: "open-helpers", type: "module", main: "index.js" };
  box.write("node_modules/open-helpers/package.json", JSON.stringify(manifest));
  box.write(
    "open.ts",
    `// @ts-ignore
import { f1, f2 } from "open-helpers";
/** @differentiable */
export function g(x: number): number { return f1(x); }
/** @differentiable */
export function h(x: number): number { return f2(x); }
`,
  );
  const { status, err } = await box.diffc("open.ts");
  expect(status).toBe(1);
  const said = err.split("\n").filter((line) => line.includes("error"));
  expect(said).toEqual([
    "node_modules/open-helpers/index.js:4:36 - error DC2006: halves is JavaScript, and would be no clean TypeScript in the generated module: Expected 1 arguments, but got 2.",
    expect.stringMatching(/index\.js:6:36 - error DC2006: texts is JavaScript/),
  ]);
});

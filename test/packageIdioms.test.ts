import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ts } from "ts-morph";
import { afterAll, expect, test } from "vitest";
import * as runtime from "../runtime/index.js";
import { newBox } from "./cliBox.js";
import { toCommonJs } from "./harness/load.js";
import { idioms } from "./harness/packageIdioms.js";
import { strictErrors } from "./harness/strict.js";
import { kindIdioms } from "./harness/packageKinds.js";
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

test.each(
  [...idioms, ...parameterIdioms, ...kindIdioms].map(
    (one) => [one.name, one] as const,
  ),
)("%s", async (name, { files, wrapper, points, rounds }) => {
  for (const [path, text] of Object.entries(files))
    box.write(`node_modules/${name}/${path}`, text);
  box.write(`${name}.ts`, wrapper);
  const { status, err } = await box.diffc(`${name}.ts`);
  expect(err).toBe("");
  expect(status).toBe(0);
  // what is copied from JavaScript has to be clean TypeScript
  const text = box.read(`${name}.diff.ts`);
  if (name === "copied-helpers")
    expect(strictErrors({ "f.ts": wrapper }, { "f.ts": text })).toEqual([]);
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
});

import { readdirSync, readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import { beforeAll, describe, expect, test } from "vitest";
import { gradientCheck, treeLeaves, treeMap } from "../runtime/index.js";
import { seededRandom } from "../runtime/random.js";
import { main } from "../src/cli/run.js";
import { checked } from "./examplePoints.js";
import { compileSources, outputPath } from "./harness/compileSources.js";
import { type Exports, loadModules } from "./harness/load.js";
import { saysAny } from "./harness/saysAny.js";

/** The eight programs of docs/examples.md: what is committed is what diffc writes, and its slopes are right. */

type Fn = (...args: unknown[]) => never;

const folders = [...new Set(checked.map(({ source }) => source.split("/")[0]))];
const sources = [...new Set(checked.map(({ source }) => `${source}.ts`))];

test("the generated modules are what diffc writes today", async () => {
  let said = "";
  const say = (text: string) => void (said += text);
  const files = sources.map((path) => `examples/${path}`);
  const io = { cwd: process.cwd(), out: say, err: say, color: false };
  const status = await main(["build", ...files, "--check"], io);
  expect(`${said}exit ${status}`).toMatch(/exit 0$/);
});

test("the generated modules do without any", () => {
  const written = globSync("examples/**/*.diff.ts");
  expect(written.length).toBeGreaterThan(8);
  const lines = written.flatMap((path) => saysAny(readFileSync(path, "utf8")));
  expect(lines).toEqual([]);
});

/** Everything of the programs but the scripts that use them. */
const texts: Readonly<Record<string, string>> = Object.fromEntries(
  folders.flatMap((folder) =>
    readdirSync(`examples/${folder}`)
      .filter((file) => file !== "main.ts")
      .map((file) => {
        const path = `${folder}/${file}`;
        return [path, readFileSync(`examples/${path}`, "utf8")];
      }),
  ),
);
const committed = loadModules(texts);

/** The programs compiled in forward mode. */
let forward: (path: string) => Exports;
beforeAll(() => {
  const written = Object.entries(texts)
    .filter(([path]) => !path.endsWith(".diff.ts"))
    .map(([path, text]) => [
      path,
      text.replace(/(@differentiable wrt=\w+)/g, "$1 modes=jvp"),
    ]);
  const asked = Object.fromEntries(written);
  const { outputs, diagnostics } = compileSources(asked);
  expect(diagnostics.filter((one) => one.severity === "error")).toEqual([]);
  const generated = [...outputs].map(([path, text]) => [
    outputPath(path),
    text,
  ]);
  forward = loadModules({ ...asked, ...Object.fromEntries(generated) });
});

const cases = checked.flatMap((one) =>
  one.points.map(
    (args, k) => [`${one.fn}, point ${k + 1}`, one, args] as const,
  ),
);

describe("slopes", () => {
  test.each(cases)("%s", (_, { source, fn, wrt, place }, args) => {
    const f = committed(`${source}.ts`)[fn] as Fn;
    const derived = committed(`${source}.diff.ts`)[`${fn}ValueAndGrad`] as Fn;
    const { value, grad } = derived(...structuredClone(args)) as {
      value: number;
      grad: Record<string, unknown>;
    };
    expect(value).toBe(f(...args));
    const report = gradientCheck(
      (p) => f(...args.with(place, p)),
      args[place],
      grad[wrt],
    );
    const isWrong = ({ status }: { status: string }) => status !== "ok";
    expect(report.components.filter(isWrong)).toEqual([]);

    const random = seededRandom(3);
    const tangent = treeMap(() => random.normal(), grad[wrt]);
    const jvp = forward(`${source}.diff.ts`)[`${fn}Jvp`] as Fn;
    const there = jvp(...args, { [wrt]: tangent }) as {
      value: number;
      tangent: number;
    };
    expect(there.value).toBe(value);
    const directions = treeLeaves(tangent);
    const products = treeLeaves(grad[wrt]).map(
      (leaf, i) => leaf.value * (directions[i]?.value ?? NaN),
    );
    const size = products.reduce((sum, p) => sum + Math.abs(p), 0);
    const sum = products.reduce((a, b) => a + b, 0);
    expect(Math.abs(there.tangent - sum)).toBeLessThan(1e-11 * size);
  });
});

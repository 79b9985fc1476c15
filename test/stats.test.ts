import { expect, test } from "vitest";
import { type FunctionStats, compile } from "../src/index.js";

/** What `--stats` tells of the one function in a source. */
async function statsOf(body: string, params: string): Promise<FunctionStats> {
  const text = `/** @differentiable */\nexport function f(${params}): number {\n${body}\n}\n`;
  const { stats, diagnostics } = await compile({ sources: { "f.ts": text } });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual(
    [],
  );
  return stats[0]!;
}

const product = (inner: string): string =>
  `let p: number = start;\n${inner}\n  p *= Math.exp(p);\nreturn p;`;

test.each([
  ["no loop", "return Math.exp(x) * x;", "x: number", "nothing"],
  [
    "a loop up to a length",
    product("for (let i = 0; i < xs.length; i++)"),
    "start: number, xs: number[]",
    "16*xs.length bytes",
  ],
  [
    "loops in loops, up to counts",
    product("for (let i = 0; i < n; i++) for (let j = 0; j < m; j++)"),
    "start: number, n: number, m: number",
    "16*m*n bytes",
  ],
  [
    "a triangle",
    product("for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++)"),
    "start: number, n: number",
    "8*n*n - 8*n bytes",
  ],
  [
    "from, to, in steps",
    product("for (let i = 2; i <= n; i += 2)"),
    "start: number, n: number",
    "8*n bytes",
  ],
  [
    "stops early",
    product("for (const x of xs) { if (x < 0) break; p *= x; } for (;false;)"),
    "start: number, xs: number[]",
    "at most ",
  ],
  [
    "nobody knows how often",
    product("while (p < 9)"),
    "start: number",
    "trips(line 4) bytes",
  ],
])("the tape: %s", async (_, body, params, expected) => {
  const { tape } = await statsOf(body, params);
  expect(tape).toContain(expected);
});

test("what is saved, where, and why", async () => {
  const { saved, recomputed } = await statsOf(
    "let y = x[0];\nfor (let i = 0; i < x.length; i++) {\n  const e = Math.exp(y * x[i]);\n  y = Math.sin(e) + y;\n}\nreturn y;",
    "x: Float64Array",
  );
  expect(saved).toContainEqual({
    name: "e",
    file: "f.ts",
    line: 5,
    why: "read by the derivative of sin, costs more than a load",
  });
  expect(saved.map(({ name }) => name)).toEqual(["e", "y"]);
  expect(recomputed).toContainEqual({
    name: "x[i]",
    file: "f.ts",
    line: 5,
    why: "loaded again, the memory is as it was",
  });
});

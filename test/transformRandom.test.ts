import { describe, expect, test } from "vitest";
import { interpret } from "../compiler/ir/interpret.js";
import type { Entry, Func, Program } from "../compiler/ir/ir.js";
import { printFunc } from "../compiler/ir/print.js";
import { holdsFloat } from "../compiler/ir/types.js";
import { verifyFunc } from "../compiler/ir/verify.js";
import { optimise } from "../compiler/optimise/optimise.js";
import { derive } from "../compiler/transform/derive.js";
import { flattenThrows } from "../compiler/transform/normalise.js";
import { interpretDual } from "./oracle/dual.js";
import { randomArgs, randomIr } from "./oracle/randomIr.js";

const seeds = Number(process.env.SEEDS ?? 150);
const first = Number(process.env.FIRST ?? 0);

/** Derivatives of random IR against its dual-number interpretation, in both modes. */
describe("transforms of random IR", () => {
  test.each(Array.from({ length: seeds }, (_, i) => first + i))("seed %i", (seed) => {
    const funcs = new Map([...randomIr(seed)].map(([name, fn]) => [name, flattenThrows(fn)]));
    const { args, tangents } = randomArgs(seed);
    const expected = interpretDual({ funcs }, "f", structuredClone(args), tangents);
    const derived = deriveAll({ funcs, entries: [entryOf(funcs.get("f")!)] });
    for (const fn of derived.values()) verifyFunc(fn, { funcs: derived });

    const run = (name: string, ...rest: unknown[]): Record<string, unknown> =>
      interpret({ funcs: derived }, name, [...structuredClone(args), ...rest]) as Record<string, unknown>;
    const jvp = run("fJvp", tangents);
    expect(jvp.value).toBe(expected.value);
    close(jvp.tangent as number, expected.tangent as number, derived);
    const reverse = run("fValueAndGrad");
    expect(reverse.value).toBe(expected.value);
    close(dot(reverse.grad, tangents), expected.tangent as number, derived);
  });
});

function close(actual: number, expected: number, funcs: ReadonlyMap<string, Func>): void {
  const error = Math.abs(actual - expected) / (1e-3 + Math.abs(expected));
  if (Object.is(actual, expected) || error < 1e-7) return;
  if (process.env.SHOW) console.log([...funcs.values()].map(printFunc).join("\n"));
  expect(actual).toBe(expected);
}

function entryOf(fn: Func): Entry {
  const wrt = fn.params.filter((param) => holdsFloat(param.value.ty)).map((param) => [param.name]);
  const returnType = { text: "number", needs: [] };
  return { func: "f", exportName: "f", modes: ["grad", "jvp"], wrt, file: "", span: fn.span, returnType };
}

function deriveAll(program: Program): Map<string, Func> {
  const { exports, helpers } = derive(program, optimise);
  return new Map([...exports, ...helpers].map((fn) => [fn.name, fn]));
}

function dot(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return 0;
  if (typeof a === "number") return a * (b as number);
  return Object.keys(a as object).reduce(
    (sum, key) => sum + dot((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    0,
  );
}

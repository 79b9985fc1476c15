import { describe, expect, test } from "vitest";
import { noSpan } from "../compiler/diagnostics/span.js";
import { interpret } from "../compiler/ir/interpret.js";
import type { Entry, Func, Program } from "../compiler/ir/ir.js";
import { verifyFunc } from "../compiler/ir/verify.js";
import { optimise } from "../compiler/optimise/optimise.js";
import { derive } from "../compiler/transform/derive.js";
import { inlineHelpers } from "../compiler/transform/inline.js";
import { flattenThrows } from "../compiler/transform/normalise.js";
import { interpretDual } from "./oracle/dual.js";
import { randomArgs, randomIr } from "./oracle/randomIr.js";

type Funcs = ReadonlyMap<string, Func>;

const seeds = Array.from({ length: 40 }, (_, seed) => seed);

const entry: Entry = {
  func: "f",
  exportName: "f",
  modes: ["grad", "vjp", "jvp"],
  wrt: [["x"], ["y"], ["a"], ["b"], ["r"], ["m"]],
  file: "random.ts",
  span: noSpan,
  returnType: { text: "number", needs: [] },
};

/** The primal functions before derivation, and everything that derivation makes. */
function deriveAll(
  funcs: Funcs,
  clean: (fn: Func) => Func,
  isInlined: boolean,
): { primal: Funcs; derived: Funcs } {
  const flat = new Map(
    [...funcs].map(([name, fn]) => [name, flattenThrows(fn)]),
  );
  const program: Program = { funcs: flat, entries: [entry] };
  const primal = isInlined ? inlineHelpers(program) : program;
  const made = derive(primal, clean);
  const all = [...made.helpers, ...made.exports];
  return {
    primal: primal.funcs,
    derived: new Map(all.map((fn) => [fn.name, fn])),
  };
}

/** The sum of products of all numbers in two values of one shape. */
function dot(a: unknown, b: unknown): number {
  if (typeof a === "number") return a * (b as number);
  const parts = Object.entries(a as object);
  const others = b as Record<string, unknown>;
  expect(parts.length, "parts of a gradient").toBe(Object.keys(others).length);
  return parts
    .map(([key, part]) => dot(part, others[key]))
    .reduce((sum, part) => sum + part, 0);
}

const variants = [
  ["as it is", (fn: Func) => fn, false],
  ["optimised", (fn: Func) => optimise(fn), false],
  ["inlined and optimised", (fn: Func) => optimise(fn), true],
] as const;

describe.each(variants)("random IR, %s", (_, clean, isInlined) => {
  test("both modes agree with dual numbers and keep the value", () => {
    for (const seed of seeds) {
      const { primal, derived } = deriveAll(randomIr(seed), clean, isInlined);
      for (const funcs of [primal, derived])
        for (const fn of funcs.values()) verifyFunc(fn, { funcs });
      const { args, tangents } = randomArgs(seed);
      const fresh = (): readonly unknown[] => randomArgs(seed).args;
      const run = (name: string, ...more: readonly unknown[]): unknown =>
        interpret({ funcs: derived }, name, [...args, ...more]);
      const close = (found: unknown, what: string): void => {
        const error = Math.abs((found as number) - wanted);
        expect(error, `seed ${seed}, ${what}`).toBeLessThan(
          1e-9 * Math.max(1, Math.abs(wanted)),
        );
      };

      const dual = interpretDual(
        { funcs: randomIr(seed) },
        "f",
        args,
        tangents,
      );
      const wanted = dual.tangent as number;
      const value = dual.value;
      expect(interpret({ funcs: primal }, "f", fresh()), `seed ${seed}`).toBe(
        value,
      );

      const forward = run("fJvp", tangents) as Record<string, unknown>;
      close(forward["tangent"], "jvp");
      const full = run("fValueAndGrad") as Record<string, unknown>;
      close(dot(full["grad"], tangents), "grad");
      const vjp = run("fVjp", 3) as Record<string, unknown>;
      close(dot(vjp["grad"], tangents) / 3, "vjp");
      close(dot(run("fGrad"), tangents), "grad only");
      const values = [forward, full, vjp].map((result) => result["value"]);
      expect(values, `seed ${seed}`).toEqual([value, value, value]);
      expect(args, `seed ${seed}: arguments`).toEqual(fresh());
    }
  });
});

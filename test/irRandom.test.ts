import { describe, expect, test } from "vitest";
import { interpret } from "../compiler/ir/interpret.js";
import { parseFunc } from "../compiler/ir/parse.js";
import { printFunc } from "../compiler/ir/print.js";
import { verifyFunc } from "../compiler/ir/verify.js";
import { interpretDual } from "./oracle/dual.js";
import { directional } from "./oracle/finite.js";
import { randomArgs, randomIr } from "./oracle/randomIr.js";

const seeds = Array.from({ length: 100 }, (_, seed) => seed);

describe("random IR", () => {
  test("is sound, and is the same after printing and parsing", () => {
    for (const seed of seeds) {
      const funcs = randomIr(seed);
      const again = new Map(
        [...funcs].map(([name, fn]) => [name, parseFunc(printFunc(fn))]),
      );
      for (const [name, fn] of funcs) {
        verifyFunc(fn, { funcs });
        expect(printFunc(again.get(name)!)).toBe(printFunc(fn));
      }
      const value = interpret({ funcs }, "f", randomArgs(seed).args);
      const other = interpret({ funcs: again }, "f", randomArgs(seed).args);
      expect(other, `seed ${seed}`).toBe(value);
    }
  });

  test("dual numbers give the same value, and the slope of central differences", () => {
    let compared = 0;
    for (const seed of seeds) {
      // Without Float32Array: its rounding would drown the differences.
      const program = { funcs: randomIr(seed, ["js", "f64"]) };
      const { args, tangents } = randomArgs(seed);
      const dual = interpretDual(program, "f", args, tangents);
      const f = (...given: readonly unknown[]): number =>
        interpret(program, "f", given) as number;
      expect(args).toEqual(randomArgs(seed).args);
      expect(dual.value, `seed ${seed}`).toBe(f(...randomArgs(seed).args));
      if (dual.singular || dual.kinkDistance < 0.02) continue;
      const slope = directional(f, args, Object.values(tangents), 2 ** -13);
      const error = Math.abs(slope - (dual.tangent as number));
      expect(error, `seed ${seed}`).toBeLessThan(
        1e-5 * Math.max(1, Math.abs(slope)),
      );
      compared++;
    }
    expect(compared).toBeGreaterThan(seeds.length / 3);
  });
});

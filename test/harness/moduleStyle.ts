import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "vitest";
import type { Box } from "../cliBox.js";
import { toCommonJs } from "./load.js";
import * as runtime from "../../runtime/index.js";

type Function_ = (...args: number[]) => number;

/**
 * Differentiates an expression in `f` and `x`, where a CommonJS module written in some style exports `f`, and holds it
 * against that module as Node runs it: the value bit for bit, the slope against differences.
 */
export async function checkStyle(
  box: Box,
  style: string,
  text: string,
  call: string,
  points: readonly number[] = [0.3, 1.7, 2.4],
): Promise<void> {
  const lib = `./lib/${style.replaceAll(/\W/g, "")}.cjs`;
  box.write(lib, text);
  box.write(
    "style.ts",
    `import { f } from "${lib}";\n` +
      `export const g = (x: number): number => ${call};\n`,
  );
  const { status, err } = await box.diffc("style.ts", "--fn", "g");
  expect(err).toBe("");
  expect(status).toBe(0);
  const native = createRequire(join(box.folder, "x.js"));
  const f = native(lib).f as unknown;
  const original = new Function("f", "x", `return ${call};`) as (
    ...args: unknown[]
  ) => number;
  const derived = derivedIn(box)["gValueAndGrad"];
  for (const x of points) {
    const { value, grad } = derived?.(x) as unknown as {
      value: number;
      grad: { x: number };
    };
    const at = (one: number): number => original(f, one);
    expect(value).toBe(at(x));
    const slope = (at(x + 1e-6) - at(x - 1e-6)) / 2e-6;
    expect(Math.abs(grad.x - slope)).toBeLessThan(
      1e-6 * Math.max(1, Math.abs(slope)),
    );
  }
}

function derivedIn(box: Box): Readonly<Record<string, Function_>> {
  const exports: Record<string, Function_> = {};
  const require = (): unknown => runtime;
  const code = toCommonJs(box.read("style.diff.ts"));
  new Function("exports", "require", code)(exports, require);
  return exports;
}

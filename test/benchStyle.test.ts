import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import {
  type Derived,
  problems,
  worstDifference,
} from "../bench/style/problems.js";
import { gradientCheck } from "../runtime/index.js";
import { compileSources, outputPath } from "./harness/compileSources.js";
import { type Exports, loadModules } from "./harness/load.js";

// The yardstick of everyday code must be right before anything is held against it.

type Run = (point: unknown, constant: number) => Derived;

const names = Object.keys(problems);
let load: (path: string) => Exports;
beforeAll(() => {
  const sources = Object.fromEntries(
    names.map((name) => [
      `${name}.ts`,
      readFileSync(`bench/style/${name}.ts`, "utf8"),
    ]),
  );
  const { outputs, diagnostics } = compileSources(sources);
  expect(diagnostics).toEqual([]);
  const generated = [...outputs].map(([path, text]) => [
    outputPath(path),
    text,
  ]);
  load = loadModules({ ...sources, ...Object.fromEntries(generated) });
});

test.each(names)("%s: written by hand, generated and measured", (name) => {
  const { fn, at, primal, hand } = problems[name]!();
  const [point, constant] = at;
  const value = primal(point as never, constant);
  const wanted = hand(point as never, constant);
  expect(wanted.value).toBeCloseTo(value, 9);
  const [gradient] = Object.values(wanted.grad as object) as unknown[];
  const measured = gradientCheck(
    (p) => primal(p as never, constant),
    point,
    gradient,
    { maxComponents: 60 },
  );
  expect(measured.ok).toBe(true);
  const generated = load(`${name}.diff.ts`)[`${fn}ValueAndGrad`] as Run;
  const found = generated(point, constant);
  expect(found.value).toBe(value);
  expect(worstDifference(wanted.grad, found.grad)).toBeLessThan(1e-9);
});

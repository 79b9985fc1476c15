import { compileProject } from "../../compiler/compile.js";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.js";
import { newReporter } from "../../compiler/diagnostics/reporter.js";
import { lowerProject } from "../../compiler/frontend/index.js";
import type { Program } from "../../compiler/ir/ir.js";
import { interpretDual } from "../oracle/dual.js";
import type { Oracle } from "./checks.js";
import { type Exports, toJavaScript } from "./load.js";

export type Sources = Readonly<Record<string, string>>;

export interface Compiled {
  /** Text of the generated module, by the source's path. */
  readonly outputs: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles modules in memory through the product. */
export function compileSources(sources: Sources): Compiled {
  const { outputs, diagnostics } = compileProject({ sources });
  const stem = (path: string): string =>
    path.replace(/^\.?\//, "").replace(/(\.diff)?\.ts$/, "");
  const keys = new Map(Object.keys(sources).map((key) => [stem(key), key]));
  return {
    outputs: new Map(
      outputs.map(({ path, text }) => [keys.get(stem(path)) ?? path, text]),
    ),
    diagnostics,
  };
}

export const outputPath = (source: string): string =>
  source.replace(/\.ts$/, ".diff.ts");

/** The lowered programs of modules in memory, by the source's path, as the exact oracle runs them. */
export function lowerSources(sources: Sources): Map<string, Program> {
  const { modules } = lowerProject({ sources }, newReporter());
  return new Map(modules.map((one) => [one.file, one.program]));
}

/** Exact directional derivatives by dual numbers; `exports` hold what the program refers to at module level. */
export function dualOracle(
  program: Program,
  name: string,
  exports: Exports,
): Oracle | undefined {
  const entry = program.entries.find((one) => one.exportName === name);
  if (entry === undefined) return undefined;
  const host = { bindings: exports, toJavaScript };
  return (args, tangents) =>
    interpretDual(program, entry.func, args, tangents, host);
}

import {
  compileProject,
  type CompileProjectOptions,
} from "../../compiler/compile.js";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.js";
import type { Func } from "../../compiler/ir/ir.js";
import { entryFor } from "../../compiler/ir/variants.js";
import { interpretDual } from "../oracle/dual.js";
import type { Oracle } from "./checks.js";
import { type Exports, toJavaScript } from "./load.js";
import type { Program } from "../../compiler/ir/program.js";

export type Sources = Readonly<Record<string, string>>;

/** The functions of one module after one pass. */
export interface Traced {
  readonly pass: string;
  readonly funcs: readonly Func[];
}

export interface Compiled {
  /** Text of the generated module, by the source's path. */
  readonly outputs: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
  /** The lowered programs, by the source's path. */
  readonly programs: ReadonlyMap<string, Program>;
  readonly traces: ReadonlyMap<string, readonly Traced[]>;
}

/** What only tests ask for. */
export type Settings = Pick<
  CompileProjectOptions,
  "disable" | "lengths" | "width"
>;

/** Compiles modules in memory through the product. */
export function compileSources(
  sources: Sources,
  settings: Settings = {},
): Compiled {
  const programs = new Map<string, Program>();
  const traces = new Map<string, Traced[]>();
  const { outputs, diagnostics } = compileProject({
    sources,
    ...settings,
    trace: (pass, funcs, { file, program }) => {
      if (pass === "lower") {
        const named = funcs.map((fn) => [fn.name, fn] as const);
        programs.set(file, { ...program, funcs: new Map(named) });
      }
      traces.set(file, [...(traces.get(file) ?? []), { pass, funcs }]);
    },
  });
  return {
    outputs: new Map(outputs.map(({ source, text }) => [source, text])),
    diagnostics,
    programs,
    traces,
  };
}

export const outputPath = (source: string): string =>
  source.replace(/\.ts$/, ".diff.ts");

/** Exact directional derivatives by dual numbers; `exports` hold what the program refers to at module level. */
export function dualOracle(
  program: Program,
  name: string,
  exports: Exports,
): Oracle | undefined {
  const { entries } = program;
  if (!entries.some((one) => (one.variant?.of ?? one.exportName) === name))
    return undefined;
  const host = { bindings: exports, toJavaScript };
  return (args, tangents) => {
    const { func } = entryFor(entries, name, args)!;
    return interpretDual(program, func, args, tangents, host);
  };
}

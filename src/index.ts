import type { Diagnostic } from "../compiler/diagnostics/diagnostic.js";
import type { FunctionStats, Mode } from "../compiler/stats.js";
import type { Optimisation } from "../compiler/switches.js";

export type {
  Diagnostic,
  Position,
  RelatedDiagnostic,
} from "../compiler/diagnostics/diagnostic.js";
export type { FunctionStats, Mode, ValueNote } from "../compiler/stats.js";
export type { Optimisation } from "../compiler/switches.js";

export interface CompileOptions {
  /** Paths of the sources on the disk. */
  readonly files?: readonly string[];
  /** Sources in memory: path to text. They may import each other. */
  readonly sources?: Readonly<Record<string, string>>;
  /** Path of a tsconfig; left out: the nearest one to the first file. */
  readonly project?: string;
  /** The folder of the outputs; left out: beside each source. */
  readonly outDir?: string;
  /** Differentiate this function, annotated or not. */
  readonly fn?: string;
  /** With `fn`: the parameters to differentiate by. */
  readonly wrt?: readonly string[];
  /** With `fn`: the modes to generate. */
  readonly modes?: readonly Mode[];
  /** `"ir"` gives the printed intermediate representation as the outputs' text. */
  readonly emit?: "ts" | "ir";
  /** Optimisations to leave out, to compare or to look for a fault. */
  readonly disable?: readonly Optimisation[];
}

export interface CompileResult {
  /** The generated modules. A source with errors has none. Nothing is written to the disk. */
  readonly outputs: { readonly path: string; readonly text: string }[];
  /** Errors and warnings of all sources. */
  readonly diagnostics: Diagnostic[];
  readonly stats: FunctionStats[];
}

/**
 * Compiles annotated TypeScript into modules with its derivatives.
 *
 * Mistakes in the sources are diagnostics, never exceptions.
 *
 * @example
 * const { outputs, diagnostics } = await compile({
 *   sources: {
 *     "square.ts": `
 *       /** @differentiable *\/
 *       export function square(x: number): number { return x * x; }`,
 *   },
 * });
 * // outputs[0].path is "square.diff.ts", and its text exports squareGrad and squareValueAndGrad
 */
export async function compile(options: CompileOptions): Promise<CompileResult> {
  // Loaded here, and not above: importing `diffc` must stay quick.
  const { compileProject } = await import("../compiler/compile.js");
  const { outputs, diagnostics, stats } = compileProject(options);
  return {
    outputs: outputs.map(({ path, text }) => ({ path, text })),
    diagnostics,
    stats,
  };
}

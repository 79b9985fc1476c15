export type Mode = "grad" | "vjp" | "jvp";

/** What `--stats` shows of one generated function. */
export interface FunctionStats {
  readonly file: string;
  /** The annotated function. */
  readonly fn: string;
  readonly mode: Mode;
  /** Scalar operations in the code of the primal and of the derivative (a loop's body counts once). */
  readonly primalOps: number;
  readonly derivativeOps: number;
  /** Pass name to the number of instructions that it took out, in the order of the passes. */
  readonly removed: Readonly<Record<string, number>>;
  /** What is saved for the backward sweep, for a person: "nothing", "2 per iteration". */
  readonly tape: string;
}

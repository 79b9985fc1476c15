import type { Expr } from "./tree.js";
import type { Variable } from "./variables.js";
import type { Instr, Value } from "../ir/ir.js";

/** An expression and what it depends on, as long as it is not written down. */
export interface Computed {
  readonly expr: Expr;
  /** The variables in it: it must be written before one of them changes. */
  readonly reads: ReadonlySet<Variable>;
  /** Does it read memory, so that it must be written before memory changes? */
  readonly memory: boolean;
  /** A call, or carried source: it keeps its place among all that reads, writes or may fail. */
  readonly ordered: boolean;
  /** The number of operations. */
  readonly size: number;
}

export const plainly = (expr: Expr): Computed => ({
  expr,
  reads: new Set(),
  memory: false,
  ordered: false,
  size: 0,
});

/** An expression made of others. */
export function combine(
  parts: readonly Computed[],
  expr: Expr,
  own: { memory?: boolean; ordered?: boolean } = {},
): Computed {
  return {
    expr,
    reads: new Set(parts.flatMap((part) => [...part.reads])),
    memory: own.memory === true || parts.some((part) => part.memory),
    ordered: own.ordered === true || parts.some((part) => part.ordered),
    size: parts.reduce((sum, part) => sum + part.size, 1),
  };
}

export const result = (instr: Instr): Value => instr.results[0] as Value;

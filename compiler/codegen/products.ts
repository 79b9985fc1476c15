import type { Value } from "../ir/ir.js";
import type { Emitter } from "./emitter.js";
import { call, type Expr } from "./tree.js";
import type { Computed } from "./computed.js";

/**
 * A product is a call of the runtime: of a matrix and a vector, of two vectors, or of two matrices, by what its sizes
 * show. Arguments that such a call has no use for are left out.
 *
 *     addMatVec(s, 0, 1, w, 0, n, 1, x, 0, 1, m, n);
 */
export function emitProduct(
  emitter: Emitter,
  values: readonly Value[],
  args: readonly Computed[],
): void {
  const isOne = (at: number): boolean => isLiteralOne(args[at]!.expr);
  const [helper, unused] = isOne(13)
    ? (["addMatVec", [3, 10, 13]] as const)
    : isOne(14)
      ? (["addOuter", [7, 11, 14]] as const)
      : (["addMatMul", []] as const);
  const left = new Set<number>(unused);
  const shown = values.flatMap((_, at) =>
    left.has(at) ? [] : [args[at]!.expr],
  );
  emitter.push({
    kind: "expr",
    expr: call(emitter.context.runtime(helper), shown),
  });
}

const isLiteralOne = (expr: Expr): boolean =>
  expr.kind === "literal" && expr.text === "1";

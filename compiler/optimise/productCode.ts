import { RegionBuilder } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";
import { num } from "../ir/types.js";
import { emitTerm, type Term } from "./affine.js";

/** What is handed to a `product` instruction. */
export interface Side {
  readonly array: Value;
  readonly start: Term;
  readonly strides: readonly [Term, Term];
}

export function emitProduct(
  c: Side,
  a: Side,
  b: Side,
  sizes: readonly [Term, Term, Term],
  out: RegionBuilder,
): void {
  const args = [c, a, b].flatMap(({ array, start, strides }) => [
    array,
    ...[start, ...strides].map((term) => emitTerm(term, out)),
  ]);
  const all = [...args, ...sizes.map((term) => emitTerm(term, out))];
  out.emit({ kind: "product", ...out.plain(all, []) });
}

/** `for (let i = 0; i < trips; i++)` */
export function counted(
  trips: Term,
  out: RegionBuilder,
  hint: string | undefined,
  body: (index: Value, out: RegionBuilder) => void,
): void {
  const args = [out.constant(0), emitTerm(trips, out)];
  const index = out.ids.fresh(num, hint);
  const inner = out.child();
  body(index, inner);
  out.emit({
    kind: "for",
    test: "<",
    step: 1,
    breaks: false,
    args,
    results: [],
    regions: [inner.finish([index], [])],
    span: out.span,
  });
}

export function store(
  array: Value,
  index: Value,
  value: Value,
  out: RegionBuilder,
): void {
  out.emit({
    kind: "store",
    inBounds: true,
    ...out.plain([array, index, value], []),
  });
}

/** How many rounds of an outer loop are put together. */
export const rounds = 32;

import type { RegionBuilder } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";
import type { OpName } from "../ir/ops.js";
import type { Algebra } from "../rules/algebra.js";

/**
 * A value that is emitted when it is first asked for. Rules name operands that a slope may not need in the end; only
 * those that it does need are saved or recomputed.
 */
export interface Lazy {
  readonly known: number | undefined;
  get(): Value;
}

export function lazy(get: () => Value, known?: number): Lazy {
  let value: Value | undefined;
  return { known, get: () => (value ??= get()) };
}

/** The algebra of rules over IR values: what it makes is emitted into the builder when `get` is called. */
export function lazyAlgebra(builder: RegionBuilder): Algebra<Lazy> {
  return {
    constant: (value) => lazy(() => builder.constant(value), value),
    op: (op: OpName, ...args) =>
      lazy(() =>
        builder.op(
          op,
          args.map((arg) => arg.get()),
        ),
      ),
    known: (value) => value.known,
  };
}

import type { RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Value } from "../ir/ir.js";

export interface LoopFacts {
  readonly constants: ReadonlyMap<Value, number>;
  readonly integers: ReadonlySet<Value>;
  /** Integers that are not negative. */
  readonly lengths: ReadonlySet<Value>;
}

/** The index that ends a loop which counts up by one, as an instruction before it: its start, where there is no trip. */
export function endOf(
  loop: ForInstr,
  out: RegionBuilder,
  facts: LoopFacts,
): Value {
  const [lo, hi] = loop.args as [Value, Value];
  const isStrict = loop.test === "<";
  const [from, to] = [lo, hi].map((value) => facts.constants.get(value));
  if (from !== undefined && to !== undefined) {
    const end = isStrict ? Math.ceil(to) : Math.floor(to) + 1;
    return end > from ? out.constant(end) : lo;
  }
  if (isStrict && from === 0 && facts.lengths.has(hi)) return hi;
  if (facts.integers.has(hi)) {
    const end = isStrict ? hi : out.op("add", [hi, out.constant(1)]);
    return out.op("max", [end, lo]);
  }
  const whole = isStrict
    ? out.op("ceil", [hi])
    : out.op("add", [out.op("floor", [hi]), out.constant(1)]);
  const runs = out.op(isStrict ? "gt" : "ge", [hi, lo]);
  return out.op("select", [runs, whole, lo]);
}

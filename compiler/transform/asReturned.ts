import type { RegionBuilder } from "../ir/builder.js";
import type { Func, Value } from "../ir/ir.js";
import type { Entry } from "../ir/program.js";

/** The value as the original returns it: instances where the derivative has worked on plain objects. */
export function asReturned(
  { classes }: Func,
  { returnType }: Entry,
  value: Value,
  out: RegionBuilder,
): Value {
  if (classes === undefined) return value;
  const { text, needs } = returnType;
  const result = out.ids.fresh({ kind: "opaque", text, needs }, "value");
  out.emit({
    kind: "struct",
    what: "instances",
    classes,
    ...out.plain([value], [result]),
  });
  return result;
}

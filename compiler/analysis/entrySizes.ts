import type { Func, Value } from "../ir/ir.js";
import type { Ty } from "../ir/types.js";
import type { Memory } from "./memory.js";
import { childOf, elements, find, type MemoryNode } from "./memoryGraph.js";
import type { Makings } from "./uniformSizes.js";

/** A field of a field ... of a parameter. */
export interface Place {
  readonly param: Value;
  readonly fields: readonly string[];
}

/**
 * A number that is there where the function begins, and stays: a parameter, the length of an array of the caller's, the
 * length that all rows of one have.
 */
export type EntrySize =
  | { readonly kind: "number"; readonly place: Place }
  | { readonly kind: "length" | "rows"; readonly place: Place };

export const nameOfSize = ({ kind, place }: EntrySize): string =>
  kind === "number"
    ? `value ${place.param.id}`
    : `length ${kind === "rows" ? "of rows of " : ""}${[place.param.id, ...place.fields].join(".")}`;

/**
 * The length at entry that an array has, wherever it is looked at: of arrays that stand at one place of the caller's only.
 * What the function itself makes is never among them, and what it may lengthen is for others to see.
 */
export function entrySizes(
  fn: Func,
  memory: Memory,
  makings: Makings,
): (array: Value) => EntrySize | undefined {
  const sizes = new Map<MemoryNode, EntrySize[]>();
  const give = (node: MemoryNode, size: EntrySize): void => {
    sizes.set(find(node), [...(sizes.get(find(node)) ?? []), size]);
  };
  const see = (ty: Ty, node: MemoryNode, place: Place): void => {
    if (ty.kind === "array") {
      give(node, { kind: "length", place });
      if (ty.elem.kind === "array")
        give(childOf(node, elements), { kind: "rows", place });
      return;
    }
    if (ty.kind !== "record" || ty.recursive || ty.tuple) return;
    for (const field of ty.fields)
      see(field.ty, childOf(node, field.name), {
        ...place,
        fields: [...place.fields, field.name],
      });
  };
  for (const { value, optional } of fn.params)
    if (!optional && (value.ty.kind === "array" || value.ty.kind === "record"))
      see(value.ty, memory.nodeOf(value), { param: value, fields: [] });
  return (array) => {
    const node = find(memory.nodeOf(array));
    if (makings.isMadeHere(node) || makings.isFromElsewhere(node))
      return undefined;
    const all = sizes.get(node) ?? [];
    return all.length === 1 ? all[0] : undefined;
  };
}

/** Numbers of the caller's. */
export const numbersAtEntry = (fn: Func): ReadonlyMap<Value, EntrySize> =>
  new Map(
    fn.params
      .filter(({ optional, value }) => !optional && value.ty.kind === "num")
      .map(({ value }) => [
        value,
        { kind: "number", place: { param: value, fields: [] } },
      ]),
  );

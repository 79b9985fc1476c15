import { withPair, type Compared, type Ty } from "./types.js";

/**
 * May a value of one type stand where the other is asked for? As `sameTy`, but TypeScript decides about what is only
 * carried, and a record may have more fields, in another order, than those that are looked at.
 */
export function fits(from: Ty, to: Ty, above: Compared = []): boolean {
  if (from.kind === "opaque" && to.kind === "opaque") return true;
  if (from.kind === "maybe" && to.kind === "maybe")
    return fits(from.of, to.of, above);
  if (from.kind === "array" && to.kind === "array")
    return from.store === to.store && fits(from.elem, to.elem, above);
  if (from.kind === "table" && to.kind === "table")
    return from.form === to.form && fits(from.elem, to.elem, above);
  if (from.kind === "record" && to.kind === "record") {
    const pairs = withPair(above, from, to);
    if (pairs === undefined) return true;
    return (
      from.tuple === to.tuple &&
      to.fields.every((field) => {
        const given = from.fields.find(({ name }) => name === field.name);
        return given === undefined
          ? field.optional === true
          : fits(given.ty, field.ty, pairs);
      })
    );
  }
  return from.kind === to.kind;
}

export const fitsBoth = (a: Ty, b: Ty): boolean => fits(a, b) && fits(b, a);

import {
  f64Array,
  type Field,
  holdsFloat,
  isUnfinished,
  num,
  type Made,
  type RecordTy,
  type Ty,
  withFields,
  writable,
} from "./types.js";

/**
 * The type of the shadow of a value: same shape, derivatives in place of floats, everything else left out.
 * A number that may be missing has a plain number as its shadow; shadows of all float typed arrays are Float64Array.
 * Undefined where the type holds no float.
 */
export function shadowTy(ty: Ty, made: Made = new Map()): Ty | undefined {
  if (!holdsFloat(ty)) return undefined;
  switch (ty.kind) {
    case "num":
      return num;
    case "maybe": {
      const of = shadowTy(ty.of, made);
      return of === undefined || of.kind === "num" ? of : { ...ty, of };
    }
    case "array": {
      if (ty.store !== "js") return f64Array;
      const elem = shadowTy(ty.elem, made);
      return elem && { ...writable(ty), elem };
    }
    case "table": {
      const elem = shadowTy(ty.elem, made);
      return elem && { ...ty, elem };
    }
    case "record":
      return slopes(ty, made, shadowField);
    default:
      return undefined;
  }
}

/**
 * The type in which a user gets or gives a gradient, tangent or cotangent of a value: as `shadowTy`, but typed arrays
 * keep their kind and what may be missing stays so.
 */
export function gradTy(ty: Ty, made: Made = new Map()): Ty | undefined {
  if (!holdsSlope(ty)) return undefined;
  switch (ty.kind) {
    case "num":
      return num;
    case "maybe": {
      const of = gradTy(ty.of, made);
      return of && { ...ty, of };
    }
    case "array": {
      const elem = gradTy(ty.elem, made);
      return elem && { ...writable(ty), elem };
    }
    case "table": {
      const elem = gradTy(ty.elem, made);
      return elem && { ...ty, elem };
    }
    case "record":
      return slopes(ty, made, gradField);
    default:
      return undefined;
  }
}

/** Has it a part that a gradient is given for? A Map keeps its numbers to itself. */
export function holdsSlope(ty: Ty, above: readonly Ty[] = []): boolean {
  if (!holdsFloat(ty)) return false;
  if (ty.kind === "maybe") return holdsSlope(ty.of, above);
  if (ty.kind === "array") return holdsSlope(ty.elem, above);
  if (ty.kind === "table")
    return ty.form === "object" && holdsSlope(ty.elem, above);
  if (ty.kind !== "record" || isUnfinished(ty)) return true;
  if (above.includes(ty)) return false;
  return ty.fields.some((field) => holdsSlope(field.ty, [...above, ty]));
}

/** A number that may be missing is there all the same, as 0. */
function shadowField(
  { name, ty, optional }: Field,
  made: Made,
): Field | undefined {
  const shadow = shadowTy(ty, made);
  if (shadow === undefined) return undefined;
  return optional === true && shadow.kind !== "num"
    ? { name, ty: shadow, optional }
    : { name, ty: shadow };
}

function gradField(field: Field, made: Made): Field | undefined {
  const ty = gradTy(field.ty, made);
  return ty && { ...field, ty };
}

/** The name of the type of the slopes of a `Ray`: `RayGrad`. */
const slopesOf = (called: string): string =>
  called.endsWith("Grad") ? called : `${called}Grad`;

function slopes(
  ty: RecordTy,
  made: Made,
  map: (field: Field, made: Made) => Field | undefined,
): RecordTy {
  const { called } = ty;
  const named = called === undefined ? ty : { ...ty, called: slopesOf(called) };
  return withFields(
    ty,
    made,
    (fields, inside) => fields.flatMap((field) => map(field, inside) ?? []),
    named,
  );
}

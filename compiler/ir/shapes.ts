import {
  f64Array,
  type Field,
  holdsFloat,
  num,
  type RecordTy,
  type Ty,
  writable,
} from "./types.js";

/**
 * The type of the shadow of a value: same shape, derivatives in place of floats, everything else left out.
 * A number that may be missing has a plain number as its shadow; shadows of all float typed arrays are Float64Array.
 * Undefined where the type holds no float.
 */
export function shadowTy(ty: Ty): Ty | undefined {
  if (!holdsFloat(ty)) return undefined;
  switch (ty.kind) {
    case "num":
      return num;
    case "maybe": {
      const of = shadowTy(ty.of);
      return of === undefined || of.kind === "num" ? of : { ...ty, of };
    }
    case "array": {
      if (ty.store !== "js") return f64Array;
      const elem = shadowTy(ty.elem);
      return elem && { ...writable(ty), elem };
    }
    case "table": {
      const elem = shadowTy(ty.elem);
      return elem && { ...ty, elem };
    }
    case "record":
      return withFields(ty, shadowField);
    default:
      return undefined;
  }
}

/**
 * The type in which a user gets or gives a gradient, tangent or cotangent of a value: as `shadowTy`, but typed arrays
 * keep their kind and what may be missing stays so.
 */
export function gradTy(ty: Ty): Ty | undefined {
  if (!holdsFloat(ty)) return undefined;
  switch (ty.kind) {
    case "num":
      return num;
    case "maybe": {
      const of = gradTy(ty.of);
      return of && { ...ty, of };
    }
    case "array": {
      const elem = gradTy(ty.elem);
      return elem && { ...writable(ty), elem };
    }
    case "table": {
      const elem = gradTy(ty.elem);
      return elem && { ...ty, elem };
    }
    case "record":
      return withFields(ty, gradField);
    default:
      return undefined;
  }
}

/** A number that may be missing is there all the same, as 0. */
function shadowField({ name, ty, optional }: Field): Field | undefined {
  const shadow = shadowTy(ty);
  if (shadow === undefined) return undefined;
  return optional === true && shadow.kind !== "num"
    ? { name, ty: shadow, optional }
    : { name, ty: shadow };
}

function gradField(field: Field): Field | undefined {
  const ty = gradTy(field.ty);
  return ty && { ...field, ty };
}

/** The name of the type of the slopes of a `Ray`: `RayGrad`. */
const slopesOf = (called: string): string =>
  called.endsWith("Grad") ? called : `${called}Grad`;

function withFields(
  ty: RecordTy,
  map: (field: Field) => Field | undefined,
): RecordTy {
  const { called } = ty;
  const fields = ty.fields.flatMap((field) => map(field) ?? []);
  return {
    ...ty,
    fields,
    ...(called === undefined ? {} : { called: slopesOf(called) }),
  };
}

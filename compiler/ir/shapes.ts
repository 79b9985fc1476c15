import { f64Array, holdsFloat, num, type RecordTy, type Ty } from "./types.js";

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
      return elem && { ...ty, elem };
    }
    case "record":
      return withFields(ty, shadowTy);
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
      return elem && { ...ty, elem };
    }
    case "record":
      return withFields(ty, gradTy);
    default:
      return undefined;
  }
}

function withFields(ty: RecordTy, map: (ty: Ty) => Ty | undefined): RecordTy {
  const fields = ty.fields.flatMap((field) => {
    const mapped = map(field.ty);
    return mapped === undefined ? [] : [{ ...field, ty: mapped }];
  });
  return { ...ty, fields };
}

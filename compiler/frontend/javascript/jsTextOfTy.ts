import type { Ty } from "../../ir/types.js";
import { describeTy } from "../types/describeTy.js";

/** A type as JavaScript's comments write it; undefined for what is only carried. */
export function textOfTy(ty: Ty): string | undefined {
  if (ty.kind === "opaque" || ty.kind === "tape") return undefined;
  if (ty.kind === "record" && ty.recursive) return undefined;
  if (ty.kind === "maybe") {
    const inner = textOfTy(ty.of);
    const nil = ty.nil === "both" ? "null | undefined" : ty.nil;
    return inner && `${inner} | ${nil}`;
  }
  if (ty.kind === "array" && ty.store === "js") {
    const inner = textOfTy(ty.elem);
    return inner && `(${inner})[]`;
  }
  if (ty.kind !== "record") return describeTy(ty);
  const parts = ty.fields.map((field) => {
    const inner = textOfTy(field.ty);
    const key = JSON.stringify(field.name);
    return inner && (ty.tuple ? inner : `${key}: ${inner}`);
  });
  if (parts.includes(undefined)) return undefined;
  return ty.tuple ? `[${parts.join(", ")}]` : `{ ${parts.join("; ")} }`;
}

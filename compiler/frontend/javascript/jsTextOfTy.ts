import type { ts } from "ts-morph";
import type { OpaqueTy, RecordTy, Ty } from "../../ir/types.js";
import { describeTy } from "../lower/lowerCoerce.js";
import { isTag } from "./tagNames.js";

/** A type as JavaScript's comments write it; undefined for what is only carried, words aside. */
export function textOfTy(checker: ts.TypeChecker, ty: Ty): string | undefined {
  const inner = (one: Ty): string | undefined => textOfTy(checker, one);
  switch (ty.kind) {
    case "tape":
      return undefined;
    case "opaque":
      return textOfOpaque(ty);
    case "maybe": {
      const of = inner(ty.of);
      const nil = ty.nil === "both" ? "null | undefined" : ty.nil;
      return of === "undefined" ? of : of && `${of} | ${nil}`;
    }
    case "record":
      return textOfRecord(checker, ty);
    case "array": {
      if (ty.store !== "js") return describeTy(ty);
      const elem = inner(ty.elem);
      return elem && `(${elem})[]`;
    }
    default:
      return describeTy(ty);
  }
}

function textOfRecord(
  checker: ts.TypeChecker,
  ty: RecordTy,
): string | undefined {
  if (ty.recursive) return undefined;
  const parts = ty.fields.map(({ name, ty: own }) => {
    const isWord = own.kind === "opaque" && /^"/.test(own.text);
    const text =
      isWord && isTag(checker, name) ? own.text : textOfTy(checker, own);
    // as the fields are written that nobody gives
    const mark = text === "undefined" ? "?" : "";
    return (
      text && (ty.tuple ? text : `${JSON.stringify(name)}${mark}: ${text}`)
    );
  });
  if (parts.includes(undefined)) return undefined;
  return ty.tuple ? `[${parts.join(", ")}]` : `{ ${parts.join("; ")} }`;
}

function textOfOpaque({ text }: OpaqueTy): string | undefined {
  // as an object without fields is written
  if (text === "{}") return "{  }";
  if (text === "undefined") return text;
  return /^("[^"\\]*"|string)$/.test(text) ? "string" : undefined;
}

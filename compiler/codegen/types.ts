import {
  typedArrayName,
  type ArrayTy,
  type RecordTy,
  type TableTy,
  type Ty,
} from "../ir/types.js";
import {
  type Doc,
  group,
  ifBreak,
  indent,
  join,
  line,
  softline,
} from "./doc.js";
import { isIdentifier } from "./names.js";
import { typeTextDoc } from "./typeText.js";
import { unionDoc } from "./unionDoc.js";

/** Names for record types that a module declares. */
export interface NamedTypes {
  typeName?(ty: RecordTy): string | undefined;
}

/** A type as TypeScript prints it. */
export function typeDoc(ty: Ty, named: NamedTypes = {}): Doc {
  switch (ty.kind) {
    case "num":
      return "number";
    case "bool":
      return "boolean";
    case "opaque":
      return typeTextDoc(ty.text);
    case "tape":
      return "Tape";
    case "array":
      return arrayDoc(ty, named);
    case "table":
      return tableDoc(ty, named);
    case "record":
      return isTuple(ty)
        ? readonlyDoc(
            ty,
            tupleDoc(
              ty.fields.map((field) => field.ty),
              named,
            ),
          )
        : (named.typeName?.(ty) ?? recordDoc(ty, named));
    case "maybe":
      return unionDoc([
        typeDoc(ty.of, named),
        ...(ty.nil === "both" ? ["null", "undefined"] : [ty.nil]),
      ]);
  }
}

/** Is the record printed as a tuple type: one whose entries are all there? */
export const isTuple = (ty: RecordTy): boolean =>
  ty.tuple &&
  ty.fields.length > 0 &&
  ty.fields.every((field, i) => field.name === String(i));

function arrayDoc(ty: ArrayTy, named: NamedTypes): Doc {
  if (ty.store !== "js") return typedArrayName[ty.store];
  const doc =
    ty.fixed === undefined
      ? sequenceDoc(ty, named)
      : tupleDoc(
          Array.from({ length: ty.fixed }, () => ty.elem),
          named,
        );
  return readonlyDoc(ty, doc);
}

const readonlyDoc = (ty: Ty, doc: Doc): Doc =>
  isReadonly(ty) ? ["readonly ", doc] : doc;

const isReadonly = (ty: Ty): boolean =>
  (ty.kind === "array" && ty.store === "js" && ty.readonly === true) ||
  (ty.kind === "record" && isTuple(ty) && ty.readonly === true);

function sequenceDoc(ty: ArrayTy, named: NamedTypes): Doc {
  const needsParens =
    ty.elem.kind === "maybe" ||
    isReadonly(ty.elem) ||
    (ty.elem.kind === "opaque" && !isPrimaryType(ty.elem.text));
  return needsParens
    ? ["(", typeDoc(ty.elem, named), ")[]"]
    : [typeDoc(ty.elem, named), "[]"];
}

/** May `[]` follow the type as it stands? */
const isPrimaryType = (text: string): boolean =>
  /^[\w$.]+(<[^|&]*>)?(\[\])*$/.test(text) || /^"[^"]*"$/.test(text);

function tableDoc({ form, key, elem }: TableTy, named: NamedTypes): Doc {
  if (form === "set") return ["Set<", typeDoc(key, named), ">"];
  const name = form === "map" ? "Map" : "Record";
  const entries = [typeDoc(key, named), ",", line, typeDoc(elem, named)];
  return [name, group(["<", indent([softline, entries]), softline, ">"])];
}

function tupleDoc(elements: readonly Ty[], named: NamedTypes): Doc {
  if (elements.length === 0) return "[]";
  return group([
    "[",
    indent([
      softline,
      join(
        [",", line],
        elements.map((element) => typeDoc(element, named)),
      ),
    ]),
    ifBreak(",", ""),
    softline,
    "]",
  ]);
}

/** The record type written out. */
export function recordDoc(ty: RecordTy, named: NamedTypes): Doc {
  if (ty.fields.length === 0) return "{}";
  const fields = ty.fields.map((field): Doc => {
    const key =
      /^\d+$/.test(field.name) || isIdentifier(field.name)
        ? field.name
        : JSON.stringify(field.name);
    if (field.optional !== true) return [key, ": ", typeDoc(field.ty, named)];
    // exactOptionalPropertyTypes: a missing key stands for undefined
    const inner =
      field.ty.kind === "maybe"
        ? field.ty.nil === "undefined"
          ? field.ty.of
          : { ...field.ty, nil: "null" as const }
        : field.ty;
    return [key, "?: ", typeDoc(inner, named)];
  });
  return group([
    "{",
    indent([line, join([";", line], fields)]),
    ifBreak(";", ""),
    line,
    "}",
  ]);
}

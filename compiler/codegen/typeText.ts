import { type Doc, group, hardline, indent, join, line } from "./doc.js";
import { tokenise, Reader } from "./typeReader.js";
import { unionParts } from "./unionDoc.js";

/**
 * Carried type text, laid out as prettier would: object and tuple types may break. Text that uses more of the language
 * than this reads is left as it is.
 */
export function typeTextDoc(text: string): Doc {
  const tokens = tokenise(text);
  const reader = tokens && new Reader(tokens);
  const doc = reader?.union();
  if (doc !== undefined && reader?.atEnd === true) return doc;
  const lines = text.split(/\r?\n/);
  return lines.length === 1
    ? text
    : join(
        hardline,
        lines.map((l) => l.trim()),
      );
}

/** `type name = text;` */
export function aliasDoc(name: string, text: string): Doc {
  const tokens = tokenise(text);
  const reader = tokens && new Reader(tokens);
  const parts = reader?.unionParts();
  if (parts === undefined || reader?.atEnd !== true)
    return [`type ${name} = `, typeTextDoc(text), ";"];
  if (parts.length === 1) return [`type ${name} = `, parts[0] as Doc, ";"];
  const union = group(unionParts(parts));
  return group([`type ${name} =`, group(indent([line, union])), ";"]);
}

/** Is it an object type, `{ ... }`, and nothing else? */
export function isObjectTypeText(text: string): boolean {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{") || !trimmed.endsWith("}")) return false;
  let depth = 0;
  for (let i = 0; i < trimmed.length; i++) {
    if (trimmed[i] === "{") depth++;
    if (trimmed[i] === "}") depth--;
    if (depth === 0 && i < trimmed.length - 1) return false;
  }
  return true;
}

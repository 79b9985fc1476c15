import {
  type Doc,
  group,
  indent,
  softline,
  ifBreak,
  join,
  line,
} from "./doc.js";

/** `A | B`; where that is too long, on a line of its own, or one part on each line. */
export function unionDoc(parts: readonly Doc[]): Doc {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return group(indent([softline, group(unionParts(parts))]));
}

export function unionParts(parts: readonly Doc[]): Doc {
  const aligned = parts.map((part) => indent(part));
  return [ifBreak("| ", ""), join([line, "| "], aligned)];
}

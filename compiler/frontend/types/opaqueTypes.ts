import { ts } from "ts-morph";
import type { TypeText } from "../../ir/ir.js";
import { str, type Ty } from "../../ir/types.js";
import { wordsInOrder } from "./typeOrder.js";

/** Types that are carried and never looked into: what is known of them is how they are written. */
export interface OpaqueTypes {
  opaque(type: ts.Type): Ty;
  text(type: ts.Type): string;
}

export function newOpaqueTypes(
  checker: ts.TypeChecker,
  textOf: (type: ts.Type) => TypeText | undefined,
): OpaqueTypes {
  return { opaque, text };

  function opaque(type: ts.Type): Ty {
    const plain: Ty = { kind: "opaque", text: text(type) };
    if (isPlainText.test(plain.text)) return plain;
    const named = textOf(type);
    if (named === undefined)
      // a name that cannot be had: words are words
      return isWord(type) ? str : plain;
    const { needs } = named;
    return {
      ...plain,
      text: named.text,
      ...(needs.length > 0 ? { needs } : {}),
    };
  }

  function isWord(type: ts.Type): boolean {
    return type.isUnion()
      ? type.types.every(isWord)
      : (type.flags & ts.TypeFlags.StringLike) !== 0;
  }

  function text(type: ts.Type): string {
    // Written out: the generated module does not know the user's name for a union of words.
    const isWords = (one: ts.Type): boolean =>
      (one.flags & ts.TypeFlags.StringLiteral) !== 0 &&
      (one.flags & ts.TypeFlags.EnumLike) === 0;
    if (type.isUnion() && type.types.every(isWords))
      return wordsInOrder(type)
        .map((one) => checker.typeToString(one))
        .join(" | ");
    return checker.typeToString(
      type,
      undefined,
      ts.TypeFormatFlags.NoTruncation |
        ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope,
    );
  }
}

/** Words, and types that are in scope everywhere. */
const isPlainText =
  /^((string|number|boolean|undefined|null|unknown|never|any|void|bigint|object|true|false|"[^"]*"|[|\s[\]()])*|Date|RegExp|Error)$/;

import type { ConstInstr, Instr } from "./ir.js";
import { allOps, type OpName } from "./ops.js";
import { parseBinding, parseNeeds } from "./parseTypes.js";
import type { Tokens } from "./tokens.js";

type WithoutParts<T> = T extends Instr
  ? Omit<T, "args" | "results" | "regions" | "span" | "parts">
  : never;

/** An instruction without its operands and regions: its kind and attributes. */
export type Head = WithoutParts<Instr>;

const ops: ReadonlySet<string> = new Set(allOps);

/** Reads what stands between the instruction's name, which has been taken, and its first operand. */
export function parseHead(what: string, tokens: Tokens): Head {
  if (ops.has(what)) return { kind: "op", op: what as OpName };
  if (what === "const") return { kind: "const", value: parseConstant(tokens) };
  const bracketed = tokens.take("[");
  const head = parseAttributes(what as Instr["kind"], tokens, bracketed);
  if (bracketed) tokens.expect("]");
  return head;
}

function parseAttributes(
  kind: Instr["kind"],
  tokens: Tokens,
  bracketed: boolean,
): Head {
  switch (kind) {
    case "global": {
      const binding = parseBinding(tokens);
      const head = tokens.take("member")
        ? { kind, binding, member: tokens.name() }
        : { kind, binding };
      if (!tokens.take("=")) return head;
      const value = parseConstant(tokens) as number | boolean | string;
      return { ...head, value };
    }
    case "opaque":
      return {
        kind,
        effect: oneOf(["none", "effect", "throw"], tokens),
        needs: parseNeeds(tokens),
      };
    case "load":
    case "store":
    case "accum":
      return { kind, inBounds: bracketed && tokens.take("inBounds") };
    case "newTable": {
      const names: string[] = [];
      while (tokens.peek().kind === "text") names.push(tokens.quoted());
      return { kind, names };
    }
    case "slice":
      return bracketed && tokens.take("near") ? { kind, near: true } : { kind };
    case "setField": {
      const field = tokens.name();
      return bracketed && tokens.take("mayGo")
        ? { kind, field, mayGo: true }
        : { kind, field };
    }
    case "getField":
    case "accumField":
      return { kind, field: tokens.name() };
    case "struct": {
      const what = oneOf(
        [
          "copy",
          "apart",
          "zeros",
          "seed",
          "gradOf",
          "addSeed",
          "into",
          "shadowIn",
          "deliver",
          "instances",
          "distinct",
          "rowLength",
        ],
        tokens,
      );
      if (tokens.peek().kind !== "text") return { kind, what };
      return { kind, what, text: tokens.quoted() };
    }
    case "for":
      return {
        kind,
        test: oneOf(["<", "<=", ">", ">="], tokens),
        step: tokens.number(),
        breaks: tokens.take("breaks"),
      };
    case "call":
      return { kind, callee: tokens.name() };
    case "newArray":
      return bracketed && tokens.take("roundsUp")
        ? { kind, roundsUp: true }
        : { kind };
    case "arrayLit":
    case "newRecord":
    case "keys":
    case "has":
    case "product":
    case "length":
    case "setLength":
    case "push":
    case "pop":
    case "subarray":
    case "newTape":
    case "tapePush":
    case "tapePop":
    case "if":
    case "while":
      return { kind };
    default:
      return tokens.fail(`an instruction instead of ${String(kind)}`);
  }
}

function parseConstant(tokens: Tokens): ConstInstr["value"] {
  if (tokens.peek().kind === "text") return tokens.quoted();
  if (tokens.take("poison")) return { poison: true };
  if (tokens.take("true")) return true;
  if (tokens.take("false")) return false;
  if (tokens.take("null")) return null;
  if (tokens.take("undefined")) return undefined;
  return tokens.number();
}

function oneOf<T extends string>(words: readonly T[], tokens: Tokens): T {
  return (
    words.find((word) => tokens.take(word)) ?? tokens.fail(words.join(" or "))
  );
}

import { irFault } from "./fault.js";

export interface Token {
  readonly kind: "word" | "number" | "text" | "mark" | "end";
  /** The token as written; of a text, its value. */
  readonly text: string;
  readonly line: number;
}

const pattern =
  /\s+|(?<number>-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Infinity)(?![\p{L}_$]))|(?<word>[\p{L}_$][\p{L}\p{N}_$]*)|(?<text>"(?:[^"\\]|\\.)*")|(?<mark><=|>=|[<>=:,?^(){}[\]])/uy;

/** A place in the text of a function, with what a descending parser asks. */
export interface Tokens {
  peek(): Token;
  next(): Token;
  /** Takes the token if it is this mark or word. */
  take(text: string): boolean;
  expect(text: string): void;
  /** A word, the number of a tuple's field, or a quoted text where a name is none of these. */
  name(): string;
  quoted(): string;
  number(): number;
  fail(wanted: string): never;
}

export function readTokens(text: string): Tokens {
  const tokens = [...split(text)];
  let at = 0;
  const peek = (): Token => tokens[at]!;
  const next = (): Token => tokens[Math.min(at++, tokens.length - 1)]!;
  const fail = (wanted: string): never =>
    irFault(`line ${peek().line}: ${wanted} expected, found ${peek().text}`);
  const isPlain = (token: Token): boolean => token.kind !== "text";

  function take(wanted: string): boolean {
    if (!isPlain(peek()) || peek().text !== wanted) return false;
    at++;
    return true;
  }
  function ofKind(kinds: readonly Token["kind"][], wanted: string): string {
    return kinds.includes(peek().kind) ? next().text : fail(wanted);
  }
  return {
    peek,
    next,
    take,
    expect: (wanted) => void (take(wanted) || fail(wanted)),
    name: () =>
      /^\d+$/.test(peek().text)
        ? next().text
        : ofKind(["word", "text"], "a name"),
    quoted: () => ofKind(["text"], "a quoted text"),
    number: () =>
      peek().text === "NaN"
        ? Number(next().text)
        : Number(ofKind(["number"], "a number")),
    fail,
  };
}

function* split(text: string): Generator<Token> {
  let line = 1;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null)
      irFault(`line ${line}: what is ${text.slice(start, start + 20)}?`);
    for (const kind of ["number", "word", "text", "mark"] as const) {
      const found = match.groups![kind];
      if (found !== undefined)
        yield {
          kind,
          text: kind === "text" ? (JSON.parse(found) as string) : found,
          line,
        };
    }
    line += match[0].split("\n").length - 1;
  }
  yield { kind: "end", text: "the end", line };
}

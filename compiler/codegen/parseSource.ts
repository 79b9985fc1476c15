import { isIdentifier } from "./names.js";
import {
  array,
  binary,
  type BinaryOp,
  call,
  cond,
  type Entry,
  type Expr,
  index,
  literal,
  member,
  name,
  nonNull,
  object,
  stringText,
  unary,
} from "./tree.js";

/**
 * Carried source, read as an expression, so that it is laid out with the rest and gets the parentheses that its place
 * needs. `holes` stand between the parts. Undefined where the source uses more of the language than is read here
 * (functions, type arguments, optional chains, comments); it is then printed as it stands.
 */
export function parseSource(
  parts: readonly string[],
  holes: readonly Expr[],
): Expr | undefined {
  const text = parts.map((part, k) =>
    k === 0 ? part : `${mark(k - 1)}${part}`,
  );
  const tokens = tokenise(text.join(""));
  if (tokens === undefined) return undefined;
  const parser = new Parser(tokens, holes);
  const expr = parser.expression();
  return expr !== undefined && parser.atEnd
    ? { ...expr, carried: true }
    : undefined;
}

/** The name that stands for a hole while the text is read. */
const mark = (k: number): string => `\u2060${k}\u2060`;
const marks = /\u2060(\d+)\u2060/u;

const tokenPattern = new RegExp(
  [
    String.raw`\s+`,
    marks.source,
    String.raw`"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'`,
    String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*`,
    String.raw`0[xX][\da-fA-F]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`,
    String.raw`>>>|===|!==|\*\*|&&|\|\||\?\?|\.\.\.|<=|>=|==|!=|<<|>>|[-+*/%<>!~&|^?:.,()[\]{}]`,
  ].join("|"),
  "uy",
);

function tokenise(text: string): string[] | undefined {
  const tokens: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === "`") {
      const end = templateEnd(text, at);
      if (end === undefined) return undefined;
      tokens.push(text.slice(at, end));
      at = end;
      continue;
    }
    tokenPattern.lastIndex = at;
    const found = tokenPattern.exec(text);
    if (found === null) return undefined;
    const [token] = found;
    // a regular expression, or a comment
    if (token === "/" && !endsOperand(tokens.at(-1))) return undefined;
    if (token.trim() !== "") tokens.push(token);
    at += token.length;
  }
  return tokens;
}

const endsOperand = (token: string | undefined): boolean =>
  token !== undefined && /[\w$)\]}"'`\u2060]$/u.test(token);

/** Where the template that begins here ends; those with other templates in them are not read. */
function templateEnd(text: string, start: number): number | undefined {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "\n") return undefined;
    else if (text[i] === "`") return i + 1;
  }
  return undefined;
}

const levels: readonly (readonly BinaryOp[])[] = [
  ["??"],
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["===", "!==", "==", "!="],
  ["<", "<=", ">", ">=", "instanceof", "in"],
  ["<<", ">>", ">>>"],
  ["+", "-"],
  ["*", "/", "%"],
];

/** Words that begin something that is not read here, or that are no names. */
const otherWords: ReadonlySet<string> = new Set(
  "function class async await yield as satisfies delete void let const var if for while return throw import super".split(
    " ",
  ),
);

/** Thrown, and caught again here, where the source goes beyond what is read. */
class Beyond extends Error {}

class Parser {
  private readonly tokens: readonly string[];
  private readonly holes: readonly Expr[];
  private at = 0;

  constructor(tokens: readonly string[], holes: readonly Expr[]) {
    this.tokens = tokens;
    this.holes = holes;
  }

  get atEnd(): boolean {
    return this.at === this.tokens.length;
  }

  expression(): Expr | undefined {
    try {
      return this.conditional();
    } catch (error) {
      if (error instanceof Beyond) return undefined;
      throw error;
    }
  }

  private peek(): string {
    return this.tokens[this.at] ?? "";
  }

  private take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at++;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw new Beyond();
  }

  private conditional(): Expr {
    const test = this.level(0);
    if (!this.take("?")) return test;
    const yes = this.conditional();
    this.expect(":");
    return cond(test, yes, this.conditional());
  }

  private level(depth: number): Expr {
    const ops = levels[depth];
    if (ops === undefined) return this.power();
    let left = this.level(depth + 1);
    for (;;) {
      const op = ops.find((one) => one === this.peek());
      if (op === undefined) return left;
      this.at++;
      left = binary(op, left, this.level(depth + 1));
    }
  }

  private power(): Expr {
    const base = this.prefix();
    return this.take("**") ? binary("**", base, this.power()) : base;
  }

  private prefix(): Expr {
    const token = this.peek();
    if (token === "-" || token === "+" || token === "!" || token === "~") {
      this.at++;
      if (this.peek() === token && token !== "!") throw new Beyond();
      return unary(token, this.prefix());
    }
    if (this.take("typeof")) return unary("typeof ", this.prefix());
    return this.postfix(
      this.take("new") ? this.construction() : this.primary(),
    );
  }

  private construction(): Expr {
    let callee = this.primary();
    while (this.take(".")) callee = member(callee, this.word());
    this.expect("(");
    return { kind: "call", callee, args: this.list(")"), isNew: true };
  }

  private postfix(start: Expr): Expr {
    let expr = start;
    for (;;) {
      if (this.take(".")) expr = member(expr, this.word());
      else if (this.take("(")) expr = call(expr, this.list(")"));
      else if (this.take("[")) {
        const at = this.conditional();
        this.expect("]");
        expr = { ...index(expr, at), carried: true };
      } else if (this.peek() === "!" && this.tokens[this.at + 1] !== "=") {
        this.at++;
        expr = nonNull(expr);
      } else return expr;
    }
  }

  private word(): string {
    const token = this.peek();
    if (!isIdentifier(token)) throw new Beyond();
    this.at++;
    return token;
  }

  private primary(): Expr {
    const token = this.peek();
    this.at++;
    if (token === "(") {
      const inner = this.conditional();
      this.expect(")");
      // `(a, b) =>` is not read
      if (this.peek() === "=") throw new Beyond();
      return inner;
    }
    if (token === "[") return array(this.list("]"));
    if (token === "{") return this.record();
    const hole = marks.exec(token)?.[1];
    if (token.startsWith("`")) return this.template(token);
    if (hole !== undefined) return this.hole(Number(hole));
    if (token.startsWith('"') || token.startsWith("'")) return quoted(token);
    if (/^[.\d]/.test(token)) return literal(numberText(token));
    if (token === "true" || token === "false" || token === "null")
      return literal(token);
    if (!isIdentifier(token) || otherWords.has(token)) throw new Beyond();
    return name(token);
  }

  private hole(k: number): Expr {
    const expr = this.holes[k];
    if (expr === undefined) throw new Beyond();
    return expr;
  }

  private template(token: string): Expr {
    const pieces = token.split(marks);
    const parts = pieces.map((piece, k) =>
      k % 2 === 0 ? piece : this.hole(Number(piece)),
    );
    return { kind: "raw", parts, atomic: true };
  }

  private list(close: string): Expr[] {
    const items: Expr[] = [];
    while (!this.take(close)) {
      items.push(this.item());
      if (this.peek() !== close) this.expect(",");
    }
    return items;
  }

  private item(): Expr {
    if (this.take("...")) return { kind: "spread", arg: this.conditional() };
    return this.conditional();
  }

  private record(): Expr {
    const entries: Entry[] = [];
    while (!this.take("}")) {
      entries.push(this.entry());
      if (this.peek() !== "}") this.expect(",");
    }
    return object(entries);
  }

  private entry(): Entry {
    if (this.peek() === "...") return { value: this.item() };
    const key = this.word();
    return { key, value: this.take(":") ? this.conditional() : name(key) };
  }
}

/** With the quotes that prettier picks. */
function quoted(token: string): Expr {
  const inner = token.slice(1, -1);
  if (inner.includes("\\")) {
    const hasQuotes = /["']/.test(inner.replace(/\\./g, ""));
    if (token.startsWith("'") && (hasQuotes || /\\["']/.test(inner)))
      throw new Beyond();
    return literal(`"${inner}"`);
  }
  return literal(stringText(inner));
}

/** Prettier's normal form: lower case, no needless zeros, a digit before the point. */
function numberText(token: string): string {
  if (/^0x/i.test(token)) return token.toLowerCase();
  return token
    .toLowerCase()
    .replace(/^\./, "0.")
    .replace(/e\+/, "e")
    .replace(/(\.\d*?)0+(?=e|$)/, "$1")
    .replace(/\.(?=e|$)/, "");
}

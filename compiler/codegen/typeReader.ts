import {
  type Doc,
  join,
  group,
  softline,
  indent,
  line,
  ifBreak,
} from "./doc.js";
import { unionDoc } from "./unionDoc.js";

/** Undefined where the text holds what is not read here: comments, templates, arrows. */
export function tokenise(text: string): string[] | undefined {
  const pattern =
    /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\p{ID_Start}$_][\p{ID_Continue}$]*|\d[\w.]*|[{}[\]()<>|&?:;,.-])/uy;
  const tokens: string[] = [];
  const trimmed = text.trim();
  while (pattern.lastIndex < trimmed.length) {
    const found = pattern.exec(trimmed);
    if (found === null) return undefined;
    tokens.push(found[1] as string);
  }
  return tokens;
}

/** A descent over type text; any method gives undefined where it meets something unknown. */
export class Reader {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  get atEnd(): boolean {
    return this.at === this.tokens.length;
  }

  private peek(): string | undefined {
    return this.tokens[this.at];
  }

  private take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at++;
    return true;
  }

  unionParts(): Doc[] | undefined {
    return this.chain("|", () => this.intersection());
  }

  union(): Doc | undefined {
    const parts = this.unionParts();
    return parts === undefined ? undefined : unionDoc(parts);
  }

  private intersection(): Doc | undefined {
    const parts = this.chain("&", () => this.postfix());
    return parts === undefined ? undefined : join(" & ", parts);
  }

  private chain(
    operator: string,
    part: () => Doc | undefined,
  ): Doc[] | undefined {
    this.take(operator);
    const parts: Doc[] = [];
    do {
      const doc = part();
      if (doc === undefined) return undefined;
      parts.push(doc);
    } while (this.take(operator));
    return parts;
  }

  private postfix(): Doc | undefined {
    const word = this.peek();
    if (word === "readonly" || word === "keyof" || word === "typeof") {
      this.at++;
      const of = this.postfix();
      return of === undefined ? undefined : [`${word} `, of];
    }
    let doc = this.primary();
    while (doc !== undefined && this.take("[")) {
      if (this.take("]")) {
        doc = [doc, "[]"];
        continue;
      }
      const key = this.union();
      doc =
        key !== undefined && this.take("]") ? [doc, "[", key, "]"] : undefined;
    }
    return doc;
  }

  private primary(): Doc | undefined {
    const token = this.peek();
    if (token === "{") return this.objectType();
    if (token === "[") return this.tuple();
    if (token === "(") {
      this.at++;
      const parts = this.unionParts();
      if (parts === undefined || !this.take(")")) return undefined;
      // only a union leaves the line of its parentheses
      return parts.length === 1
        ? ["(", ...parts, ")"]
        : group(["(", unionDoc(parts), softline, ")"]);
    }
    if (token === "-") {
      this.at++;
      const digits = this.primary();
      return digits === undefined ? undefined : ["-", digits];
    }
    if (token === undefined || !/^["'\p{ID_Start}$_\d]/u.test(token))
      return undefined;
    this.at++;
    return this.reference(
      token.startsWith("'") ? withDoubleQuotes(token) : token,
    );
  }

  /** `A.B<C, D>` */
  private reference(first: string): Doc | undefined {
    let name = first;
    while (this.take(".")) name += `.${this.tokens[this.at++] ?? ""}`;
    if (!this.take("<")) return name;
    const args: Doc[] = [];
    const isObject = this.peek() === "{";
    const start = this.at;
    do {
      const arg = this.union();
      if (arg === undefined) return undefined;
      args.push(arg);
    } while (this.take(","));
    if (!this.take(">")) return undefined;
    // an object type that is all there is breaks within its braces
    if (args.length === 1 && isObject && this.closes(start))
      return [name, "<", ...args, ">"];
    return group([
      name,
      "<",
      indent([softline, join([",", line], args)]),
      softline,
      ">",
    ]);
  }

  /** Does the brace that opens there close before the token that was just read? */
  private closes(start: number): boolean {
    let depth = 0;
    for (let k = start; k < this.at - 1; k++) {
      if (this.tokens[k] === "{") depth++;
      if (this.tokens[k] === "}" && --depth === 0) return k === this.at - 2;
    }
    return false;
  }

  private objectType(): Doc | undefined {
    this.at++;
    const members: Doc[] = [];
    while (!this.take("}")) {
      const member = this.member();
      if (member === undefined) return undefined;
      members.push(member);
      if (!this.take(";")) this.take(",");
    }
    if (members.length === 0) return "{}";
    return group([
      "{",
      indent([line, join([";", line], members)]),
      ifBreak(";", ""),
      line,
      "}",
    ]);
  }

  private member(): Doc | undefined {
    const isReadonly =
      this.peek() === "readonly" &&
      !"?:".includes(this.tokens[this.at + 1] ?? "");
    if (isReadonly) this.at++;
    const key = this.tokens[this.at++];
    if (key === undefined || !/^["'\p{ID_Start}$_\d]/u.test(key))
      return undefined;
    const optional = this.take("?");
    if (!this.take(":")) return undefined;
    const ty = this.union();
    if (ty === undefined) return undefined;
    return [isReadonly ? "readonly " : "", key, optional ? "?: " : ": ", ty];
  }

  private tuple(): Doc | undefined {
    this.at++;
    const elements: Doc[] = [];
    while (!this.take("]")) {
      const element = this.element();
      if (element === undefined) return undefined;
      elements.push(element);
      this.take(",");
    }
    if (elements.length === 0) return "[]";
    return group([
      "[",
      indent([softline, join([",", line], elements)]),
      ifBreak(",", ""),
      softline,
      "]",
    ]);
  }

  /** `x: number` or `number`, maybe with `?`. */
  private element(): Doc | undefined {
    const next = this.tokens[this.at + 1];
    const after = this.tokens[this.at + 2];
    const isLabelled = next === ":" || (next === "?" && after === ":");
    const label = isLabelled ? (this.tokens[this.at++] as string) : undefined;
    const optional = isLabelled && this.take("?");
    if (isLabelled) this.take(":");
    const ty = this.union();
    if (ty === undefined) return undefined;
    if (label !== undefined) return [label, optional ? "?: " : ": ", ty];
    return this.take("?") ? [ty, "?"] : ty;
  }
}

function withDoubleQuotes(token: string): string {
  const inner = token.slice(1, -1);
  return inner.includes('"') || inner.includes("\\") ? token : `"${inner}"`;
}

/** Words that no local variable may be called. */
const reserved: readonly string[] = (
  "break case catch class const continue debugger default delete do else enum export extends false finally for function if import in " +
  "instanceof new null return super switch this throw true try typeof var void while with yield let static implements interface package " +
  "private protected public await async of eval arguments undefined NaN Infinity Math Array Number Boolean Object String Symbol BigInt " +
  "RangeError TypeError Error Float64Array Float32Array Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array"
).split(" ");

/**
 * The names in use while a function is written, innermost scope last. A new name differs from those of all enclosing
 * scopes, so nothing is ever shadowed; scopes beside each other may use a name again.
 */
export class Names {
  private readonly scopes: Set<string>[];
  /** For each scope, the last number that a name was given there. */
  private readonly lastNumbers: Map<string, number>[];

  constructor(taken: Iterable<string>) {
    this.scopes = [new Set([...reserved, ...taken])];
    this.lastNumbers = [new Map()];
  }

  enter(): void {
    this.scopes.push(new Set());
    this.lastNumbers.push(new Map());
  }

  leave(): void {
    this.scopes.pop();
    this.lastNumbers.pop();
  }

  /** The wanted name, or the first free one with a number after it. */
  fresh(wanted: string): string {
    const base = identifier(wanted);
    const separator = /\d$/.test(base) ? "_" : "";
    // Numbers below the last one that was given out are taken still: a scope only gains names.
    let n = Math.max(0, ...this.lastNumbers.map((last) => last.get(base) ?? 0));
    let name = n === 0 ? base : `${base}${separator}${n}`;
    while (this.isTaken(name)) name = `${base}${separator}${++n}`;
    this.scopes.at(-1)?.add(name);
    this.lastNumbers.at(-1)?.set(base, n);
    return name;
  }

  /** The first of the names that is free. */
  firstFree(wanted: readonly string[]): string {
    return this.fresh(
      wanted.find((name) => !this.isTaken(name)) ?? wanted[0] ?? "t",
    );
  }

  /** Keeps a name of the module's from being hidden from here on. */
  reserve(name: string): void {
    this.scopes[0]?.add(name);
  }

  isTaken(name: string): boolean {
    return this.scopes.some((scope) => scope.has(name));
  }
}

/** Turns any text into something that can be a name. */
function identifier(text: string): string {
  // without the number of a variable that is one of several under a name
  const own = text.replace(/(?<=.)\$is\d+$/, "");
  const cleaned = own.replace(/[^\p{ID_Continue}$]/gu, "_");
  if (cleaned === "") return "t";
  return /^[\p{ID_Start}$_]/u.test(cleaned) ? cleaned : `_${cleaned}`;
}

export const isIdentifier = (text: string): boolean =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text);

/** The identifiers that a piece of source mentions; words in comments and regular expressions too. */
export function identifiersIn(source: string): string[] {
  const code = withoutTexts(source);
  return (
    code.match(
      /(?<![\p{ID_Continue}$]|(?<!\.)\.)[\p{ID_Start}$_][\p{ID_Continue}$]*/gu,
    ) ?? []
  );
}

/** The source with blanks for what stands in quotes; what a template computes stays. */
function withoutTexts(source: string): string {
  let code = "";
  // for each template that is open: how many braces are open within its `${`
  const templates: number[] = [];
  let inText: string | undefined;
  for (let i = 0; i < source.length; i++) {
    const c = source[i] as string;
    if (inText === undefined) {
      const depth = templates.length - 1;
      if (c === "'" || c === '"' || c === "`") inText = c;
      else if (c === "{" && depth >= 0) templates[depth]!++;
      else if (c === "}" && depth >= 0 && templates[depth]!-- === 0) {
        templates.pop();
        inText = "`";
      } else code += c;
      continue;
    }
    if (c === "\\") i++;
    else if (inText === "`" && source.startsWith("${", i)) {
      templates.push(0);
      inText = undefined;
      i++;
      code += " ";
    } else if (c === inText) {
      inText = undefined;
      code += " ";
    }
  }
  return code;
}

import type { Binding } from "./ir.js";
import type { Tokens } from "./tokens.js";
import {
  arrayOf,
  bool,
  maybe,
  num,
  recordOf,
  recursiveRecord,
  tableOf,
  tapeTy,
  type ArrayStore,
  type Field,
  type RecordTy,
  type TableTy,
  type Ty,
} from "./types.js";

const typedStores: ReadonlySet<string> = new Set<ArrayStore>([
  "f64",
  "f32",
  "i8",
  "u8",
  "u8c",
  "i16",
  "u16",
  "i32",
  "u32",
]);

/** What `printTy` writes: a core, followed by `[]`, `[3]`, `?`, `?null`, `?both` from the inside out. */
export function parseTy(tokens: Tokens, above: readonly RecordTy[] = []): Ty {
  let ty = parseCore(tokens, above);
  for (;;) {
    if (tokens.take("[")) ty = parseArray(ty, "js", tokens);
    else if (tokens.take("?"))
      ty = maybe(
        ty,
        tokens.take("null")
          ? "null"
          : tokens.take("both")
            ? "both"
            : "undefined",
      );
    else return ty;
  }
}

function parseCore(tokens: Tokens, above: readonly RecordTy[]): Ty {
  if (tokens.take("{")) return recordOf(parseFields(tokens, "}", above));
  if (tokens.take("(")) return recordOf(parseFields(tokens, ")", above), true);
  if (tokens.take("^")) {
    const known = above[tokens.number()];
    return known ?? tokens.fail("a type that is recursive");
  }
  if (tokens.take("rec")) {
    const tuple = tokens.take("(");
    if (!tuple) tokens.expect("{");
    return recursiveRecord({ tuple }, (self) =>
      parseFields(tokens, tuple ? ")" : "}", [self, ...above]),
    );
  }
  if (tokens.peek().kind === "text")
    return { kind: "opaque", text: tokens.next().text };
  if (tokens.take("num")) return num;
  if (tokens.take("bool")) return bool;
  if (tokens.take("tape")) return tapeTy;
  if (tokens.take("table")) return parseTable("object", tokens, above);
  if (tokens.take("map")) return parseTable("map", tokens, above);
  if (tokens.take("set")) return parseTable("set", tokens, above);
  if (!typedStores.has(tokens.peek().text)) return tokens.fail("a type");
  const store = tokens.next().text as ArrayStore;
  tokens.expect("[");
  return parseArray(num, store, tokens);
}

function parseTable(
  form: TableTy["form"],
  tokens: Tokens,
  above: readonly RecordTy[],
): Ty {
  tokens.expect("(");
  const key = parseTy(tokens, above);
  tokens.expect(",");
  const elem = parseTy(tokens, above);
  tokens.expect(")");
  return tableOf(elem, form, key);
}

/** After the opening bracket. */
function parseArray(elem: Ty, store: ArrayStore, tokens: Tokens): Ty {
  if (tokens.take("]")) return arrayOf(elem, store);
  const fixed = tokens.number();
  tokens.expect("]");
  return { ...arrayOf(elem, store), fixed };
}

function parseFields(
  tokens: Tokens,
  close: string,
  above: readonly RecordTy[],
): Field[] {
  return parseList(tokens, close, () => {
    const name = tokens.name();
    const optional = tokens.take("?");
    tokens.expect(":");
    const ty = parseTy(tokens, above);
    return { name, ty, ...(optional ? { optional } : {}) };
  });
}

/** Things between commas up to the closing mark, which is taken too. */
export function parseList<T>(
  tokens: Tokens,
  close: string,
  parse: () => T,
): T[] {
  const list: T[] = [];
  if (tokens.take(close)) return list;
  do list.push(parse());
  while (tokens.take(","));
  tokens.expect(close);
  return list;
}

/** `needs (a import "file" "a", T package "p" "T" typeOnly)`, or nothing. */
export function parseNeeds(tokens: Tokens): Binding[] {
  if (!tokens.take("needs")) return [];
  tokens.expect("(");
  return parseList(tokens, ")", () => parseBinding(tokens));
}

export function parseBinding(tokens: Tokens): Binding {
  const name = tokens.name();
  const from = parseFrom(tokens);
  return { name, typeOnly: tokens.take("typeOnly"), from };
}

function parseFrom(tokens: Tokens): Binding["from"] {
  if (tokens.take("import")) {
    const [file, exported] = [tokens.quoted(), tokens.quoted()];
    const attributes = tokens.take("with") ? tokens.quoted() : undefined;
    return {
      kind: "import",
      file,
      exported,
      ...(attributes === undefined ? {} : { attributes }),
    };
  }
  if (tokens.take("package"))
    return {
      kind: "package",
      specifier: tokens.quoted(),
      exported: tokens.quoted(),
    };
  tokens.expect("copy");
  const text = tokens.quoted();
  tokens.expect("(");
  return {
    kind: "copy",
    text,
    needs: parseList(tokens, ")", () => parseBinding(tokens)),
  };
}

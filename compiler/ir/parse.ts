import { noSpan } from "../diagnostics/span.js";
import { newIds } from "./builder.js";
import { irFault } from "./fault.js";
import type { Func, Instr, Param, Region, TypeText, Value } from "./ir.js";
import { parseHead, type Head } from "./parseHead.js";
import { parseList, parseNeeds, parseTy } from "./parseTypes.js";
import { readTokens, type Tokens } from "./tokens.js";
import type { Ty } from "./types.js";

/** Reads back what `printFunc` wrote; the text is that of one function. */
export function parseFunc(text: string): Func {
  const [fn, more] = [...parseFuncs(text).values()];
  if (fn === undefined || more !== undefined)
    return irFault("the text of one function expected");
  return fn;
}

/** Reads functions that stand one after the other. */
export function parseFuncs(text: string): Map<string, Func> {
  const tokens = readTokens(text);
  const funcs = new Map<string, Func>();
  while (tokens.peek().kind !== "end") {
    const fn = parseOne(tokens);
    funcs.set(fn.name, fn);
  }
  return funcs;
}

/** The values of a function under the names that the text gives them. */
interface Names {
  define(name: string, ty: Ty): Value;
  find(name: string): Value;
}

function newNames(): Names {
  const ids = newIds();
  const values = new Map<string, Value>();
  return {
    define(name, ty) {
      if (values.has(name)) irFault(`${name} is defined twice`);
      const value = ids.fresh(ty, /^v\d+$/.test(name) ? undefined : name);
      values.set(name, value);
      return value;
    },
    find: (name) => values.get(name) ?? irFault(`${name} is not defined`),
  };
}

interface ParamText {
  readonly param: Param;
  readonly effective: string | undefined;
}

function parseOne(tokens: Tokens): Func {
  const names = newNames();
  tokens.expect("func");
  const name = tokens.name();
  tokens.expect("(");
  const params = parseList(tokens, ")", () => parseParam(tokens, names));
  const results: Ty[] = [];
  if (tokens.take(":"))
    do results.push(parseTy(tokens));
    while (tokens.take(","));
  const values = params.map(({ param }) => param.value);
  const body = parseRegion(tokens, names, values);
  return {
    name,
    // The effective value of a parameter is defined in the body.
    params: params.map(({ param, effective }) => ({
      ...param,
      ...(effective === undefined ? {} : { effective: names.find(effective) }),
    })),
    body,
    results,
    span: noSpan,
  };
}

function parseParam(tokens: Tokens, names: Names): ParamText {
  const own = tokens.name();
  tokens.expect(":");
  const value = names.define(own, parseTy(tokens));
  const name = tokens.take("named") ? tokens.name() : own;
  const optional = tokens.take("optional");
  const isRest = tokens.take("rest");
  const effective = tokens.take("effective") ? tokens.name() : undefined;
  const tsType = tokens.take("type") ? parseTypeText(tokens) : undefined;
  return {
    param: {
      name,
      value,
      optional,
      span: noSpan,
      ...(isRest ? { rest: true as const } : {}),
      ...(tsType === undefined ? {} : { tsType }),
    },
    effective,
  };
}

const parseTypeText = (tokens: Tokens): TypeText => ({
  text: tokens.quoted(),
  needs: parseNeeds(tokens),
});

function parseRegion(
  tokens: Tokens,
  names: Names,
  params: readonly Value[],
): Region {
  tokens.expect("{");
  const body: Instr[] = [];
  while (!tokens.take("yield")) body.push(parseInstr(tokens, names));
  const yields = parseList(tokens, "}", () => names.find(tokens.name()));
  return { params, body, yields };
}

const parseTyped = (tokens: Tokens, names: Names): Value => {
  const name = tokens.name();
  tokens.expect(":");
  return names.define(name, parseTy(tokens));
};

function parseInstr(tokens: Tokens, names: Names): Instr {
  const { line } = tokens.peek();
  const onLine = (): boolean => tokens.peek().line === line;
  const first = tokens.name();
  const results: Value[] = [];
  let what = first;
  if (tokens.take(":")) {
    results.push(names.define(first, parseTy(tokens)));
    while (tokens.take(",")) results.push(parseTyped(tokens, names));
    tokens.expect("=");
    what = tokens.name();
  }
  const head = parseHead(what, tokens);
  const operands = parseOperands(head, tokens, names, onLine);
  const regions: Region[] = [];
  if (onLine() && ["(", "{"].includes(tokens.peek().text))
    do regions.push(parseOwned(tokens, names));
    while (tokens.take("else"));
  return { ...head, ...operands, results, regions, span: noSpan } as Instr;
}

/** A region of an instruction, with its parameters if it has any. */
function parseOwned(tokens: Tokens, names: Names): Region {
  const params = tokens.take("(")
    ? parseList(tokens, ")", () => parseTyped(tokens, names))
    : [];
  return parseRegion(tokens, names, params);
}

/** `a, b`; for opaque source its parts with the arguments between them. */
function parseOperands(
  head: Head,
  tokens: Tokens,
  names: Names,
  onLine: () => boolean,
): { args: Value[]; parts?: string[] } {
  const args: Value[] = [];
  if (head.kind === "opaque") {
    const parts = [tokens.quoted()];
    while (onLine() && tokens.peek().kind === "word") {
      args.push(names.find(tokens.name()));
      parts.push(tokens.quoted());
    }
    return { args, parts };
  }
  if (onLine() && tokens.peek().kind === "word")
    do args.push(names.find(tokens.name()));
    while (tokens.take(","));
  return { args };
}

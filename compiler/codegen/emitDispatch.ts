import type { Binding, Func, Param } from "../ir/ir.js";
import type { ArgumentCase, ArgumentTest } from "../ir/program.js";
import { bare, recordOf, sameTy, type RecordTy, type Ty } from "../ir/types.js";
import type { EmitContext } from "./blockWriter.js";
import { type Doc, flatText, hardline, join } from "./doc.js";
import { paramDoc, resultTy, signatureDoc } from "./emitFunction.js";
import { Names } from "./names.js";
import { blockDoc, stmtDoc } from "./printStatement.js";
import { runtimeNames } from "./runtimeManifest.js";
import {
  binary,
  call,
  cond,
  index,
  literal,
  member,
  name,
  unary,
  type Expr,
  type Stmt,
} from "./tree.js";
import { isTuple, typeDoc } from "./types.js";

/** An exported function that finds out which kind of arguments it has, and calls the function for that kind. */
export interface Dispatch {
  readonly name: string;
  readonly variants: readonly DispatchVariant[];
}

export interface DispatchVariant {
  readonly func: Func;
  /** By parameter; undefined where there is one kind, or what a transform has added. */
  readonly cases: readonly (ArgumentCase | undefined)[];
}

/** What its text refers to at module level, beside what its variants do. */
export const dispatchNeeds = ({ variants }: Dispatch): Binding[] =>
  variants.flatMap(({ cases }) =>
    cases.flatMap((one) => {
      const { test, declared } = one ?? {};
      const of = test?.kind === "instance" ? test.of : undefined;
      const own = typeof of === "object" ? [of] : [];
      return [...own, ...(declared?.needs ?? [])];
    }),
  );

/** The signature for each kind, one for values of which the type does not say which kind they are, and the function. */
export function dispatchDoc(
  { name: exported, variants }: Dispatch,
  context: EmitContext,
): Doc {
  const options = { exported: true, printedName: exported, context };
  const heads = variants.map((variant) => asDeclared(variant));
  const whole = common(heads, variants, context);
  const names = namesOf(whole, exported);
  const signature = (fn: Func): Doc => {
    for (const { value } of fn.params) context.useTypes(value.ty);
    const params = fn.params.map((param, k) =>
      paramDoc(fn, param, names[k] ?? param.name, context),
    );
    return signatureDoc(fn, params, options);
  };
  // where all give the same there is nothing to tell apart
  const [given, ...others] = heads.map((one) => resultTy(one));
  const isOne = others.every(
    (one) => one === given || (one && given && sameTy(one, given)),
  );
  const overloads = isOne ? [] : [...heads, whole].map(signature);
  return [
    join(hardline, [
      ...overloads.map((doc): Doc => [doc, ";"]),
      [signature(whole), " "],
    ]),
    blockDoc(chosen(variants, whole, names, 0, context), context),
  ];
}

const namesOf = (fn: Func, own: string): string[] => {
  const names = new Names([...runtimeNames, own]);
  return fn.params.map((param) => names.fresh(param.name));
};

/** What is copied is declared as what it may be. */
function asDeclared({ func, cases }: DispatchVariant): Func {
  const params = func.params.map((param, k) => {
    const one = cases[k];
    return one?.copies ? { ...param, tsType: one.declared } : param;
  });
  return { ...func, params };
}

/** The function for all kinds. */
function common(
  heads: readonly Func[],
  variants: readonly DispatchVariant[],
  context: EmitContext,
): Func {
  const [first] = heads as [Func];
  const params = first.params.map((param, k): Param => {
    const all = heads.map((one) => one.params[k] as Param);
    const declared = variants[0]?.cases[k]?.declared;
    const ty = eitherTy(
      all.map(({ value }) => value.ty),
      context,
    );
    return {
      ...param,
      optional: all.some(({ optional }) => optional),
      value: { ...param.value, ty },
      ...(declared && { tsType: declared }),
    };
  });
  const results = heads.map((one) => resultTy(one));
  const returned = eitherTy(
    results.filter((one) => one !== undefined),
    context,
  );
  return { ...first, params, results: [returned] };
}

/** The type of what is one or the other: fields by field where the fields have the same names. */
function eitherTy(all: readonly Ty[], context: EmitContext): Ty {
  const [first] = all as [Ty];
  if (all.every((one) => sameTy(one, first))) return first;
  const nils = new Set(
    all.flatMap((one) => (one.kind === "maybe" ? [one.nil] : [])),
  );
  const [nil = "undefined"] = nils;
  if (nils.size > 0)
    return {
      kind: "maybe",
      of: eitherTy(all.map(bare), context),
      nil: nils.size === 1 ? nil : "both",
    };
  for (const one of all) context.useTypes(one);
  const isAlike = (one: Ty): one is RecordTy =>
    one.kind === "record" &&
    first.kind === "record" &&
    !isTuple(one) &&
    !one.recursive &&
    one.fields.length === first.fields.length &&
    one.fields.every(
      ({ name: key, optional }, k) =>
        key === first.fields[k]?.name &&
        (optional ?? false) === (first.fields[k].optional ?? false),
    );
  if (first.kind === "record" && all.every(isAlike))
    return recordOf(
      first.fields.map((field, k) => ({
        ...field,
        ty: eitherTy(
          all.map((one) => (one as RecordTy).fields[k]?.ty as Ty),
          context,
        ),
      })),
    );
  const texts = all.map((one) => flatText(typeDoc(one, context)));
  return { kind: "opaque", text: [...new Set(texts)].join(" | ") };
}

/** A question for each parameter of several kinds; what was asked before holds. */
function chosen(
  variants: readonly DispatchVariant[],
  whole: Func,
  names: readonly string[],
  at: number,
  context: EmitContext,
): Stmt[] {
  const [only] = variants as [DispatchVariant];
  if (at >= whole.params.length) return [returned(only, whole, names, context)];
  const groups = new Map<ArgumentCase | undefined, DispatchVariant[]>();
  for (const one of variants) {
    const own = one.cases[at];
    const known = [...groups.keys()].find((key) => key?.label === own?.label);
    const group = groups.get(known ?? own);
    if (group === undefined) groups.set(own, [one]);
    else group.push(one);
  }
  return [...groups].flatMap(([own, group]): Stmt[] => {
    const inner = chosen(group, whole, names, at + 1, context);
    const test = own && testOf(own, names[at] ?? "");
    return test === undefined ? inner : [guarded(test, inner, context)];
  });
}

/** Without braces where it fits on a line. */
function guarded(test: Expr, yes: readonly Stmt[], context: EmitContext): Stmt {
  const guard: Stmt = { kind: "if", test, yes, no: [] };
  const short: Stmt = { ...guard, short: true };
  const text = yes.length === 1 && flatText(stmtDoc(short, context));
  return text && text.length <= context.width - 2 ? short : guard;
}

function testOf(
  { test, orNothing }: ArgumentCase,
  param: string,
): Expr | undefined {
  if (test === undefined) return undefined;
  const own = kindTest(test, name(param));
  const isNothing = binary("==", name(param), literal("null"));
  return orNothing === true ? binary("||", isNothing, own) : own;
}

const isArray = (x: Expr): Expr => call(member(name("Array"), "isArray"), [x]);

function kindTest(test: ArgumentTest, x: Expr): Expr {
  switch (test.kind) {
    case "typeof":
      return binary("===", unary("typeof ", x), literal(`"${test.name}"`));
    case "array":
      return isArray(x);
    case "nested":
      return binary("&&", isArray(x), isArray(index(x, literal("0"))));
    case "instance":
      return binary(
        "instanceof",
        x,
        name(typeof test.of === "string" ? test.of : test.of.name),
      );
  }
}

function returned(
  { func, cases }: DispatchVariant,
  whole: Func,
  names: readonly string[],
  context: EmitContext,
): Stmt {
  const args = func.params.map((param, k): Expr => {
    const own = name(names[k] ?? param.name);
    const { copies, isHidden } = cases[k] ?? {};
    if (copies !== undefined) return asList(own, copies);
    const isKnown =
      cases[k] === undefined
        ? sameTy(param.value.ty, (whole.params[k] as Param).value.ty)
        : isHidden !== true;
    const passed: Expr = isKnown ? own : cast(own, param);
    return param.rest === true ? { kind: "spread", arg: passed } : passed;
  });
  return {
    kind: "return",
    value: call(context.functionName(func.name), args),
  };
}

const cast = (arg: Expr, { tsType, value }: Param): Expr =>
  tsType === undefined
    ? { kind: "cast", arg, ty: value.ty }
    : { kind: "raw", parts: [arg, ` as ${tsType.text}`], atomic: false };

/** Copied, where it is none. */
function asList(x: Expr, kind: "js" | "f64"): Expr {
  const made = kind === "js" ? "Array" : "Float64Array";
  const test = kind === "js" ? isArray(x) : binary("instanceof", x, name(made));
  return cond(test, x, call(member(name(made), "from"), [x]));
}

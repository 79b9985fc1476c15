import type { Func, Instr, Param, Value } from "../ir/ir.js";
import { recordOf, type Ty, writableThroughout } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { isExpressionIf, tailIfs } from "./branches.js";
import {
  type Doc,
  group,
  ifBreak,
  indent,
  join,
  line,
  softline,
} from "./doc.js";
import type { EmitContext } from "./blockWriter.js";
import { Emitter } from "./emitter.js";
import { emitRegion } from "./emitRegion.js";
import { asExpected } from "./declare.js";
import { flattenThrows } from "./flattenThrows.js";
import { hoistPastIf } from "./hoistPastIf.js";
import { mentionsIn, withoutUnused } from "./mentions.js";
import { identifiersIn, Names } from "./names.js";
import { typeName } from "./naming.js";
import { placementOf, type Placement } from "./placement.js";
import { blockDoc } from "./printStatement.js";
import { runtimeNames } from "./runtimeManifest.js";
import { planTapes } from "./tapeForms.js";
import { releaseTapes } from "./tapeRoom.js";
import { type Expr, object } from "./tree.js";
import { isObjectTypeText, typeTextDoc } from "./typeText.js";
import { isTuple, typeDoc } from "./types.js";
import { type Variable, variablesOf } from "./variables.js";
import { declareRows } from "./workspaces.js";
import { unionDoc } from "./unionDoc.js";

export interface FunctionOptions {
  /** Does it leave the module? */
  readonly exported: boolean;
  readonly printedName: string;
  readonly context: EmitContext;
}

/** One function, laid out. */
export function functionDoc(original: Func, options: FunctionOptions): Doc {
  const fn = hoistPastIf(flattenThrows(original));
  const placement = placementOf(fn);
  const tails = tailIfs(placement, fn);
  const variables = withoutExpressions(
    placement,
    variablesOf(placement, tails),
  );
  const names = new Names([
    ...runtimeNames,
    ...namesAround(fn),
    options.printedName,
  ]);
  const emitter = new Emitter(
    placement,
    variables,
    tails,
    planTapes(fn),
    names,
    options.context,
  );
  const named = fn.params.map((param) => declareParam(emitter, param));
  declareRows(emitter);
  emitRegion(emitter, fn.body, fn.body.yields, {
    finish: (yields) => emitReturn(emitter, fn, yields),
    leaves: () => true,
  });
  const body = withoutUnused(emitter.block);
  const mentioned = mentionsIn(body);
  const params = fn.params.map((param, k) => {
    const own = named[k] as string;
    const text = mentioned.has(own) ? own : unused(names, own);
    return paramDoc(fn, param, text, options.context);
  });
  return [
    signatureDoc(fn, params, options),
    " ",
    blockDoc(body, options.context),
  ];
}

/** The result of an `if` that is an expression needs no variable. */
function withoutExpressions(
  placement: Placement,
  variables: ReadonlyMap<Value, Variable>,
): ReadonlyMap<Value, Variable> {
  const kept = new Map(variables);
  for (const [value, variable] of variables) {
    const maker = placement.makers.get(value);
    if (
      maker?.kind === "if" &&
      variable.members.size === 1 &&
      isExpressionIf(placement, maker)
    )
      kept.delete(value);
  }
  return kept;
}

/** Names outside the function that its text mentions: no local may hide them. */
function namesAround(fn: Func): string[] {
  const found: string[] = [];
  eachInstr(fn.body, (instr: Instr) => {
    if (instr.kind === "global") found.push(instr.binding.name);
    if (instr.kind === "call") found.push(instr.callee);
    if (instr.kind === "opaque")
      found.push(
        ...instr.needs.map((need) => need.name),
        ...identifiersIn(instr.parts.join(" 0 ")),
      );
  });
  return found;
}

function emitReturn(
  emitter: Emitter,
  fn: Func,
  yields: readonly Value[],
): void {
  if (fn.results.length === 0) return releaseTapes(emitter);
  const last = emitter.block.at(-1);
  if (last?.kind === "throw") return;
  if (
    last?.kind === "raw" &&
    typeof last.parts[0] === "string" &&
    last.parts[0].startsWith("throw")
  )
    return;
  releaseTapes(emitter);
  const values = yields.map((value, k) =>
    asExpected(emitter.use(value).expr, value.ty, fn.results[k] as Ty),
  );
  if (values.length === 1 && values[0] !== undefined)
    return emitter.pushWith(values[0], (value) => ({ kind: "return", value }));
  const keys = resultNamesOf(fn);
  const record = object(
    values.map((value, k) => ({ key: keys[k] as string, value })),
  );
  emitter.pushWith(record, (value) => ({ kind: "return", value }));
}

/** The keys under which a function of several results returns them: the values' names, told apart. */
export function resultNamesOf(fn: Func): readonly string[] {
  const names = new Names([]);
  return fn.body.yields.map((value) =>
    names.fresh(value.hint ?? typeName(value.ty) ?? "value"),
  );
}

export function resultTy(fn: Func): Ty | undefined {
  if (fn.results.length < 2) return fn.results[0];
  const keys = resultNamesOf(fn);
  return recordOf(fn.results.map((ty, k) => ({ name: keys[k] as string, ty })));
}

/** Gives the parameter its name in the body. */
function declareParam(emitter: Emitter, param: Param): string {
  const text = emitter.names.fresh(param.name);
  emitter.setName(param.value, text);
  const { ty } = param.value;
  if (ty.kind === "num" && ty.literal === true) emitter.narrow.add(text);
  const variable = emitter.variables.get(param.value);
  if (variable !== undefined) variable.name = text;
  const isUsed = emitter.placement.uses.has(param.value);
  if (isUsed && param.seenAs !== undefined && param.tsType !== undefined)
    seeAs(emitter, param, text);
  return text;
}

/** A parameter that the body does not mention says so. */
const unused = (names: Names, own: string): string =>
  own.startsWith("_") ? own : names.fresh(`_${own}`);

export function paramDoc(
  fn: Func,
  param: Param,
  text: string,
  context: EmitContext,
): Doc {
  const shown = mayBeLeftOut(fn, param) ? param : { ...param, optional: false };
  const dots = param.rest === true ? "..." : "";
  const mark = shown.optional ? "?" : "";
  return [dots, text, mark, ": ", paramTypeDoc(shown, context)];
}

/** `const shape1 = shape as { ... }` */
function seeAs(emitter: Emitter, param: Param, text: string): void {
  const { ty } = param.value;
  emitter.context.useTypes(ty);
  const local = emitter.names.fresh(param.name);
  const arg: Expr =
    param.seenAs === "unknown"
      ? { kind: "raw", parts: [`${text} as unknown`], atomic: true }
      : { kind: "name", name: text };
  emitter.push({
    kind: "declare",
    how: "const",
    name: local,
    init: { kind: "cast", arg, ty },
  });
  emitter.setName(param.value, local);
  const variable = emitter.variables.get(param.value);
  if (variable !== undefined) variable.name = local;
}

/** `x?` is allowed only where no parameter after it is required. */
function mayBeLeftOut(fn: Func, param: Param): boolean {
  const after = fn.params.slice(fn.params.indexOf(param) + 1);
  return (
    param.optional &&
    after.every((other) => other.optional || other.rest === true)
  );
}

function paramTypeDoc(param: Param, context: EmitContext): Doc {
  const { ty } = param.value;
  if (param.tsType === undefined) {
    const shown =
      param.optional && ty.kind === "maybe" && ty.nil === "undefined"
        ? ty.of
        : ty;
    context.useTypes(shown);
    return typeDoc(shown, context);
  }
  const { text } = param.tsType;
  const mayBeMissing =
    !param.optional &&
    ty.kind === "maybe" &&
    ty.nil !== "null" &&
    !/\bundefined\b/.test(text);
  return mayBeMissing
    ? unionDoc([typeTextDoc(text), "undefined"])
    : typeTextDoc(text);
}

export function signatureDoc(
  fn: Func,
  params: readonly Doc[],
  options: FunctionOptions,
): Doc {
  const returned = resultTy(fn);
  if (returned !== undefined) options.context.useTypes(returned);
  const list = parameterList(fn.params, params, options.context);
  const isObject =
    returned !== undefined && isWrittenOut(returned, options.context);
  const returnDoc: Doc = [
    ": ",
    returned === undefined
      ? "void"
      : typeDoc(
          options.exported ? writableThroughout(returned) : returned,
          options.context,
        ),
  ];
  return [
    options.exported ? "export " : "",
    "function ",
    options.printedName,
    group([params.length === 1 && isObject ? group(list) : list, returnDoc]),
  ];
}

function parameterList(
  params: readonly Param[],
  docs: readonly Doc[],
  context: EmitContext,
): Doc {
  const [only] = params;
  if (only === undefined) return "()";
  // a record type that is all there is breaks within its braces
  if (params.length === 1 && hasObjectType(only, context))
    return ["(", docs, ")"];
  const takesRest = params.at(-1)?.rest === true;
  return [
    "(",
    indent([softline, join([",", line], docs)]),
    takesRest ? "" : ifBreak(",", ""),
    softline,
    ")",
  ];
}

function hasObjectType(param: Param, context: EmitContext): boolean {
  if (param.tsType !== undefined) return isObjectTypeText(param.tsType.text);
  return isWrittenOut(param.value.ty, context);
}

/** Is it a record type that has no name here? */
const isWrittenOut = (ty: Ty, context: EmitContext): boolean =>
  ty.kind === "record" && !isTuple(ty) && context.typeName?.(ty) === undefined;

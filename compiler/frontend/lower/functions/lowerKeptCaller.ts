import { ts } from "ts-morph";
import type { Func, Param, Value } from "../../../ir/ir.js";
import type { LowerContext } from "../../context.js";
import {
  tagName,
  type Kind,
  type KeptCode,
  type Shape,
} from "../../kept/kept.js";
import { isAtModuleLevel } from "../../syntax/callee.js";
import { readField } from "../lowerAccess.js";
import { coerce } from "../lowerCoerce.js";
import { effectsOf } from "../facts/lowerEffects.js";
import { newFacts } from "../facts/lowerFacts.js";
import { callValue, functionConstant } from "./lowerFunctionValues.js";
import { finishArm, branch, choose } from "../control/lowerJoin.js";
import { throwError, throwInstead } from "../values/lowerOpaque.js";
import type { FunctionValue } from "./lowerKnown.js";
import {
  constant,
  newSite,
  op,
  type Site,
  type Variable,
} from "../lowerSite.js";
import { declareThis } from "../classes/lowerThis.js";

/** The name of the function that calls what is kept as this kind: `callFn(fn, x)`, which asks which one it is. */
export function keptCaller(site: Site, node: ts.Node, kind: Kind): string {
  if (kind.caller !== undefined) return kind.caller;
  const ctx = site.ctx.withTypes(new Map());
  const decl = outermostOf(node);
  const base = `call${kind.name.charAt(0).toUpperCase()}${kind.name.slice(1)}`;
  return ctx.define(
    decl,
    (name) => {
      kind.caller = name;
      return () => lowerCaller(ctx, decl, kind, name);
    },
    base,
  );
}

/** A function at module level around a place. */
function outermostOf(node: ts.Node): ts.FunctionLikeDeclaration {
  let found: ts.FunctionLikeDeclaration | undefined;
  for (let up = node; !ts.isSourceFile(up); up = up.parent) {
    if (ts.isFunctionLike(up) && "body" in up)
      found = up as ts.FunctionLikeDeclaration;
    if (found !== undefined && isAtModuleLevel(up)) break;
  }
  if (found === undefined) throw new TypeError("a call outside of functions");
  return found;
}

function lowerCaller(
  ctx: LowerContext,
  decl: ts.FunctionLikeDeclaration,
  kind: Kind,
  name: string,
): Func {
  let shrinks: boolean | undefined;
  const facts = newFacts({
    checker: ctx.checker,
    decl,
    constantOf: (symbol) => ctx.constantOf(symbol),
    neverShrinks: () =>
      !(shrinks ??=
        effectsOf(ctx.checker, [...ctx.kept.bodies()]).shrunk.length > 0),
  });
  const site = newSite(ctx, decl, facts);
  const span = ctx.spanOf(decl);
  const fn = site.ids.fresh(kind.record, "fn");
  const args = kind.params.map((one) => site.ids.fresh(one.ty, one.name));
  throwIfNone(site, decl, kind, fn);
  const value = callOneOf(site, decl, kind, fn, args, kind.shapes);
  const { result } = kind;
  const region = finishArm(
    { b: site.root, env: site.env, values: [] },
    result === undefined ? [] : [value ?? result],
  );
  const params = [fn, ...args].map((one): Param => ({
    name: one.hint ?? "fn",
    value: one,
    optional: false,
    span,
  }));
  return {
    name,
    params,
    body: { ...region, params: [fn, ...args] },
    results: result === undefined ? [] : [result],
    span,
  };
}

/** Of a function that is alone and needs nothing, the record is not looked at: it is asked whether it is there, as a call does. */
function throwIfNone(
  site: Site,
  node: ts.Node,
  { shapes }: Kind,
  fn: Value,
): void {
  const [only, ...others] = shapes;
  if (only === undefined || others.length + only.slots.length > 0) return;
  const tag = readField(site, node, fn, tagName);
  branch(
    site,
    node,
    op(site, node, "ne", [tag, constant(site, node, only.tag)]),
    [],
    () => throwError(site, node, 'TypeError("what is called is no function")'),
    () => undefined,
  );
}

function callOneOf(
  site: Site,
  node: ts.Node,
  kind: Kind,
  fn: Value,
  args: readonly Value[],
  shapes: readonly Shape[],
): Value | undefined {
  const [shape, ...others] = shapes;
  if (shape === undefined) return undefined;
  const { result } = kind;
  const call = (): Value | undefined =>
    callShape(site, node, fn, args, shape, result);
  if (others.length === 0) return call();
  const tag = readField(site, node, fn, tagName);
  const isIt = op(site, node, "eq", [tag, constant(site, node, shape.tag)]);
  const rest = (): Value | undefined =>
    callOneOf(site, node, kind, fn, args, others);
  if (result !== undefined)
    return choose(
      site,
      node,
      isIt,
      result,
      () => call()!,
      () => rest()!,
    );
  branch(
    site,
    node,
    isIt,
    [],
    () => void call(),
    () => void rest(),
  );
  return undefined;
}

/** Writes the function out, with its variables as the record has them. */
function callShape(
  site: Site,
  node: ts.Node,
  fn: Value,
  args: readonly Value[],
  { code, captures, slots, fixed }: Shape,
  want: Kind["result"],
): Value | undefined {
  if (code.kind === "plain")
    return throwInstead(
      site,
      node,
      'TypeError("what is called is no function")',
      want,
    );
  const scope = new Map<ts.Symbol, Variable>();
  captures.forEach(({ symbol, name, ty, instance }, k) => {
    const held = readField(site, node, fn, slots[k] ?? name);
    const value = coerce(site, node, held, ty);
    if (instance !== undefined) {
      const outer = site.variables;
      site.variables = scope;
      declareThis(site, ty, instance, value);
      site.variables = outer;
      return;
    }
    const variable: Variable = { name, ty };
    scope.set(symbol, variable);
    site.env.values.set(variable, value);
  });
  const own = valueOf(site, code, scope);
  for (const { symbol, name, code: known } of fixed) {
    const value =
      known === undefined
        ? constant(site, node, undefined)
        : functionConstant(
            site,
            node,
            known === "itself" ? own : valueOf(site, known, new Map()),
          );
    const variable: Variable = { name, ty: value.ty };
    scope.set(symbol, variable);
    site.env.values.set(variable, value);
  }
  const callee = functionConstant(site, node, own);
  const value = callValue(site, node, callee, args, want ?? "nothing");
  return value && want ? coerce(site, node, value, want) : value;
}

function valueOf(
  site: Site,
  code: Exclude<KeptCode, { kind: "plain" }>,
  scope: Map<ts.Symbol, Variable>,
): FunctionValue {
  if (code.kind !== "code") return code;
  const ctx = site.ctx.withTypes(code.env);
  return { kind: "code", decl: code.decl, scope, ctx };
}

import { ts } from "ts-morph";
import type { Func, Value } from "../../ir/ir.js";
import { bare, isRef, recordOf, type Ty } from "../../ir/types.js";
import type { LowerContext } from "../context.js";
import type { Place } from "./lowerAssign.js";
import { emptyValue } from "./records/lowerEmpty.js";
import { coerce } from "./lowerCoerce.js";
import { lowerExpression } from "./lowerExpressions.js";
import { newFacts } from "./facts/lowerFacts.js";
import { finishArm } from "./control/lowerJoin.js";
import { bareExpression, definedSymbol } from "../syntax/scan.js";
import { emit, newSite, perform, type Site } from "./lowerSite.js";
import { isProblem } from "../special.js";

/** Module memory that functions write into, or a module variable that they assign: its value where it is read. */
export function moduleState(
  site: Site,
  node: ts.MemberName,
  symbol: ts.Symbol,
): Value | undefined {
  const state = memoryOf(site, node, symbol);
  if (state === undefined) return undefined;
  if (!state.isVariable) return state.value;
  const { ty } = state.value;
  const inner = ty.kind === "record" ? ty.fields[0]?.ty : undefined;
  return inner && emit(site, node, "getField", [state.value], inner, held);
}

const held = { field: "value" };

/** A module variable, or a static field that functions assign, as the target of an assignment. */
export function statePlace(
  site: Site,
  node: ts.MemberName,
  symbol = definedSymbol(site.ctx.checker, node),
): Place | undefined {
  const state = symbol && memoryOf(site, node, symbol);
  if (state === undefined || !state.isVariable) return undefined;
  const box = state.value;
  const ty = box.ty.kind === "record" ? box.ty.fields[0]?.ty : undefined;
  if (ty === undefined) return undefined;
  return {
    ty,
    read: () => emit(site, node, "getField", [box], ty, held),
    write: (value) =>
      perform(
        site,
        node,
        "setField",
        [box, coerce(site, node, value, ty)],
        held,
      ),
  };
}

/** The memory itself, which is one value in all of a function. */
function memoryOf(
  site: Site,
  node: ts.MemberName,
  symbol: ts.Symbol,
): { value: Value; isVariable: boolean } | undefined {
  const state = site.ctx.stateOf(symbol, node, lowerMaker);
  if (state === undefined) return undefined;
  const { isVariable } = state;
  const known = site.globals.get(symbol);
  if (known !== undefined) return { value: known, isVariable };
  const value = site.ids.fresh(state.ty, node.text.replace(/^#/, ""));
  site.root.body.unshift({
    kind: "global",
    binding: state.binding,
    args: [],
    results: [value],
    regions: [],
    span: site.ctx.spanOf(node),
  });
  site.globals.set(symbol, value);
  return { value, isVariable };
}

/** Lowers the initializer of a variable to a function that gives its value; undefined where that is no memory. */
export type LowerMaker = (
  decl: ts.VariableDeclaration | ts.PropertyDeclaration,
  name: string,
  ctx: LowerContext,
  isVariable: boolean,
) => Func | undefined;

const lowerMaker: LowerMaker = (decl, name, ctx, isVariable) => {
  const asFunction = decl as unknown as ts.FunctionLikeDeclaration;
  const facts = newFacts({
    checker: ctx.checker,
    decl: asFunction,
    constantOf: (symbol) => ctx.constantOf(symbol),
    neverShrinks: () => false,
  });
  const site = newSite(ctx, asFunction, facts);
  const declared = ctx.tryTyOf(ctx.checker.getTypeAtLocation(decl.name));
  const want = isProblem(declared) ? undefined : declared;
  const { initializer } = decl;
  if (!isVariable && !isRef(bare(want ?? recordOf([])))) return undefined;
  if (initializer === undefined && want === undefined) return undefined;
  const isInstance =
    initializer !== undefined &&
    ts.isNewExpression(bareExpression(initializer));
  const value =
    initializer === undefined
      ? emptyValue(site, decl, want!)
      : lowerExpression(site, initializer, isInstance ? undefined : want);
  const result = isVariable ? boxed(site, decl, value, want) : value;
  const arm = { b: site.root, env: site.env, values: [] };
  const region = finishArm(arm, [result]);
  return {
    name,
    params: [],
    body: { ...region, params: [] },
    results: [result.ty],
    span: ctx.spanOf(decl.name),
  };
};

function boxed(
  site: Site,
  decl: ts.Node,
  value: Value,
  want: Ty | undefined,
): Value {
  const inner = want === undefined ? value : coerce(site, decl, value, want);
  const ty = recordOf([{ name: "value", ty: inner.ty }]);
  return emit(site, decl, "newRecord", [inner], ty, {});
}

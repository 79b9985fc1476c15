import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { num } from "../../../ir/types.js";
import type { Capture, Fixed, KeptCode } from "../../kept/kept.js";
import { functionTypesIn } from "../../kept/functionTypesIn.js";
import { settledWhen } from "../../syntax/settledWhen.js";
import { eachNode, symbolOf } from "../../syntax/scan.js";
import { coerce } from "../lowerCoerce.js";
import { usesThis } from "./lowerIndirect.js";
import {
  holdsTag,
  knownOf,
  type CodeFunction,
  type FunctionValue,
  type Known,
} from "./lowerKnown.js";
import type { Site, Variable } from "../lowerSite.js";
import { thisKey, thisOf } from "../classes/lowerThis.js";

/** What a function that is kept takes with it: the values of the variables that it sees. */
export interface Captures {
  readonly code: KeptCode;
  readonly captures: readonly {
    readonly capture: Capture;
    readonly value: Value;
  }[];
  readonly fixed: readonly Fixed[];
}

export function capturesOf(
  site: Site,
  node: ts.Node,
  fn: Exclude<FunctionValue, { kind: "missing" }>,
): Captures {
  const none = { captures: [], fixed: [] };
  if (fn.kind === "math") return { code: fn, ...none };
  if (fn.kind === "library") return { code: fn, ...none };
  if (fn.kind === "bound")
    return site.ctx.refuse(
      node,
      "DC2104",
      "a function that is made with bind is kept in an array or object",
      "write the function out: (y) => f(x, y)",
    );
  const captures: Captures["captures"][number][] = [];
  const fixed: Fixed[] = [];
  for (const [symbol, variable] of seenBy(site, fn)) {
    const name = variable.name;
    const value = currentValue(site, node, fn, symbol, variable);
    const known = knownOf(site, value);
    const same = known && fixedIn(site, known, fn);
    if (same !== undefined) fixed.push({ symbol, name, code: same.code });
    else {
      const own = inMemory(site, node, fn, symbol, value);
      const ty = own.ty.kind === "num" ? num : own.ty;
      captures.push({ capture: { symbol, name, ty }, value: own });
    }
  }
  const self = thisSeen(site, node, fn);
  if (self !== undefined) captures.push(self);
  const code = { kind: "code", decl: fn.decl, env: fn.ctx.env } as const;
  return { code, captures, fixed };
}

/** The variables around it that it names, in the order in which it does. */
function seenBy(
  site: Site,
  { decl, scope }: CodeFunction,
): Map<ts.Symbol, Variable> {
  const seen = new Map<ts.Symbol, Variable>();
  if (scope.size === 0) return seen;
  eachNode(decl, (node) => {
    if (!ts.isIdentifier(node)) return;
    const symbol = symbolOf(site.ctx.checker, node);
    const variable = symbol && scope.get(symbol);
    if (symbol && variable) seen.set(symbol, variable);
  });
  return seen;
}

/** The value of a variable, which must be what it is whenever the function runs. */
function currentValue(
  site: Site,
  node: ts.Node,
  fn: CodeFunction,
  symbol: ts.Symbol,
  variable: Variable,
): Value {
  const { ctx } = site;
  const isSettled = (one: ts.Symbol): boolean =>
    settledWhen(ctx.checker, one, fn.decl);
  if (!isSettled(symbol)) {
    for (const one of seenBy(site, fn).keys())
      if (!isSettled(one)) ctx.noteBoxed(one);
    return ctx.refuse(
      node,
      "DC2104",
      `a function is kept in an array or object, and ${variable.name}, which it sees, is assigned later or by itself`,
      `give it a const of its own that holds the value, or let an object hold what changes: const state = { ${variable.name}: 0 }`,
    );
  }
  const value = site.env.values.get(variable);
  if (value === undefined) noteLiteralOf(site, fn.decl);
  return (
    value ??
    ctx.refuse(
      node,
      "DC2104",
      `a function is kept in an array or object before ${variable.name}, which it sees, has its value`,
      "declare what the function sees first",
    )
  );
}

/** One function that needs nothing itself, or known to be none: it need not be kept. */
function fixedIn(
  site: Site,
  { fns, absent }: Known,
  around: CodeFunction,
): Pick<Fixed, "code"> | undefined {
  if (absent) return { code: undefined };
  const [tag, ...others] = fns ?? [];
  const fn = tag === undefined ? undefined : site.shared.functions[tag];
  if (fn === undefined || others.length > 0) return undefined;
  if (fn.kind === "math" || fn.kind === "library") return { code: fn };
  if (fn.kind !== "code") return undefined;
  if (fn.decl === around.decl && fn.scope === around.scope)
    return { code: "itself" };
  if (usesThis(fn.decl)) return undefined;
  if (seenBy(site, fn).size > 0) return undefined;
  return { code: { kind: "code", decl: fn.decl, env: fn.ctx.env } };
}

/** A variable's value as it can be kept: functions in it are records, too. */
function inMemory(
  site: Site,
  node: ts.Node,
  // what its types mean, too
  { ctx }: CodeFunction,
  symbol: ts.Symbol,
  value: Value,
): Value {
  if (!holdsTag(site, value)) return value;
  const type = ctx.checker.getTypeOfSymbol(symbol);
  for (const one of functionTypesIn(ctx.checker, type))
    ctx.kept.want(one, ctx.tryTyOf);
  const ty = ctx.kept.ofType(type, ctx.tryTyOf) ?? ctx.tryTyOf(type);
  const isRound = site.shared.keeping.includes(symbol);
  if (ty.kind !== "problem" && ty.kind !== "opaque" && !isRound) {
    site.shared.keeping.push(symbol);
    const own = coerce(site, node, value, ty);
    site.shared.keeping.pop();
    if (!holdsTag(site, own)) return own;
  }
  return ctx.refuse(
    node,
    "DC2104",
    `a function is kept in an array or object, and with it ${symbol.name}, of which diffc cannot see which function it is then`,
    "give it a plain function type: (x: number) => number",
  );
}

/** `this`, where an arrow function sees that of the method around it. */
function thisSeen(
  site: Site,
  node: ts.Node,
  { decl, scope }: CodeFunction,
): Captures["captures"][number] | undefined {
  if (!usesThis(decl)) return undefined;
  const around = { ...site, variables: scope };
  const self = ts.isArrowFunction(decl) ? thisOf(around) : undefined;
  const value = self && site.env.values.get(self);
  if (self === undefined || value === undefined) {
    noteLiteralOf(site, decl);
    return site.ctx.refuse(
      node,
      "DC2104",
      "a function that looks at `this` is kept in an array or object",
      "make it a method of a class, or an arrow function that sees a const",
    );
  }
  const { instance } = self;
  const capture = { symbol: thisKey, name: "self", ty: value.ty, instance };
  return { capture, value };
}

/** The literal that has the function as one of its own may be an instance of a class. */
function noteLiteralOf({ ctx }: Site, decl: ts.FunctionLikeDeclaration): void {
  const { parent } = ts.isPropertyAssignment(decl.parent) ? decl.parent : decl;
  if (ts.isObjectLiteralExpression(parent)) ctx.noteLiteral(parent);
}

import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { memberOf, type Instance } from "../../classes.js";
import { lowerExpression } from "../lowerExpressions.js";
import { usesThis } from "./lowerIndirect.js";
import { functionConstant, namedFunction } from "./lowerFunctionValues.js";
import { isInstance, nameOf } from "../classes/lowerInstanceKinds.js";
import {
  knownOf,
  type CodeFunction,
  type FunctionValue,
} from "./lowerKnown.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import type { Site, Variable } from "../lowerSite.js";
import { declareThis } from "../classes/lowerThis.js";
import { calleeValue } from "./lowerValueCalls.js";
import { codeIn, literalMember } from "./lowerWritten.js";

/**
 * `f.bind(object, a, b)`: the function, with an object for `this` and its first arguments. Undefined for other calls, and
 * where it is not seen which function that is.
 */
export function lowerBind(
  site: Site,
  node: ts.CallExpression,
): Value | undefined {
  const access = bareExpression(node.expression);
  if (!ts.isPropertyAccessExpression(access)) return undefined;
  if (access.name.text !== "bind") return undefined;
  const { checker } = site.ctx;
  const target = bareExpression(access.expression);
  if (checker.getTypeAtLocation(target).getCallSignatures().length === 0)
    return undefined;
  if (node.arguments.some(ts.isSpreadElement)) return undefined;
  const [self, ...rest] = node.arguments;
  const fn = targetOf(site, target);
  if (fn === undefined) return undefined;
  const of = fn.kind === "code" ? withThis(site, fn, self) : fn;
  if (of === undefined) return undefined;
  const bound = rest.map((one) => kept(site, lowerExpression(site, one)));
  return functionConstant(site, node, { kind: "bound", of, bound });
}

/** A variable for a value that a function keeps. */
function kept(site: Site, value: Value): Variable {
  const variable: Variable = { name: "bound", ty: value.ty };
  site.env.values.set(variable, value);
  return variable;
}

function targetOf(
  site: Site,
  target: ts.Expression,
): FunctionValue | undefined {
  const method = methodOf(site, target);
  if (method !== undefined) return method;
  const named = ts.isPropertyAccessExpression(target)
    ? namedFunction(site, target)
    : undefined;
  if (named !== undefined) return named;
  const callee = calleeValue(site, target);
  const [tag, ...others] = (callee && knownOf(site, callee)?.fns) ?? [];
  return tag === undefined || others.length > 0
    ? undefined
    : site.shared.functions[tag];
}

/** `object.method`, of an object literal or a class. */
function methodOf(site: Site, target: ts.Expression): CodeFunction | undefined {
  if (!ts.isPropertyAccessExpression(target)) return undefined;
  const { checker, classes } = site.ctx;
  const name = nameOf(target);
  if (literalMember(definedSymbol(checker, target.name)) !== undefined)
    return codeIn(site, lowerExpression(site, target.expression), name);
  if (!isInstance(site, target.expression)) return undefined;
  const owner = lowerExpression(site, target.expression);
  const instance = classes.instanceOf(owner.ty);
  const member = instance && memberOf(checker, instance, name);
  if (instance === undefined || member?.kind !== "method") return undefined;
  const ctx = site.ctx.withTypes(instance.env);
  return { kind: "code", decl: member.decl, scope: new Map(), ctx };
}

/** The function with an object for `this`; undefined where there is none that diffc can see. */
function withThis(
  site: Site,
  fn: CodeFunction,
  self: ts.Expression | undefined,
): CodeFunction | undefined {
  if (!usesThis(fn.decl)) return fn;
  if (self === undefined) return undefined;
  const value = lowerExpression(site, self);
  if (value.ty.kind !== "record") return undefined;
  const type = site.ctx.checker.getTypeAtLocation(self);
  const { env } = site.ctx;
  const instance: Instance = site.ctx.classes.instanceOf(value.ty) ?? {
    type,
    env,
    symbol: undefined,
    hidden: [],
  };
  const scope = new Map(fn.scope);
  const outer = site.variables;
  site.variables = scope;
  declareThis(site, value.ty, instance, value);
  site.variables = outer;
  return { ...fn, scope };
}

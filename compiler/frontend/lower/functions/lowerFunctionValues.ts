import { ts } from "ts-morph";
import { throwNoFunction } from "./lowerAbsentFunctions.js";
import { throwError } from "../values/lowerOpaque.js";
import type { Value } from "../../../ir/ir.js";
import { num } from "../../../ir/types.js";
import { holdsFunction } from "../../types/functionTypes.js";
import {
  functionOf,
  isAtModuleLevel,
  mathMember,
} from "../../syntax/callee.js";
import { fitArm, tyOfArms } from "../lowerArmTypes.js";
import { coerce } from "../lowerCoerce.js";
import { truthOf } from "../control/lowerConditions.js";
import { callCode, type Wanted } from "./lowerInline.js";
import { join, lend, runArm, type Arm } from "../control/lowerJoin.js";
import {
  knownOf,
  tagOf,
  type CodeFunction,
  type FunctionValue,
} from "./lowerKnown.js";
import { argumentsTaken, mathOf, predicateNamed } from "../values/lowerMath.js";
import { moduleFunctions } from "./lowerModuleFunctions.js";
import { forgetFields } from "./lowerFunctionFields.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import {
  constant,
  emit,
  missingTag,
  op,
  type Site,
  type Variable,
} from "../lowerSite.js";
import { callKept, kindOf } from "./lowerKept.js";
import { refuseUnknown } from "./lowerValueCalls.js";
import { staticFunction, staticMethod } from "../classes/lowerStatics.js";
import { usesThis } from "./lowerIndirect.js";
import { variableOf } from "../lowerVariables.js";

/** Functions as values: where they are made, and where a value that is a function is called. */

export function functionConstant(
  site: Site,
  node: ts.Node,
  fn: FunctionValue,
): Value {
  const tag = tagOf(site, fn);
  const value = constant(site, node, tag);
  site.facts.known.set(value, { fns: new Set([tag]) });
  return value;
}

/** `(x) => x * k`, `function (x) { ... }` */
export const closureOf = (
  site: Site,
  decl: ts.FunctionLikeDeclaration,
): CodeFunction => ({
  kind: "code",
  decl,
  ...(isAtModuleLevel(decl)
    ? outermostCode(site, decl)
    : { scope: site.variables, ctx: site.ctx }),
});

/** A function that sees nothing but its module. */
const outermostCode = (
  site: Site,
  decl: ts.FunctionLikeDeclaration,
): CodeFunction => ({
  kind: "code",
  decl,
  scope: site.shared.outermost,
  ctx: site.ctx.withTypes(new Map()),
});

/** The function that an expression names or writes out, where no variable is needed to say which. */
export function namedFunction(
  site: Site,
  given: ts.Expression,
): FunctionValue | undefined {
  const { checker } = site.ctx;
  const node = bareExpression(given);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node))
    return closureOf(site, node);
  const member = mathMember(checker, node);
  if (member !== undefined && isCallable(checker, node))
    return { kind: "math", member };
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node))
    return undefined;
  const symbol = definedSymbol(
    checker,
    ts.isIdentifier(node) ? node : node.name,
  );
  if (symbol === undefined) return undefined;
  const decl = functionOf(checker, symbol);
  if (decl !== undefined && isAtModuleLevel(decl)) {
    site.ctx.refuseReplaced(decl, node);
    return closureOf(site, decl);
  }
  const ofClass =
    decl === undefined && ts.isPropertyAccessExpression(node)
      ? staticMethod(site, node)
      : undefined;
  if (ofClass !== undefined && !usesThis(ofClass)) {
    site.ctx.refuseReplaced(ofClass, node);
    return closureOf(site, ofClass);
  }
  const held =
    decl === undefined && ts.isPropertyAccessExpression(node)
      ? staticFunction(site, node)
      : undefined;
  if (held !== undefined) return outermostCode(site, held);
  const linked =
    decl === undefined ? linkedCode(site, node, symbol) : undefined;
  if (linked !== undefined) return closureOf(site, linked);
  const isLibrary =
    /^(Boolean|Number)$/.test(node.getText()) ||
    predicateNamed(node.getText()) !== undefined;
  return isLibrary && decl === undefined && site.ctx.isGlobal(symbol)
    ? { kind: "library", name: node.getText() }
    : undefined;
}

/** `vec3.normalize` as a value: a function of a package of which only declarations are seen. */
function linkedCode(
  { ctx }: Site,
  node: ts.Expression,
  symbol: ts.Symbol,
): ts.FunctionLikeDeclaration | undefined {
  if (!isOfPackage(symbol) || !isCallable(ctx.checker, node)) return undefined;
  const decl = ctx.linkedCode(node);
  return decl !== undefined && isAtModuleLevel(decl) ? decl : undefined;
}

/** Is it declared by a package, and not by the language or its host? */
const isOfPackage = ({ declarations = [] }: ts.Symbol): boolean =>
  declarations.some((one) => {
    const { fileName, isDeclarationFile } = one.getSourceFile();
    const isLibrary = /\/node_modules\/(typescript|@types\/node)\//.test(
      fileName,
    );
    return (
      isDeclarationFile && !isLibrary && fileName.includes("/node_modules/")
    );
  });

/** `const backIn = createBackIn(1.5)` in the code of a package, by a name that only a declaration tells of, or by its own. */
export function madeFunction(
  site: Site,
  given: ts.Expression,
): Value | undefined {
  const { checker } = site.ctx;
  const node = bareExpression(given);
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node))
    return undefined;
  const name = ts.isIdentifier(node) ? node : node.name;
  const symbol = definedSymbol(checker, name);
  if (symbol === undefined) return undefined;
  if (!holdsFunction(checker, checker.getTypeAtLocation(node)))
    return undefined;
  const variable = isOfPackage(symbol) ? site.ctx.linkedVariable(node) : symbol;
  const decl = variable?.valueDeclaration;
  if (decl && isJavaScript(decl)) site.ctx.noteMade(decl);
  const made = variable && moduleFunctions(site, variable);
  return made && knownOf(site, made)?.fns ? made : undefined;
}

const isCallable = (checker: ts.TypeChecker, node: ts.Expression): boolean =>
  checker.getTypeAtLocation(node).getCallSignatures().length > 0;

/** Function declarations are there from the start of their block. */
export function declareFunctions(
  site: Site,
  statements: readonly ts.Node[],
): void {
  for (const one of statements) {
    if (!ts.isFunctionDeclaration(one) || one.body === undefined) continue;
    if (one.name === undefined) continue;
    site.ctx.refuseReplaced(one, one.name);
    const variable = variableOf(site, one.name);
    forgetFields(site, tagOf(site, closureOf(site, one)));
    site.env.values.set(
      variable,
      functionConstant(site, one, closureOf(site, one)),
    );
  }
}

/** Calls the function, or one of the functions, that a value stands for. `args` in order, undefined where left out. */
export function callValue(
  site: Site,
  node: ts.Node,
  callee: Value,
  args: readonly (Value | undefined)[],
  want: Wanted,
  rest?: Value,
): Value | undefined {
  const kind = kindOf(site, callee);
  if (kind !== undefined) return callKept(site, node, callee, kind, args);
  throwIfMissing(site, node, callee);
  const tags = [...(knownOf(site, callee)?.fns ?? [])].filter(
    (tag, _, { length }) =>
      length === 1 || site.shared.functions[tag]?.kind !== "missing",
  );
  const [first, ...others] = tags.map((tag) => ({
    tag,
    fn: site.shared.functions[tag],
  }));
  if (first?.fn === undefined)
    // xs.map(f)
    return refuseUnknown(
      site,
      ts.isCallExpression(node)
        ? (node.arguments[0] ?? node.expression)
        : (node as ts.Expression),
    );
  const [second, ...more] = others;
  if (second === undefined)
    return callFunction(site, node, first.fn, args, want, rest);
  // several: an arm for each
  const dispatch = (fns: readonly Candidate[]): Value | undefined => {
    const [one, ...others] = fns;
    if (one?.fn === undefined) return undefined;
    const { fn } = one;
    if (others.length === 0)
      return callFunction(site, node, fn, args, want, rest);
    const isIt = op(site, node, "eq", [callee, constant(site, node, one.tag)]);
    const call = (): Value | undefined =>
      callFunction(site, node, fn, args, want, rest);
    const thenArm = runArm(site, () => [call()]);
    const elseArm = runArm(site, () => [dispatch(others)]);
    const ty =
      want === "nothing"
        ? undefined
        : (want ?? tyOfArms(site, [thenArm, elseArm]));
    if (ty === undefined) {
      join(site, node, isIt, [], thenArm, elseArm);
      return undefined;
    }
    const fit = (arm: Arm): Arm => ({
      ...arm,
      values: lend(site, arm.b, arm.env, () => [
        fitArm(site, node, arm.values[0], ty),
      ]).values,
    });
    return join(site, node, isIt, [ty], fit(thenArm), fit(elseArm))[0];
  };
  return dispatch([first, second, ...more]);
}

/** What JavaScript throws where it calls undefined. */
function throwIfMissing(site: Site, node: ts.Node, callee: Value): void {
  const missing = missingTag(site.shared);
  const fns = knownOf(site, callee)?.fns;
  if (missing === undefined || !fns?.has(missing) || fns.size === 1) return;
  const tag = constant(site, node, missing);
  throwNoFunction(site, node, op(site, node, "eq", [callee, tag]));
}

interface Candidate {
  readonly tag: number;
  readonly fn: FunctionValue | undefined;
}

function callFunction(
  site: Site,
  node: ts.Node,
  fn: FunctionValue,
  args: readonly (Value | undefined)[],
  want: Wanted,
  rest: Value | undefined,
): Value | undefined {
  if (fn.kind === "bound") {
    const before = fn.bound.map((one) => valueOf(site, node, one));
    return callFunction(site, node, fn.of, [...before, ...args], want, rest);
  }
  if (fn.kind === "missing") {
    throwError(site, node, 'TypeError("what is called is no function")');
    return undefined;
  }
  if (fn.kind === "code") return callCode(site, node, fn, args, want, rest);
  const given = args.map((one) => one ?? constant(site, node, NaN));
  if (fn.kind === "math") {
    // a list of functions may give its own more than this one looks at
    const numbers = given
      .slice(0, argumentsTaken(fn.member))
      .map((one) => coerce(site, node, one, num));
    return mathOf(site, node, fn.member, numbers);
  }
  const [first = constant(site, node, NaN)] = given;
  if (fn.name === "Boolean")
    return first.ty.kind === "bool"
      ? first
      : truthOf(site, node as ts.Expression, first);
  const predicate = predicateNamed(fn.name);
  if (predicate !== undefined)
    return first.ty.kind === "num"
      ? op(site, node, predicate, [first])
      : refuseNoNumber(site, node, fn.name);
  return asNumber(site, node, first);
}

const refuseNoNumber = (site: Site, node: ts.Node, name: string): never =>
  site.ctx.refuse(
    node,
    "DC2102",
    `${name} is called here for what may be no number`,
    `write the test out: (x) => typeof x === "number" && ${name}(x)`,
  );

/** `words.map(Number)` */
function asNumber(site: Site, node: ts.Node, value: Value): Value {
  const { ty } = value;
  if (ty.kind === "bool") return op(site, node, "bool2num", [value]);
  if (ty.kind === "opaque")
    return emit(site, node, "opaque", [value], num, {
      parts: ["Number(", ")"],
      needs: [],
      effect: "none",
    });
  if (ty.kind === "maybe")
    return site.ctx.refuse(
      node,
      "DC2102",
      "Number is called here for what may be missing",
      "say what it is then: (x) => x ?? NaN",
    );
  return coerce(site, node, value, num);
}

function valueOf(site: Site, node: ts.Node, variable: Variable): Value {
  return (
    site.env.values.get(variable) ??
    site.ctx.refuse(
      node,
      "DC2104",
      "what this function is bound to is not seen here",
      "write the function out: (y) => f(x, y)",
    )
  );
}

/** A call of which only the truth of the result matters. */
export function callPredicate(
  site: Site,
  node: ts.Expression,
  callee: Value,
  args: readonly (Value | undefined)[],
): Value {
  const value = callValue(site, node, callee, args, undefined);
  if (value === undefined) return constant(site, node, false);
  return truthOf(site, node, value);
}

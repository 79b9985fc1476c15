import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bool, num, str } from "../../../ir/types.js";
import { constantGiven } from "../../syntax/callee.js";
import { lowerExpression } from "../lowerExpressions.js";
import { functionConstant, namedFunction } from "./lowerFunctionValues.js";
import { choose } from "../control/lowerJoin.js";
import { knownOf, tagOf } from "./lowerKnown.js";
import { isFixed, moduleFunctions } from "./lowerModuleFunctions.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import { constant, op, type Site } from "../lowerSite.js";
import { localVariable } from "../lowerVariables.js";

/**
 * Tables of functions under names that the running program knows: `operations[name](x)`, `registry.get(name)`. Each name
 * is asked for in turn; where none is the key, the value is missing, which is a function like the others: one that cannot
 * be called.
 */

/** `operations[name]`; undefined where that is no function of a known table. */
export function lowerNamedFunction(
  site: Site,
  node: ts.ElementAccessExpression,
): Value | undefined {
  return isFunction(site, node)
    ? lookUp(site, node, node.expression, node.argumentExpression)
    : undefined;
}

/** The same of any expression, and `registry.get(name)`. */
export function lowerLookUp(
  site: Site,
  node: ts.Expression,
): Value | undefined {
  if (ts.isElementAccessExpression(node)) return lowerNamedFunction(site, node);
  const isGet =
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === "get";
  return isGet ? lowerRegistryCall(site, node) : undefined;
}

/** `registry.get(name)` and `registry.has(name)` of a Map of functions. */
export function lowerRegistryCall(
  site: Site,
  node: ts.CallExpression,
): Value | undefined {
  const callee = bareExpression(node.expression);
  const [key] = node.arguments;
  if (!ts.isPropertyAccessExpression(callee) || key === undefined)
    return undefined;
  if (callee.name.text === "get" && isFunction(site, node))
    return lookUp(site, node, callee.expression, key);
  return callee.name.text === "has"
    ? lowerHasFunction(site, node, callee.expression, key)
    : undefined;
}

/** `name in operations`, `registry.has(name)` */
export function lowerHasFunction(
  site: Site,
  node: ts.Node,
  owner: ts.Expression,
  key: ts.Expression,
): Value | undefined {
  const entries = entriesOf(site, owner);
  if (entries === undefined) return undefined;
  const name = lowerExpression(site, key, str);
  return [...entries.keys()]
    .map((one) => isName(site, node, name, one))
    .reduceRight((rest, isIt) =>
      choose(
        site,
        node,
        isIt,
        bool,
        () => constant(site, node, true),
        () => rest,
      ),
    );
}

/** `{ side: 1, twice: (x) => 2 * x }`, or with accessors: more is in it than functions. */
export function holdsOthers({ ctx }: Site, owner: ts.Expression): boolean {
  const { checker } = ctx;
  const type = checker.getTypeAtLocation(owner);
  return checker
    .getPropertiesOfType(type)
    .some(
      (one) => checker.getTypeOfSymbol(one).getCallSignatures().length === 0,
    );
}

const isFunction = ({ ctx }: Site, node: ts.Expression): boolean =>
  ctx.checker
    .getNonNullableType(ctx.checker.getTypeAtLocation(node))
    .getCallSignatures().length > 0;

function lookUp(
  site: Site,
  node: ts.Node,
  owner: ts.Expression,
  key: ts.Expression,
): Value | undefined {
  const { checker } = site.ctx;
  const type = checker.getTypeAtLocation(key);
  if (isList(checker, owner)) return undefined;
  const entries = entriesOf(site, owner);
  if (entries === undefined) return undefined;
  const words = type.isUnion() ? type.types : [type];
  const names = words.map((one) =>
    one.isStringLiteral() || one.isNumberLiteral()
      ? String(one.value)
      : undefined,
  );
  const isClosed = names.every((one) => one !== undefined && entries.has(one));
  const asked = [...entries].filter(
    ([name]) => !isClosed || names.includes(name),
  );
  const missing = tagOf(site, { kind: "missing" });
  const candidates = isClosed ? asked : [...asked, ["", missing] as const];
  const [last, ...others] = candidates.toReversed();
  if (last === undefined) return undefined;
  const tags = new Set(candidates.map(([, tag]) => tag));
  const name = lowerExpression(site, key);
  const chosen = others.reduce(
    (rest: () => Value, [word, tag]) =>
      () =>
        choose(
          site,
          node,
          isName(site, node, name, word),
          num,
          () => constant(site, node, tag),
          rest,
        ),
    () => constant(site, node, last[1]),
  )();
  site.facts.known.set(chosen, { fns: tags });
  return chosen;
}

const isName = (site: Site, node: ts.Node, name: Value, word: string): Value =>
  op(site, node, "eq", [
    name,
    constant(site, node, name.ty.kind === "num" ? Number(word) : word),
  ]);

function isList(checker: ts.TypeChecker, owner: ts.Expression): boolean {
  const type = checker.getTypeAtLocation(owner);
  return checker.isArrayType(type) || checker.isTupleType(type);
}

/** The functions of a table by their names; undefined where it holds something else, or is not known. */
function entriesOf(
  site: Site,
  given: ts.Expression,
): ReadonlyMap<string, number> | undefined {
  const node = bareExpression(given);
  if (!ts.isIdentifier(node)) return undefined;
  const variable = localVariable(site, node);
  const symbol = definedSymbol(site.ctx.checker, node);
  if (symbol === undefined) return undefined;
  const entries =
    variable === undefined
      ? (mapEntries(site, symbol) ??
        membersOf(site, moduleFunctions(site, symbol)) ??
        objectEntries(site, symbol))
      : membersOf(site, site.env.values.get(variable));
  if (entries === undefined || entries.length === 0) return undefined;
  const found = new Map<string, number>();
  for (const [name, fns] of entries) {
    const [tag, ...others] = fns ?? [];
    if (tag === undefined || others.length > 0) return undefined;
    found.set(name, tag);
  }
  return found;
}

function membersOf(
  site: Site,
  table: Value | undefined,
): (readonly [string, ReadonlySet<number> | undefined])[] | undefined {
  const members = table && knownOf(site, table)?.members;
  return members && [...members].map(([name, { fns }]) => [name, fns] as const);
}

/** `{ square: (x) => x * x, ... }` at module level, which nobody changes, where functions of its kind are kept. */
function objectEntries(
  site: Site,
  symbol: ts.Symbol,
): (readonly [string, ReadonlySet<number> | undefined])[] | undefined {
  const { checker } = site.ctx;
  const made = fixedValue(site, symbol);
  if (made === undefined || !ts.isObjectLiteralExpression(made))
    return undefined;
  const entries = made.properties.map((one) => {
    const value = ts.isPropertyAssignment(one)
      ? one.initializer
      : ts.isShorthandPropertyAssignment(one)
        ? one.name
        : undefined;
    const { name } = one;
    const isNamed =
      name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name));
    const fn =
      value && isFixed(checker, value) ? namedFunction(site, value) : undefined;
    if (value === undefined || !isNamed || fn === undefined) return undefined;
    const tag = knownOf(site, functionConstant(site, value, fn))?.fns;
    return [name.text, tag] as const;
  });
  const known = entries.filter((one) => one !== undefined);
  return known.length === entries.length ? known : undefined;
}

/** What a const of the module is made as, where nobody changes it. */
function fixedValue(
  { ctx }: Site,
  symbol: ts.Symbol,
): ts.Expression | undefined {
  const decl = symbol.valueDeclaration;
  const given = decl && constantGiven(decl);
  if (given === undefined) return undefined;
  return ctx.tables.isChanged(symbol) ? undefined : bareExpression(given);
}

/** `new Map([["square", (x) => x * x], ...])` at module level, which nobody changes. */
function mapEntries(
  site: Site,
  symbol: ts.Symbol,
): (readonly [string, ReadonlySet<number> | undefined])[] | undefined {
  const { checker } = site.ctx;
  const made = fixedValue(site, symbol);
  if (made === undefined || !ts.isNewExpression(made)) return undefined;
  if (made.expression.getText() !== "Map") return undefined;
  const list = made.arguments?.[0] && bareExpression(made.arguments[0]);
  if (list === undefined || !ts.isArrayLiteralExpression(list))
    return undefined;
  const pairs = list.elements.map((one) => {
    const pair = bareExpression(one);
    if (!ts.isArrayLiteralExpression(pair)) return undefined;
    const [key, value] = pair.elements;
    if (key === undefined || !ts.isStringLiteralLike(key)) return undefined;
    const fn = value && isFixed(checker, value) && namedFunction(site, value);
    if (value === undefined || !fn) return undefined;
    const tag = knownOf(site, functionConstant(site, value, fn))?.fns;
    return [key.text, tag] as const;
  });
  const known = pairs.filter((one) => one !== undefined);
  return known.length === pairs.length ? known : undefined;
}

import { openTyOf } from "./functions/lowerSignature.js";
import { ts } from "ts-morph";
import type { Value } from "../../ir/ir.js";
import {
  fieldOf,
  recordOf,
  num,
  str,
  type ArrayTy,
  type RecordTy,
  type Ty,
} from "../../ir/types.js";
import { readField } from "./lowerAccess.js";
import { adoptedVariable } from "./classes/lowerAdopt.js";
import { coerce } from "./lowerCoerce.js";
import { lowerExpression } from "./lowerExpressions.js";
import { isMethod } from "../types/functionTypes.js";
import { knownOf } from "./functions/lowerKnown.js";
import { noteRest } from "./records/copiedKeys.js";
import { refuseAccessors } from "./functions/lowerWritten.js";
import { readNamed } from "./classes/lowerMembers.js";
import { choose } from "./control/lowerJoin.js";
import { repeat } from "./control/lowerLoopParts.js";
import {
  constant,
  emit,
  nameValue,
  op,
  perform,
  type Site,
} from "./lowerSite.js";
import { setVariable, variableOf } from "./lowerVariables.js";
import {
  isInBounds,
  lengthOf,
  load,
  loadMaybe,
} from "./arrays/lowerElements.js";
import { isTable, readEntry } from "./records/lowerTables.js";

/** Taking arrays and objects apart, in declarations and parameters; lowerPatternAssign.ts has the assignments. */

export type Receive = (value: Value) => void;

/** Binds the names of `const { x, y: [a, b] } = value`. */
export function bindName(site: Site, name: ts.BindingName, value: Value): void {
  if (ts.isIdentifier(name)) {
    nameValue(value, name.text);
    const variable =
      adoptedVariable(site, name, value) ?? variableOf(site, name);
    setVariable(site, name, variable, value);
  } else if (ts.isArrayBindingPattern(name)) bindArray(site, name, value);
  else bindObject(site, name, value);
}

function bindArray(
  site: Site,
  pattern: ts.ArrayBindingPattern,
  value: Value,
): void {
  pattern.elements.forEach((element, k) => {
    if (ts.isOmittedExpression(element)) return;
    if (element.dotDotDotToken !== undefined) {
      const rest = restOfArray(site, element, value, k);
      // nothing is left, as its type says: []
      if (ts.isIdentifier(element.name) && isUsedUp(site, element.name))
        variableOf(site, element.name, rest.ty);
      return bindName(site, element.name, rest);
    }
    const ty = nameTy(site, element.name);
    takeElement(site, element, value, k, element.initializer, ty, (part) =>
      bindName(site, element.name, part),
    );
  });
}

function isUsedUp({ ctx }: Site, name: ts.Identifier): boolean {
  const type = ctx.checker.getTypeAtLocation(name);
  return (
    ctx.checker.isTupleType(type) &&
    ctx.checker.getTypeArguments(type as ts.TypeReference).length === 0
  );
}

function bindObject(
  site: Site,
  pattern: ts.ObjectBindingPattern,
  value: Value,
): void {
  const taken: string[] = [];
  for (const element of pattern.elements) {
    if (element.dotDotDotToken !== undefined) {
      bindName(site, element.name, restOfObject(site, element, value, taken));
      continue;
    }
    const name = propertyName(site, element.propertyName ?? element.name);
    taken.push(name);
    const ty = nameTy(site, element.name);
    takeField(site, element, value, name, element.initializer, ty, (part) =>
      bindName(site, element.name, part),
    );
  }
}

/** What a name or pattern expects to get. */
function nameTy(site: Site, name: ts.BindingName): Ty | undefined {
  if (!ts.isIdentifier(name)) return undefined;
  // `{ x }: { x: number[] | Float64Array }`: what there is says which it is
  const type = site.ctx.checker.getTypeAtLocation(name);
  const declared = openTyOf(site.ctx, type);
  if (declared.kind === "problem" && !declared.isAny) return undefined;
  return variableOf(site, name).ty;
}

export function propertyName(site: Site, name: ts.Node): string {
  if (
    ts.isIdentifier(name) ||
    ts.isStringLiteralLike(name) ||
    ts.isNumericLiteral(name)
  )
    return name.text;
  if (ts.isComputedPropertyName(name)) {
    const type = site.ctx.checker.getTypeAtLocation(name.expression);
    if (type.isStringLiteral() || type.isNumberLiteral())
      return String(type.value);
  }
  return site.ctx.refuse(
    name,
    "DC2108",
    "which field is taken here, is known only at run time",
    "name the field",
  );
}

/** Element `k` of an array or tuple, or its default. */
export function takeElement(
  site: Site,
  node: ts.Node,
  value: Value,
  k: number,
  initializer: ts.Expression | undefined,
  want: Ty | undefined,
  receive: Receive,
): void {
  if (value.ty.kind === "record")
    return takeField(site, node, value, String(k), initializer, want, receive);
  if (isCarried(value, want))
    return receive(
      partOrDefault(
        site,
        node,
        carriedPart(site, node, value, `[${k}]`, want),
        initializer,
        want,
      ),
    );
  arrayTy(site, node, value);
  const index = constant(site, node, k);
  const asks =
    (initializer !== undefined || want?.kind === "maybe") &&
    !isInBounds(site, value, index);
  const part = asks
    ? loadMaybe(site, node, value, index, true)
    : load(site, node, value, index);
  receive(partOrDefault(site, node, part, initializer, want));
}

/** `const [, amount, unit] = match`: parts of what is only carried, which are words. */
const isCarried = (
  value: Value,
  want: Ty | undefined,
): want is Extract<Ty, { kind: "opaque" }> =>
  value.ty.kind === "opaque" && want?.kind === "opaque";

function carriedPart(
  site: Site,
  node: ts.Node,
  value: Value,
  access: string,
  ty: Ty,
): Value {
  const parts = ["", access];
  return emit(site, node, "opaque", [value], ty, {
    parts,
    needs: [],
    effect: "none",
  });
}

export function takeField(
  site: Site,
  node: ts.Node,
  value: Value,
  name: string,
  initializer: ts.Expression | undefined,
  want: Ty | undefined,
  receive: Receive,
): void {
  if (value.ty.kind === "array") {
    if (name === "length") return receive(lengthOf(site, node, value));
    const k = Number(name);
    if (Number.isInteger(k))
      return takeElement(site, node, value, k, initializer, want, receive);
  }
  if (isTable(value)) {
    const key = constant(site, node, name, str);
    const isSure = initializer === undefined && want?.kind !== "maybe";
    const part = readEntry(site, node, value, key, isSure);
    return receive(partOrDefault(site, node, part, initializer, want));
  }
  const members = knownOf(site, value)?.members;
  const isLacking =
    isOptionalField(site, node, name) &&
    (members !== undefined || !isOptionalFunction(site, node, name));
  const absent = members?.get(name)?.absent === true || isLacking;
  if (absent && fieldOf(recordTy(site, node, value), name) === undefined)
    return receive(
      initializer === undefined
        ? constant(site, node, undefined)
        : lowerExpression(site, initializer),
    );
  recordTy(site, node, value);
  // `const { length } = vector`: the part may be a getter
  const part = readNamed(site, node, value, name);
  receive(partOrDefault(site, node, part, initializer, want));
}

/** `{ matrix, rows = 2 }: Options`, where this call gives an object without a matrix. */
function isOptionalField({ ctx }: Site, node: ts.Node, name: string): boolean {
  if (!ts.isBindingElement(node)) return false;
  const type = ctx.checker.getTypeAtLocation(node.parent);
  const field = ctx.checker.getPropertyOfType(type, name);
  return ((field?.flags ?? 0) & ts.SymbolFlags.Optional) !== 0;
}

/** Functions are no fields of a type of the IR: of an object that has been in memory, it is not known whether it has one. */
function isOptionalFunction(
  { ctx: { checker } }: Site,
  node: ts.Node,
  name: string,
): boolean {
  const type = checker.getTypeAtLocation(node.parent);
  const field = checker.getPropertyOfType(type, name);
  return field !== undefined && isMethod(checker, field);
}

/** Of a number that its type says to be there: an element beyond the end may have been put there. */
export const partOrDefault: typeof withDefault = (
  site,
  node,
  part,
  given,
  want,
) =>
  given !== undefined && part.ty.kind === "num"
    ? unlessMissing(site, node, part, given, want ?? num)
    : withDefault(site, node, part, given, want);

/** `= e` in a pattern: used where the part is undefined (null stays). */
export function withDefault(
  site: Site,
  node: ts.Node,
  part: Value,
  initializer: ts.Expression | undefined,
  want: Ty | undefined,
): Value {
  if (initializer === undefined) return part;
  const isLeftOut = part.ty.kind === "opaque" && part.ty.text === "undefined";
  if (isLeftOut && isEmptyLiteral(initializer))
    return emit(site, node, "newRecord", [], recordOf([]), {});
  if (part.ty.kind !== "maybe") return part;
  const isKept = site.ctx.kept.kindOf(part.ty.of) !== undefined;
  const ty = isKept ? part.ty.of : (want ?? part.ty.of);
  return unlessMissing(site, node, part, initializer, ty);
}

const isEmptyLiteral = (node: ts.Expression): boolean =>
  ts.isObjectLiteralExpression(node) && node.properties.length === 0;

function unlessMissing(
  site: Site,
  node: ts.Node,
  part: Value,
  initializer: ts.Expression,
  want: Ty,
): Value {
  // null stays: the part is seen as it is, for only the test tells that it is not undefined
  const ty =
    want.kind === "maybe" && part.ty.kind === "maybe"
      ? { ...want, nil: part.ty.nil }
      : want;
  const missing = op(site, node, "isUndefined", [part]);
  return choose(
    site,
    node,
    missing,
    ty,
    () => lowerExpression(site, initializer, ty),
    () => coerce(site, node, part, ty),
  );
}

function arrayTy(site: Site, node: ts.Node, value: Value): ArrayTy {
  if (value.ty.kind === "array") return value.ty;
  return refusePattern(site, node);
}

function recordTy(site: Site, node: ts.Node, value: Value): RecordTy {
  if (value.ty.kind === "record") return value.ty;
  return refusePattern(site, node);
}

export function refusePattern(site: Site, node: ts.Node): never {
  return site.ctx.refuse(
    node,
    "DC2108",
    "what is taken apart here is no array and no plain object",
    "read the parts one by one",
  );
}

/** `[a, ...rest]`: a fresh array of what is left, a `number[]` also where it is left of a typed one. */
export function restOfArray(
  site: Site,
  node: ts.Node,
  value: Value,
  k: number,
): Value {
  const ty = arrayTy(site, node, value);
  const length = lengthOf(site, node, value);
  const start = op(site, node, "min", [constant(site, node, k), length]);
  const { fixed: _, ...open } = ty;
  if (ty.store === "js")
    return emit(site, node, "slice", [value, start, length], open, {});
  const size = op(site, node, "sub", [length, start]);
  const rest = emit(
    site,
    node,
    "newArray",
    [size],
    { ...open, store: "js" },
    {},
  );
  repeat(site, node, constant(site, node, 0), size, (i) => {
    const from = op(site, node, "add", [start, i]);
    const part = load(site, node, value, from, true);
    perform(site, node, "store", [rest, i, part], { inBounds: true });
  });
  return rest;
}

/** `{ a, ...rest }`: a fresh object with the other fields. */
export function restOfObject(
  site: Site,
  node: ts.Node,
  value: Value,
  taken: readonly string[],
): Value {
  const { fields } = recordTy(site, node, value);
  refuseAccessors(site, node, value);
  const left = fields.filter((field) => !taken.includes(field.name));
  const parts = left.map((field) => readField(site, node, value, field.name));
  const rest = emit(site, node, "newRecord", parts, recordOf(left), {});
  noteRest(site, node, rest, { of: value, without: taken, then: [] });
  return rest;
}

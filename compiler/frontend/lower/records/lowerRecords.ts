import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import {
  bare,
  fieldOf,
  recordOf,
  type Field,
  type RecordTy,
  type Ty,
} from "../../../ir/types.js";
import { isContract, tagField } from "../../classes.js";
import { literalTag } from "../classes/lowerTags.js";
import { readonlyInstance } from "../../types/readonlyOf.js";
import { checkKeyOrder, isSimpleCopy, noteCopied } from "./copiedKeys.js";
import { spreadInto } from "./lowerSpread.js";
import { noteGiven, noteOpenOrder } from "./keyOrder.js";
import { filledLater } from "../../names/filledLater.js";
import { emptyValue } from "./lowerEmpty.js";
import { coerce, noteLiteralAt, tyOfNode } from "../lowerCoerce.js";
import { describeTy } from "../../types/describeTy.js";
import { lowerExpression } from "../lowerExpressions.js";
import {
  closureOf,
  functionConstant,
} from "../functions/lowerFunctionValues.js";
import { holdsTag, knownOf, type Known } from "../functions/lowerKnown.js";
import { carryExpression } from "../values/lowerOpaque.js";
import { constant, emit, type Site } from "../lowerSite.js";
import { lowerOpenLiteral, openFields } from "./lowerOpenLiteral.js";
import { lowerTableLiteral } from "./lowerTableLiteral.js";
import { isMethod } from "../../types/functionTypes.js";
import {
  getterField,
  refuseAsField,
  setterField,
} from "../functions/lowerWritten.js";

/** `{ x, y: 1, ...p }` */
export function lowerObjectLiteral(
  site: Site,
  node: ts.ObjectLiteralExpression,
  want: Ty | undefined,
): Value {
  const contract = contractOf(site, node);
  const asked = want ? bare(want) : servedTy(site, node, contract);
  if (asked?.kind !== "record" && asked?.kind !== "table") {
    const open = openFields(site, node);
    if (open !== undefined) return lowerOpenLiteral(site, node, open);
  }
  const ty = asked?.kind === "record" ? asked : bare(tyOfNode(site, node));
  if (asked?.kind === "table") return lowerTableLiteral(site, node, asked);
  if (ty.kind !== "record") return carryExpression(site, node, want);
  const fields = new Map(ty.fields.map((field) => [field.name, field]));
  const values = new Map<string, Value>();
  if (contract !== undefined) site.ctx.wide.noteLiteral(contract.symbol);
  if (isAmongClasses(site, ty)) values.set(tagField, literalTag(site, node));
  let copied: Value | undefined;
  for (const property of node.properties)
    copied = lowerProperty(site, property, fields, values) ?? copied;
  // what is not given here has its value before anybody looks at it
  const isOpen = ty.fields.some(
    (field) => field.ty.kind !== "maybe" && !values.has(field.name),
  );
  if (isOpen) addFilledLater(site, node, fields, values);
  const record = makeRecord(
    site,
    node,
    inOrderOf(site, node, ty, values),
    values,
  );
  noteAbsent(site, node, record, values);
  noteCopied(site, node, record, copied);
  return record;
}

/** The interface for which a literal stands, where classes implement it, too. */
function contractOf(
  { ctx: { checker, classes } }: Site,
  node: ts.ObjectLiteralExpression,
): ts.Type | undefined {
  const seen = checker.getContextualType(node);
  const plain = seen && checker.getNonNullableType(seen);
  const type = plain && (readonlyInstance(checker, plain) ?? plain);
  const symbol = type?.symbol as ts.Symbol | undefined;
  const isServed =
    symbol !== undefined &&
    isContract(symbol) &&
    classes.concreteOf(symbol).length > 0;
  return isServed ? type : undefined;
}

/** One of the kinds of objects that stand for the interface, where literals are known to be among them. */
function servedTy(
  { ctx }: Site,
  node: ts.Node,
  contract: ts.Type | undefined,
): Ty | undefined {
  return contract && ctx.wide.isServedByLiterals(contract.symbol)
    ? bare(ctx.tyOf(contract, node))
    : undefined;
}

/** A literal among classes has a tag, as instances have. */
const isAmongClasses = ({ ctx: { classes } }: Site, ty: RecordTy): boolean =>
  classes
    .familyOf(ty)
    ?.some((one) => classes.instanceOf(one)?.isLiteral === true) === true;

function addFilledLater(
  site: Site,
  node: ts.ObjectLiteralExpression,
  fields: ReadonlyMap<string, Field>,
  values: Map<string, Value>,
): void {
  const { found, openOrder } = filledLater(site.ctx.checker, node);
  for (const name of found) {
    const field = fields.get(name);
    if (field !== undefined && !values.has(name))
      values.set(name, emptyValue(site, node, field.ty));
  }
  noteOpenOrder(
    site,
    node,
    openOrder.filter((pair) => pair.every((name) => fields.has(name))),
  );
}

/** `Object.assign({ a: 1 }, p, { b: x })`: a literal into which others are spread. */
export function mergedLiteral(
  site: Site,
  node: ts.Node,
  literal: ts.ObjectLiteralExpression,
  others: readonly ts.Expression[],
  want: Ty | undefined,
): Value {
  const asked = want === undefined ? undefined : bare(want);
  const ty = asked?.kind === "record" ? asked : bare(tyOfNode(site, node));
  if (ty.kind !== "record") throw new TypeError("a literal of no record");
  const fields = new Map(ty.fields.map((field) => [field.name, field]));
  const values = new Map<string, Value>();
  for (const property of literal.properties)
    lowerProperty(site, property, fields, values);
  for (const one of others)
    checkKeyOrder(site, node, spreadInto(site, node, one, values));
  return makeRecord(site, node, inOrderOf(site, node, ty, values), values);
}

/** `{ k: x }`, where `scale?: (x: number) => number` is another member: it is known to be missing. */
function noteAbsent(
  site: Site,
  node: ts.ObjectLiteralExpression,
  record: Value,
  values: ReadonlyMap<string, Value>,
): void {
  const { checker } = site.ctx;
  const type = checker.getContextualType(node);
  if (type === undefined || node.properties.some(ts.isSpreadAssignment)) return;
  const present = checker.getNonNullableType(type);
  const missing = checker
    .getPropertiesOfType(present)
    .filter((one) => isMethod(checker, one) && !values.has(one.name));
  if (missing.length === 0) return;
  const members = new Map(site.facts.known.get(record)?.members ?? []);
  for (const { name } of missing) members.set(name, { absent: true });
  site.facts.known.set(record, { members });
}

/** Where keys are listed, they come in the order in which the literal has them. */
function inOrderOf(
  site: Site,
  node: ts.Node,
  ty: RecordTy,
  values: ReadonlyMap<string, Value>,
): RecordTy {
  const isPlain = !ty.tuple && site.ctx.classes.familyOf(ty) === undefined;
  if (!isPlain || !site.ctx.listsKeys(node)) return ty;
  const names = [...values.keys()];
  const placeOf = ({ name }: Field): number =>
    values.has(name) ? names.indexOf(name) : names.length;
  const fields = ty.fields.toSorted((a, b) => placeOf(a) - placeOf(b));
  return fields.every((one, k) => one === ty.fields[k])
    ? ty
    : { ...ty, fields };
}

export function literalKey(
  checker: ts.TypeChecker,
  node: ts.Expression,
): string | undefined {
  const type = checker.getTypeAtLocation(node);
  return type.isStringLiteral() || type.isNumberLiteral()
    ? String(type.value)
    : undefined;
}

export function makeRecord(
  site: Site,
  node: ts.Node,
  ty: RecordTy,
  values: ReadonlyMap<string, Value>,
): Value {
  const { known, made } = withFunctions(site, ty, values);
  const args = made.fields.map((field) => {
    const value = values.get(field.name);
    if (value !== undefined) return coerce(site, node, value, field.ty);
    if (field.ty.kind === "maybe")
      return constant(site, node, undefined, field.ty);
    noteLiteralAt(site, node);
    return site.ctx.refuse(
      node,
      "DC2107",
      `the field ${field.name} of ${describeTy(ty)} is not given here`,
      "name every field",
    );
  });
  const record = emit(site, node, "newRecord", args, made, {});
  site.facts.inOrder.add(record);
  if (known.size > 0) site.facts.known.set(record, { members: known });
  return record;
}

/** Functions are no fields of a type of the IR: an object that is made with some has them in addition. */
function withFunctions(
  site: Site,
  ty: RecordTy,
  values: ReadonlyMap<string, Value>,
): { known: Map<string, Known>; made: RecordTy } {
  const known = new Map<string, Known>();
  for (const [name, value] of values) {
    const isKept = isKeptField(site, ty, name);
    const own =
      !isKept && holdsTag(site, value) ? knownOf(site, value) : undefined;
    if (own !== undefined) known.set(name, own);
  }
  if (known.size === 0) return { known, made: ty };
  const names = new Set([
    ...ty.fields.map((field) => field.name),
    ...known.keys(),
  ]);
  const fields = [...names].flatMap((name): Field[] => {
    const value = known.has(name) ? values.get(name) : undefined;
    const field = fieldOf(ty, name);
    if (value !== undefined) return [{ name, ty: value.ty }];
    return field === undefined ? [] : [field];
  });
  return { known, made: recordOf(fields, ty.tuple) };
}

/** A field that holds functions as records. */
function isKeptField(site: Site, ty: RecordTy, name: string): boolean {
  const field = fieldOf(ty, name);
  return field !== undefined && site.ctx.kept.kindOf(field.ty) !== undefined;
}

/** Gives the object that is spread. */
export function lowerProperty(
  site: Site,
  property: ts.ObjectLiteralElementLike,
  fields: ReadonlyMap<string, Field>,
  values: Map<string, Value>,
): Value | undefined {
  if (ts.isSpreadAssignment(property)) {
    const from = spreadInto(site, property, property.expression, values);
    if (!isSimpleCopy(site, property.parent))
      checkKeyOrder(site, property, from);
    return from;
  }
  const name = staticName(site, property);
  if (name === undefined) return refuseProperty(site, property);
  const want = fields.get(name)?.ty;
  if (want?.kind === "maybe") noteGiven(site, property, name);
  if (ts.isPropertyAssignment(property))
    values.set(name, lowerExpression(site, property.initializer, want));
  else if (ts.isShorthandPropertyAssignment(property))
    values.set(name, lowerExpression(site, property.name, want));
  else if (ts.isMethodDeclaration(property) || ts.isAccessor(property)) {
    if (ts.isAccessor(property)) refuseAsField(site, property, name, fields);
    values.set(
      placeOf(property, name),
      functionConstant(site, property, closureOf(site, property)),
    );
  } else refuseProperty(site, property);
  return undefined;
}

function placeOf(
  member: ts.MethodDeclaration | ts.AccessorDeclaration,
  name: string,
): string {
  if (ts.isGetAccessor(member)) return getterField(name);
  return ts.isSetAccessor(member) ? setterField(name) : name;
}

/** `[KEY]` where the key is a constant. */
function constantKey(
  { ctx: { checker } }: Site,
  { expression }: ts.ComputedPropertyName,
): string | undefined {
  return literalKey(checker, expression);
}

export function staticName(
  site: Site,
  property: ts.ObjectLiteralElementLike,
): string | undefined {
  const { name } = property;
  if (name === undefined) return undefined;
  if (ts.isComputedPropertyName(name)) return constantKey(site, name);
  return ts.isIdentifier(name) ||
    ts.isStringLiteralLike(name) ||
    ts.isNumericLiteral(name)
    ? name.text
    : undefined;
}

function refuseProperty(site: Site, node: ts.ObjectLiteralElementLike): never {
  return site.ctx.refuse(
    node,
    "DC2107",
    "names that are computed at run time are not carried in objects",
    "give the object plain fields with names",
  );
}

import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import {
  type ArrayTy,
  arrayOf,
  isNum,
  isRef,
  type RecordTy,
  str,
  type TableTy,
  type Ty,
} from "../../../ir/types.js";
import { tagField } from "../../classes.js";
import { readField } from "../lowerAccess.js";
import { type Carried, newCarried, text } from "./carriedText.js";
import { isMadeError } from "./lowerErrors.js";
import { finishCarried } from "./lowerOpaque.js";
import { isGlobalName } from "../../syntax/callee.js";
import { refuseFunction } from "../functions/lowerEscapes.js";
import { holdsTag } from "../functions/lowerKnown.js";
import { holdsFunction } from "../../types/functionTypes.js";
import { throwAtHoles } from "../facts/lowerPresent.js";
import { lengthOf, load } from "../arrays/lowerElements.js";
import { choose } from "../control/lowerJoin.js";
import { repeat } from "../control/lowerLoopParts.js";
import { typedNames } from "../../types/describeTy.js";
import { constant, emit, op, perform, type Site } from "../lowerSite.js";

/**
 * Arrays and objects in a log or in the message of an error. What holds numbers never goes into carried code itself: it
 * is shown as a copy that has its parts, `console.log({ x: p.x, y: p.y })`. An instance is shown without its class.
 */

const unknown: Ty = { kind: "opaque", text: "unknown" };

/** Is it text for a reader, and nothing else? */
export function isShown(site: Site, given: ts.Node): boolean {
  const { checker } = site.ctx;
  for (let node = given; ; node = node.parent) {
    const { parent } = node;
    if (ts.isThrowStatement(parent)) return true;
    if (ts.isNewExpression(parent)) {
      if (!isMadeError(checker, parent)) return false;
    } else if (ts.isCallExpression(parent)) {
      if (isConsole(site, parent)) return true;
      if (parent.expression !== node && !isText(site, parent.expression))
        return false;
    } else if (!handsOn(parent)) return false;
  }
}

const isConsole = ({ ctx }: Site, { expression }: ts.CallExpression): boolean =>
  ts.isPropertyAccessExpression(expression) &&
  isGlobalName(ctx.checker, expression.expression, "console");

/** `String(x)`, `JSON.stringify(x)` */
const isText = ({ ctx }: Site, callee: ts.Expression): boolean =>
  ts.isPropertyAccessExpression(callee)
    ? callee.name.text === "stringify" &&
      isGlobalName(ctx.checker, callee.expression, "JSON")
    : isGlobalName(ctx.checker, callee, "String");

/** Makes nothing but a text or a list of what is in it. */
const handsOn = (node: ts.Node): boolean =>
  ts.isParenthesizedExpression(node) ||
  ts.isAsExpression(node) ||
  ts.isNonNullExpression(node) ||
  ts.isTemplateSpan(node) ||
  ts.isTemplateExpression(node) ||
  ts.isConditionalExpression(node) ||
  ts.isArrayLiteralExpression(node) ||
  ts.isObjectLiteralExpression(node) ||
  ts.isPropertyAssignment(node) ||
  ts.isSpreadElement(node) ||
  (ts.isPropertyAccessExpression(node) &&
    /^(toString|join|slice|toFixed|padStart|padEnd)$/.test(node.name.text)) ||
  (ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusToken);

/** Adds an array or object part by part. */
export function addShown(
  site: Site,
  node: ts.Expression,
  carried: Carried,
  value: Value,
): void {
  const { checker } = site.ctx;
  const type = checker.getTypeAtLocation(node);
  const isWhole = holdsFunction(checker, type) || holdsTag(site, value);
  if (isWhole || !hasEnd(value.ty))
    site.ctx.refuse(
      node,
      "DC2111",
      `${isWhole ? "an object with functions" : "a tree with numbers"} is to be shown as a whole`,
      "show the numbers that matter, or leave this out of the differentiated function",
    );
  addParts(site, node, carried, value);
}

function hasEnd(ty: Ty): boolean {
  switch (ty.kind) {
    case "record":
      return (
        ty.recursive === undefined && ty.fields.every((one) => hasEnd(one.ty))
      );
    case "array":
    case "table":
      return hasEnd(ty.elem);
    case "maybe":
      return hasEnd(ty.of);
    default:
      return ty.kind !== "tape";
  }
}

/** An object is written out where it stands; all else is a value that was made before. */
function addParts(
  site: Site,
  node: ts.Expression,
  carried: Carried,
  value: Value,
): void {
  if (value.ty.kind === "record")
    return addFields(site, node, carried, value, value.ty);
  refuseFunction(site, node, value);
  carried.args.push(shownValue(site, node, value));
  carried.parts.push("");
}

function addFields(
  site: Site,
  node: ts.Expression,
  carried: Carried,
  value: Value,
  { fields, tuple }: RecordTy,
): void {
  const seen = fields.filter(
    ({ name }) => name !== tagField && !name.startsWith("$"),
  );
  const space = tuple || seen.length === 0 ? "" : " ";
  text(carried, (tuple ? "[" : "{") + space);
  seen.forEach(({ name }, k) => {
    if (k > 0) text(carried, ", ");
    if (!tuple) text(carried, `${keyText(name)}: `);
    addParts(site, node, carried, readField(site, node, value, name));
  });
  text(carried, space + (tuple ? "]" : "}"));
}

const keyText = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);

/** What carried code may have in the place of a value. */
function shownValue(site: Site, node: ts.Expression, value: Value): Value {
  const { ty } = value;
  if (!isRef(ty)) return value;
  if (ty.kind === "maybe") return shownIfAny(site, node, value, ty.of);
  if (ty.kind === "array") return shownList(site, node, value, ty);
  if (ty.kind === "table") return shownTable(site, node, value, ty);
  const carried = newCarried();
  addParts(site, node, carried, value);
  return finishCarried(site, node, carried, "none", unknown);
}

function shownIfAny(
  site: Site,
  node: ts.Expression,
  value: Value,
  of: Ty,
): Value {
  const isNull = op(site, node, "isNull", [value]);
  const nothing = (): Value =>
    choose(
      site,
      node,
      isNull,
      unknown,
      () => constant(site, node, null, unknown),
      () => constant(site, node, undefined, unknown),
    );
  const isMissing = op(site, node, "isNil", [value]);
  return choose(site, node, isMissing, unknown, nothing, () =>
    shownValue(site, node, op(site, node, "unwrap", [value], of)),
  );
}

function shownList(
  site: Site,
  node: ts.Expression,
  array: Value,
  { store, elem }: ArrayTy,
): Value {
  throwAtHoles(site, node, array);
  const list = made(site, node, "[]", isNum(elem) ? "number[]" : "unknown[]");
  eachPlace(site, node, array, (place) => {
    const element = load(site, node, array, place, true);
    put(site, node, [list, shownValue(site, node, element)], [".push(", ")"]);
  });
  const type = typedNames[store];
  if (type === undefined) return list;
  const parts = [`${type}.from(`, ")"];
  return emit(
    site,
    node,
    "opaque",
    [list],
    { kind: "opaque", text: type },
    { parts, needs: [], effect: "effect" },
  );
}

function shownTable(
  site: Site,
  node: ts.Expression,
  table: Value,
  { form, key, elem }: TableTy,
): Value {
  const [empty, type, ...middle] = tableTexts[form];
  const shown = made(site, node, empty, type);
  const of = arrayOf(form === "object" ? str : key);
  const keys = emit(site, node, "keys", [table], of, {});
  eachPlace(site, node, keys, (place) => {
    const at = load(site, node, keys, place, true);
    if (form === "set") return put(site, node, [shown, at], middle);
    const entry = emit(site, node, "load", [table, at], elem, {
      inBounds: true,
    });
    put(site, node, [shown, at, shownValue(site, node, entry)], middle);
  });
  return shown;
}

/** How an empty one is made, its type, and what stands after it, its key and its value where an entry is put into it. */
const tableTexts = {
  object: ["{}", "Record<string, unknown>", "[", "] = ", ""],
  map: ["new Map()", "Map<unknown, unknown>", ".set(", ", ", ")"],
  set: ["new Set()", "Set<unknown>", ".add(", ")"],
} as const;

const made = (site: Site, node: ts.Node, code: string, type: string): Value =>
  emit(
    site,
    node,
    "opaque",
    [],
    { kind: "opaque", text: type },
    { parts: [code], needs: [], effect: "effect" },
  );

/** A statement of carried code: the values, each followed by its text. */
const put = (
  site: Site,
  node: ts.Node,
  values: readonly Value[],
  after: readonly string[],
): void =>
  perform(site, node, "opaque", values, {
    parts: ["", ...after],
    needs: [],
    effect: "effect",
  });

const eachPlace = (
  site: Site,
  node: ts.Node,
  array: Value,
  body: (place: Value) => void,
): void =>
  repeat(
    site,
    node,
    constant(site, node, 0),
    lengthOf(site, node, array),
    body,
  );

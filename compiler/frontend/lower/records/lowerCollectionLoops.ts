import { ts } from "ts-morph";
import { valueParameters } from "../../syntax/valueParameters.js";
import type { Value } from "../../../ir/ir.js";
import { sameTy } from "../../../ir/types.js";
import { callValue } from "../functions/lowerFunctionValues.js";
import { effectsOf } from "../facts/lowerEffects.js";
import { lowerExpression } from "../lowerExpressions.js";
import { functionsMade } from "../functions/lowerKnown.js";
import { forEachOf, type Pipeline } from "../arrays/lowerPipeline.js";
import { bareExpression, eachNode, symbolOf } from "../../syntax/scan.js";
import { lengthOf } from "../arrays/lowerElements.js";
import { isMadeApart } from "./collectionsApart.js";
import type { Site } from "../lowerSite.js";
import { keyAt, keysOf, readEntry, type TableValue } from "./lowerTables.js";

/** `m.forEach((value, key) => ...)` */
export function lowerForEachEntry(
  site: Site,
  node: ts.CallExpression,
  table: TableValue,
): undefined {
  const [callback] = node.arguments;
  if (callback === undefined || ts.isSpreadElement(callback))
    return site.ctx.refuse(
      node,
      "DC2106",
      "this call has no function",
      "give it one",
    );
  const owner = bareExpression(node.expression);
  if (!ts.isPropertyAccessExpression(owner))
    throw new TypeError("forEach of nothing");
  const [, key] = parametersOf(callback);
  const loop = { node, of: owner.expression, key, body: [callback] };
  refuseChangedWhileLooped(site, loop, table);
  const keys = keysOf(site, node, table);
  const fn = lowerExpression(site, callback);
  const pipeline: Pipeline = {
    length: lengthOf(site, node, keys),
    array: undefined,
    at: (index) => keyAt(site, node, table, keys, index),
    stages: [],
    callbacks: [callback],
  };
  const isSet = table.ty.form === "set";
  forEachOf(site, node, pipeline, [], (key) => {
    const value = isSet ? key : readEntry(site, node, table, key, true);
    callValue(site, node, fn, [value, key, table], "nothing");
  });
  return undefined;
}

/**
 * JavaScript goes on with what a Map gets while it is gone through, and leaves out what it loses; the keys are taken once
 * here. A value may be changed under the key at hand, and the key at hand may be taken out.
 */
export function refuseChangedWhileLooped(
  site: Site,
  loop: CollectionLoop,
  table: Value,
): void {
  const { checker } = site.ctx;
  const { functions } = effectsOf(checker, loop.body, functionsMade(site));
  const changes = [...loop.body, ...functions].flatMap((node) =>
    changesIn(site, node, loop, table),
  );
  const adds = changes.some(({ method }) => method !== "delete");
  const [first] = changes.filter(
    ({ method, isOwnKey }) =>
      !isOwnKey || (adds && method === "delete") || method === "clear",
  );
  if (first === undefined) return;
  site.ctx.refuse(
    first.node,
    "DC2101",
    "this may change the Map or Set that is being gone through",
    "collect the keys before: for (const k of [...m.keys()])",
  );
}

export interface CollectionLoop {
  readonly node: ts.Node;
  /** The Map or Set, as the loop names it. */
  readonly of: ts.Expression;
  /** What the key at hand is called. */
  readonly key: ts.Node | undefined;
  readonly body: readonly ts.Node[];
}

function parametersOf(callback: ts.Expression): (ts.Node | undefined)[] {
  const node = bareExpression(callback);
  const isFunction = ts.isArrowFunction(node) || ts.isFunctionExpression(node);
  return isFunction ? valueParameters(node).map(({ name }) => name) : [];
}

interface Change {
  readonly node: ts.CallExpression;
  readonly method: string;
  /** Of the key that the loop is at. */
  readonly isOwnKey: boolean;
}

function changesIn(
  site: Site,
  node: ts.Node,
  loop: CollectionLoop,
  table: Value,
): Change[] {
  const { checker } = site.ctx;
  const { key: own } = loop;
  const ownKey = own && ts.isIdentifier(own) && symbolOf(checker, own);
  const found: Change[] = [];
  eachNode(node, (one) => {
    if (!ts.isCallExpression(one)) return;
    const callee = bareExpression(one.expression);
    if (!ts.isPropertyAccessExpression(callee)) return;
    const method = callee.name.text;
    if (!/^(set|add|delete|clear)$/.test(method)) return;
    const owner = checker.getNonNullableType(
      checker.getTypeAtLocation(callee.expression),
    );
    const ty = site.ctx.tryTyOf(owner);
    if (ty.kind === "problem" || !sameTy(ty, table.ty)) return;
    if (isMadeApart(checker, callee.expression, loop.node, loop.of)) return;
    const [key] = one.arguments;
    const symbol =
      key && ts.isIdentifier(key) ? symbolOf(checker, key) : undefined;
    const isOwnKey = symbol !== undefined && symbol === ownKey;
    found.push({ node: one, method, isOwnKey });
  });
  return found;
}

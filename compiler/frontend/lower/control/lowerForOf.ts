import { lowerOwner, ownerTy } from "../lowerVariables.js";
import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { arrayOf, bool, num, str } from "../../../ir/types.js";
import { placeOf } from "../lowerAssign.js";
import { describeTy } from "../../types/describeTy.js";
import { bindName } from "../lowerDestructuring.js";
import { effectsOf, memoryKey } from "../facts/lowerEffects.js";
import { keepsLength } from "./loopInvariants.js";
import { functionsMade } from "../functions/lowerKnown.js";
import { wherePresent } from "../facts/lowerPresent.js";
import { branch } from "./lowerJoin.js";
import { emitWhile, loopState, repeat } from "./lowerLoopParts.js";
import { again, inLoop, type LoopExits } from "./lowerLoops.js";
import {
  assignedIn,
  bareExpression,
  isDeclarations,
} from "../../syntax/scan.js";
import { constant, emit, op, type Site, type Variable } from "../lowerSite.js";
import { lowerBlock } from "./lowerStatements.js";
import { lengthOf, load } from "../arrays/lowerElements.js";
import { assignValue, isPattern } from "../lowerPatternAssign.js";
import {
  collectionAt,
  collectionListed,
  listOf,
} from "../records/lowerCollectionLists.js";
import { refuseChangedWhileLooped } from "../records/lowerCollectionLoops.js";
import { tableAt, tableListed } from "../records/lowerTableLists.js";
import { keyAt, keysOf, readEntry } from "../records/lowerTables.js";
import { unlessExited } from "./lowerExits.js";
import { keyItems } from "./lowerForIn.js";

/** What a for-of goes over: the elements of an array, or `entries()` or `keys()` of one. */
interface Source {
  readonly array: ts.Expression;
  readonly what: "elements" | "entries" | "keys";
}

/** What is found at each place: a key, and what is under it. */
export interface Items {
  readonly array: Value;
  readonly keepsItsLength: boolean;
  readonly what: Source["what"];
  /** An array of which the loop passes over the holes. */
  readonly holed?: Value;
  key(index: Value): Value;
  element(index: Value): Value;
}

export type Loop = ts.ForOfStatement | ts.ForInStatement;

/** `for (const x of xs)`: over the indices of the array, which is looked up once. */
export function lowerForOf(
  site: Site,
  node: ts.ForOfStatement,
  labels: readonly string[],
): void {
  if (node.awaitModifier !== undefined)
    site.ctx.refuse(
      node,
      "DC2007",
      "for await is not carried",
      "loop over an array",
    );
  loopOver(
    site,
    node,
    collectionItems(site, node) ??
      tableItems(site, node) ??
      arrayItems(site, node),
    labels,
  );
}

export function loopOver(
  site: Site,
  node: Loop,
  items: Items,
  labels: readonly string[],
): void {
  const { checker } = site.ctx;
  const written = assignedIn(checker, [node.initializer, node.statement]);
  const visit = (index: Value, exits: LoopExits): void => {
    bindElement(site, node, items, index);
    inLoop(site, labels, exits, () =>
      lowerBlock(site, node.statement, new Set([exits.continueTo])),
    );
  };
  const { holed } = items;
  const one = (index: Value, exits: LoopExits): void =>
    holed === undefined
      ? visit(index, exits)
      : wherePresent(site, node, holed, index, () => visit(index, exits));
  if (items.keepsItsLength) {
    const state = loopState(site, [node.statement], written);
    const zero = constant(site, node, 0);
    const length = lengthOf(site, node, items.array);
    repeat(site, node, zero, length, one, state);
  } else lowerLive(site, node, items.array, written, one);
}

function arrayItems(site: Site, node: ts.ForOfStatement): Items {
  const source = sourceOf(site, node.expression);
  const given = lowerOwner(site, source.array);
  const array = isText(site, source.array)
    ? lettersOf(site, node, given)
    : given;
  if (array.ty.kind !== "array") refuseIterator(site, node.expression);
  if (array.ty.kind !== "array")
    return site.ctx.refuse(
      node.expression,
      "DC2101",
      `a loop over a value of type ${describeTy(array.ty)} is not carried`,
      "loop over an array",
    );
  const { checker } = site.ctx;
  const written = assignedIn(checker, [node.initializer, node.statement]);
  return {
    array,
    keepsItsLength: keepsItsLength(site, node, source, written),
    what: source.what,
    key: (index) => index,
    element: (index) => load(site, node, array, index, true),
  };
}

/** `for (const [k, v] of map)`, `for (const k of set)` */
function collectionItems(
  site: Site,
  node: ts.ForOfStatement,
): Items | undefined {
  const listed = collectionListed(site, node.expression);
  if (listed === undefined) return undefined;
  const { of, what } = listed;
  const pattern = what === "entries" ? pairPattern(node) : undefined;
  const [first] = pattern?.elements ?? [];
  const name =
    first !== undefined && !ts.isOmittedExpression(first)
      ? first.name
      : undefined;
  const body = [node.initializer, node.statement];
  const table = collectionAt(site, of);
  const own = what === "keys" ? soleName(node) : name;
  refuseChangedWhileLooped(site, { node, of, key: own, body }, table);
  const isWhole = what !== "entries" || pattern !== undefined;
  const array = isWhole
    ? keysOf(site, node.expression, table)
    : listOf(site, node.expression, table, what);
  const key = (index: Value): Value => keyAt(site, node, table, array, index);
  if (!isWhole)
    return {
      array,
      keepsItsLength: true,
      what: "elements",
      key,
      element: (index) => load(site, node, array, index, true),
    };
  return {
    array,
    keepsItsLength: true,
    what: what === "entries" ? "entries" : "elements",
    key,
    element: (index) =>
      what === "keys"
        ? key(index)
        : readEntry(site, node, table, key(index), true),
  };
}

const soleName = ({ initializer }: Loop): ts.Node | undefined =>
  isDeclarations(initializer) ? initializer.declarations[0]?.name : undefined;

/** `Object.entries(table)`, `Object.values(table)`: no list is made where the loop leaves all tables as they are. */
function tableItems(site: Site, node: ts.ForOfStatement): Items | undefined {
  const listed = tableListed(site, node.expression);
  if (listed === undefined) return undefined;
  const { what } = listed;
  if (what === "keys") return keyItems(site, node, listed.table);
  const isPair = what === "entries" && pairPattern(node) !== undefined;
  if (what === "entries" && !isPair) return undefined;
  const { checker } = site.ctx;
  const effects = effectsOf(checker, [node.statement], functionsMade(site));
  const writes =
    effects.fields.size > 0 ||
    effects.stores.some(({ key }) => key === "object");
  if (writes) return undefined;
  const table = tableAt(site, listed.table);
  const array = keysOf(site, node, table);
  const key = (index: Value): Value => keyAt(site, node, table, array, index);
  return {
    array,
    keepsItsLength: true,
    what: isPair ? "entries" : "elements",
    key,
    element: (index) => readEntry(site, node, table, key(index), true),
  };
}

function pairPattern({
  initializer,
}: Loop): ts.ArrayBindingPattern | undefined {
  const pattern = isDeclarations(initializer)
    ? initializer.declarations[0]?.name
    : undefined;
  return pattern !== undefined && ts.isArrayBindingPattern(pattern)
    ? pattern
    : undefined;
}

function isText(site: Site, node: ts.Expression): boolean {
  const type = site.ctx.checker.getTypeAtLocation(node);
  return (type.flags & ts.TypeFlags.StringLike) !== 0;
}

function lettersOf(site: Site, node: ts.ForOfStatement, text: Value): Value {
  return emit(site, node.expression, "opaque", [text], arrayOf(str), {
    parts: ["Array.from(", ")"],
    needs: [],
    effect: "none",
  });
}

function sourceOf(site: Site, given: ts.Expression): Source {
  const node = bareExpression(given);
  if (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.arguments.length === 0
  ) {
    const { expression: array, name } = node.expression;
    const what = name.text;
    const isList = what === "entries" || what === "keys" || what === "values";
    if (isList && ownerTy(site, array).kind === "array")
      return { array, what: what === "values" ? "elements" : what };
  }
  return { array: given, what: "elements" };
}

function keepsItsLength(
  site: Site,
  node: ts.ForOfStatement,
  source: Source,
  assigned: ReadonlySet<ts.Symbol>,
): boolean {
  const { checker } = site.ctx;
  const key = memoryKey(checker, checker.getTypeAtLocation(source.array));
  const effects = effectsOf(
    checker,
    [node.initializer, node.statement],
    functionsMade(site),
  );
  const shared = assignedIn(checker, [...effects.functions]);
  const view = {
    checker,
    assigned: new Set([...assigned, ...shared]),
    effects,
    decl: site.decl,
    induction: undefined,
  };
  return keepsLength(source.array, key, view);
}

/** The array may change its length on the way, and JavaScript looks at it before each iteration. */
function lowerLive(
  site: Site,
  node: Loop,
  array: Value,
  written: ReadonlySet<ts.Symbol>,
  one: (index: Value, exits: LoopExits) => void,
): void {
  const counter: Variable = { name: "i", ty: num };
  site.env.values.set(counter, constant(site, node, 0));
  const state = loopState(site, [node.statement], written, [counter]);
  emitWhile(site, node, state, (exits) => {
    const index = site.env.values.get(counter);
    if (index === undefined) throw new TypeError("a loop without its counter");
    const inside = op(site, node, "lt", [index, lengthOf(site, node, array)]);
    const [goesOn] = branch(
      site,
      node,
      inside,
      [bool],
      () => {
        one(index, exits);
        unlessExited(site, node, () => {
          const next = op(site, node, "add", [index, constant(site, node, 1)]);
          site.env.values.set(counter, next);
        });
        return [again(site, node, exits)];
      },
      () => [constant(site, node, false)],
    );
    return goesOn;
  });
  site.env.values.delete(counter);
}

function bindElement(site: Site, node: Loop, items: Items, index: Value): void {
  const { initializer } = node;
  if (items.what === "entries") {
    const pattern = pairPattern(node);
    if (pattern === undefined)
      return site.ctx.refuse(
        initializer,
        "DC2108",
        "entries() is not taken apart here",
        "write `for (const [i, x] of xs.entries())`",
      );
    const parts = [() => items.key(index), () => items.element(index)];
    pattern.elements.forEach((one, k) => {
      const part = parts[k];
      if (!ts.isOmittedExpression(one) && part !== undefined)
        bindName(site, one.name, part());
    });
    return;
  }
  const value = items.what === "keys" ? items.key(index) : items.element(index);
  if (isDeclarations(initializer)) {
    for (const decl of initializer.declarations)
      bindName(site, decl.name, value);
    return;
  }
  const target = bareExpression(initializer);
  if (isPattern(target)) assignValue(site, target, value);
  else placeOf(site, target).write(value);
}

/** `*[Symbol.iterator]() { ... }` */
function refuseIterator({ ctx }: Site, node: ts.Expression): void {
  const type = ctx.checker.getTypeAtLocation(node);
  const iterator = type
    .getProperties()
    .find(({ name }) => name.startsWith("__@iterator"));
  const [decl] = iterator?.declarations ?? [];
  if (decl === undefined || decl.getSourceFile().isDeclarationFile) return;
  ctx.refuse(
    node,
    "DC2101",
    "this loop runs a [Symbol.iterator] of your own, which goes on from item to item between the turns of the loop",
    "give the class a method that returns its items as an array, and loop over that",
  );
}

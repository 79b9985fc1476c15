import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bool, holdsFloat, isRef, type Ty } from "../../../ir/types.js";
import { describeMethod } from "./carriedCalls.js";
import { addName } from "./carriedNames.js";
import {
  addHole,
  addPart,
  type Carried,
  describe,
  describeMember,
  type Effect,
  newCarried,
  text,
} from "./carriedText.js";
import { refuseOwnText } from "./ownTexts.js";
import { bareExpression } from "../../syntax/scan.js";
import { tyOfNode } from "../lowerCoerce.js";
import { at, emit, poison, type Site } from "../lowerSite.js";

/** The value of a passive expression that is carried as it is. */
export function carryExpression(
  site: Site,
  node: ts.Expression,
  want: Ty | undefined,
): Value {
  const carried = newCarried();
  const effect = describe(site, node, carried);
  return finishCarried(site, node, carried, effect, resultTy(site, node, want));
}

/** A member of, or a call on, a carried value that was evaluated before. */
export function carryOn(
  site: Site,
  node:
    | ts.PropertyAccessExpression
    | ts.ElementAccessExpression
    | ts.CallExpression,
  owner: Value,
): Value {
  const carried = newCarried();
  const on = bareExpression(node.expression);
  const isCall = ts.isCallExpression(node) && ts.isPropertyAccessExpression(on);
  refuseOwnText(site, isCall ? on.expression : on, owner.ty);
  addHole(site, node, carried, owner);
  let effect: Effect = "none";
  if (ts.isCallExpression(node)) effect = describeMethod(site, node, carried);
  else describeMember(site, node, carried);
  const type = site.ctx.checker.getNonNullableType(
    site.ctx.checker.getTypeAtLocation(node),
  );
  return finishCarried(
    site,
    node,
    carried,
    effect,
    checkedResult(site, node, site.ctx.tyOf(type, node)),
  );
}

/** `value instanceof C`, of a carried value that was evaluated before. */
export function carryTest(
  site: Site,
  node: ts.BinaryExpression,
  value: Value,
  name: ts.Identifier,
): Value {
  const carried = newCarried();
  addHole(site, node.left, carried, value);
  text(carried, ` ${node.operatorToken.getText()} `);
  addName(site, name, carried);
  return finishCarried(site, node, carried, "none", bool);
}

/** `console.log(...)` and the like, as a statement. */
export function carryStatement(site: Site, node: ts.CallExpression): void {
  const carried = newCarried();
  describe(site, node, carried);
  perform(site, node, carried, "effect");
}

/** `throw new Error(...)`, with what has to happen when the error is made and not yet thrown. */
export function carryThrow(
  site: Site,
  node: ts.ThrowStatement,
  between: () => void,
): void {
  const carried = newCarried();
  text(carried, "throw ");
  addPart(site, node.expression, carried);
  between();
  perform(site, node, carried, "throw");
  site.env.dead = true;
}

/** What is thrown where a member is called on an object and none of the classes that it may be of is its class. */
export const unknownClass = 'TypeError("an instance of an unknown class")';

/** `throw new Error(...)` that JavaScript itself would do. */
export function throwError(site: Site, node: ts.Node, error: string): void {
  const carried = newCarried();
  text(carried, `throw new ${error}`);
  perform(site, node, carried, "throw");
  site.env.dead = true;
}

/** The same where a value is asked for: one that nobody sees, made first, since nothing follows a throw. */
export function throwInstead(
  site: Site,
  node: ts.Node,
  error: string,
  ty: Ty | undefined,
): Value | undefined {
  const unseen = ty && poison(site, node, ty);
  throwError(site, node, error);
  return unseen;
}

export function finishCarried(
  site: Site,
  node: ts.Node,
  carried: Carried,
  effect: Effect,
  ty: Ty,
): Value {
  return emit(site, node, "opaque", carried.args, ty, {
    parts: carried.parts,
    needs: [...carried.needs.values()],
    effect,
  });
}

function perform(
  site: Site,
  node: ts.Node,
  carried: Carried,
  effect: Effect,
): void {
  const b = at(site, node);
  b.emit({
    kind: "opaque",
    parts: carried.parts,
    needs: [...carried.needs.values()],
    effect,
    ...b.plain(carried.args, []),
  });
}

function resultTy(site: Site, node: ts.Expression, want: Ty | undefined): Ty {
  const own = tyOfNode(site, node);
  const ty = want?.kind === "opaque" && own.kind === "opaque" ? want : own;
  return checkedResult(site, node, ty);
}

function checkedResult(site: Site, node: ts.Expression, ty: Ty): Ty {
  if (!isRef(ty) || !holdsFloat(ty)) return ty;
  return site.ctx.refuse(
    node,
    "DC2111",
    "this code is only carried, and gives an array or object that holds numbers",
    "write it with arrays and objects that diffc can follow",
  );
}

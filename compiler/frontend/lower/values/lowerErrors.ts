import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, holdsFloat, isRef, type Ty } from "../../../ir/types.js";
import { calleeOf } from "../../syntax/callee.js";
import {
  isErrorClass,
  isErrorType,
  isLibraryError,
} from "../../syntax/errorClasses.js";
import { bareExpression } from "../../syntax/scan.js";
import { tyOfNode } from "../lowerCoerce.js";
import { lowerExpression } from "../lowerExpressions.js";
import { conductOf, isPure } from "../facts/lowerPurity.js";
import { emit, type Site } from "../lowerSite.js";
import { addHole, describeArguments, newCarried, text } from "./carriedText.js";
import { finishCarried } from "./lowerOpaque.js";

/**
 * What has been thrown, and is looked at where it is caught: `error.message`, `error.code`, `error.describe()`. It is an
 * object of its class, so that what is read is what the program itself would read.
 */
export function lowerErrorMember(
  site: Site,
  node: ts.PropertyAccessExpression,
): Value | undefined {
  if (node.questionDotToken || !isOfError(site, node.expression))
    return undefined;
  const symbol = site.ctx.checker.getSymbolAtLocation(node.name);
  refuseChanging(site, node, symbol);
  const carried = newCarried();
  addHole(site, node.expression, carried, errorOf(site, node.expression));
  text(carried, `.${node.name.text}`);
  // whatever it may be: of all that is unknown only this is only carried
  const ty: Ty =
    node.name.text === "cause" && isDeclaredByLibrary(symbol)
      ? { kind: "opaque", text: "unknown" }
      : tyOfNode(site, node);
  return finishCarried(site, node, carried, "none", checked(site, node, ty));
}

/** A method of an error; its class is there, and runs it. */
export function lowerErrorCall(
  site: Site,
  node: ts.CallExpression,
): { readonly value: Value } | undefined {
  const callee = bareExpression(node.expression);
  if (!ts.isPropertyAccessExpression(callee) || ts.isOptionalChain(node))
    return undefined;
  const { checker } = site.ctx;
  const type = checker.getTypeAtLocation(callee.expression);
  if (!isErrorType(checker, type)) return undefined;
  if (calleeOf(checker, node).kind === "ambient") return undefined;
  const carried = newCarried();
  addHole(site, callee.expression, carried, errorOf(site, callee.expression));
  text(carried, `.${callee.name.text}`);
  describeArguments(site, node.arguments, carried);
  const ty = checked(site, node, tyOfNode(site, node));
  return { value: finishCarried(site, node, carried, "effect", ty) };
}

function isOfError({ ctx: { checker } }: Site, node: ts.Expression): boolean {
  const type = checker.getTypeAtLocation(node);
  const symbol = type.symbol as ts.Symbol | undefined;
  // the class itself is no error
  const isMade = type.getConstructSignatures().length === 0;
  return (
    isMade &&
    (isErrorType(checker, type) ||
      (symbol !== undefined && isLibraryError(symbol)))
  );
}

/** The error as what it is known to be at this place, where it was only known that something is thrown. */
function errorOf(site: Site, node: ts.Expression): Value {
  const value = lowerExpression(site, node);
  const ty = bare(tyOfNode(site, node));
  const isTold = value.ty.kind !== "opaque" || value.ty.text !== "unknown";
  if (isTold || ty.kind !== "opaque") return value;
  return emit(site, node, "opaque", [value], ty, {
    parts: ["(", ` as ${ty.text})`],
    needs: ty.needs ?? [],
    effect: "none",
  });
}

/** A field that somebody assigns later, and an accessor that does more than to compute. */
function refuseChanging(
  site: Site,
  node: ts.PropertyAccessExpression,
  symbol: ts.Symbol | undefined,
): void {
  const { checker, classes } = site.ctx;
  const changes = (symbol?.declarations ?? []).some((one) =>
    ts.isGetAccessor(one)
      ? !isPure(conductOf(checker, one, () => undefined))
      : !one.getSourceFile().isDeclarationFile && classes.isAssigned(one),
  );
  if (changes)
    site.ctx.refuse(
      node,
      "DC2112",
      `${node.name.text} of an error is read here, and changes after the error is made`,
      "give the error what it says where it is made",
    );
}

function checked(site: Site, node: ts.Expression, ty: Ty): Ty {
  if (!isRef(bare(ty)) || !holdsFloat(ty)) return ty;
  return site.ctx.refuse(
    node,
    "DC2112",
    "an error gives an array or object with numbers here, of which diffc does not know where they come from",
    "keep them in a variable, and let the error say what is wrong",
  );
}

const isDeclaredByLibrary = (symbol: ts.Symbol | undefined): boolean =>
  symbol?.declarations?.every((one) => one.getSourceFile().isDeclarationFile) ??
  true;

/** `new DomainError("...", { code: 3 })`: is the object one that only the error gets? */
export const isOfNewError = (
  { ctx: { checker } }: Site,
  node: ts.ObjectLiteralExpression,
): boolean =>
  ts.isNewExpression(node.parent) &&
  node.parent.expression !== node &&
  isMadeError(checker, node.parent) &&
  node.properties.every(
    (one) =>
      ts.isShorthandPropertyAssignment(one) ||
      (ts.isPropertyAssignment(one) && !ts.isComputedPropertyName(one.name)),
  );

export function isMadeError(
  checker: ts.TypeChecker,
  node: ts.NewExpression,
): boolean {
  const symbol = checker.getTypeAtLocation(node).symbol as
    ts.Symbol | undefined;
  return (
    symbol !== undefined &&
    (isErrorClass(checker, symbol) || isLibraryError(symbol))
  );
}

import { ts } from "ts-morph";
import { isTransparent, isWritten } from "../syntax/usesOfNames.js";
import type { CalledFunctions } from "./calledFunctions.js";
import type { OnlyRead } from "./onlyRead.js";
import { mutating } from "./tableUses.js";

/** What becomes of the memory behind a static field, wherever it is named. */
export interface Statics {
  /** Does every use of it only look at it? */
  isOnlyRead(symbol: ts.Symbol): boolean;
  /** Is something in it assigned, added or taken out, by its name? */
  isChangedByName(symbol: ts.Symbol): boolean;
  /** Does it go nowhere where something could be written into it by another name? */
  staysThere(symbol: ts.Symbol): boolean;
}

export function newStatics(
  files: () => readonly ts.SourceFile[],
  referencesIn: (
    file: ts.SourceFile,
  ) => ReadonlyMap<ts.Symbol, readonly ts.Identifier[]>,
  { readsOnly, leavesObject }: OnlyRead,
  { calledBy }: CalledFunctions,
): Statics {
  return {
    isOnlyRead: (symbol) => usesOf(symbol).every((use) => readsOnly(use)),
    isChangedByName: (symbol) => usesOf(symbol).some(isChangedAt),
    staysThere: (symbol) =>
      usesOf(symbol).every((use) => readsOnly(use) || isReadByMethod(use)),
  };

  function usesOf(symbol: ts.Symbol): ts.Expression[] {
    const decl = symbol.valueDeclaration;
    if (decl === undefined || !ts.isPropertyDeclaration(decl)) return [];
    const name = decl.name.getText();
    return files()
      .filter((file) => file.text.includes(name))
      .flatMap((file) => referencesIn(file).get(symbol) ?? [])
      .filter((id) => id.parent !== decl)
      .map(memberOr);
  }

  /** `Vec.ZERO.add(v)`: a method that writes nothing but its own variables. */
  function isReadByMethod(use: ts.Expression): boolean {
    const callee = wholePath(use).parent;
    if (!ts.isPropertyAccessExpression(callee)) return false;
    const call = callee.parent;
    if (!ts.isCallExpression(call) || call.expression !== callee) return false;
    return calledBy(call)?.every(leavesObject) ?? false;
  }
}

/** `Config.limit` of `limit`. */
export const memberOr = (id: ts.Identifier): ts.Expression =>
  ts.isPropertyAccessExpression(id.parent) && id.parent.name === id
    ? id.parent
    : id;

/** `C.table[2].rows` of `C.table`, less a method that is called. */
function wholePath(use: ts.Expression): ts.Expression {
  let path = use;
  for (let up = path.parent; ; up = path.parent) {
    const isStep =
      (ts.isPropertyAccessExpression(up) || ts.isElementAccessExpression(up)) &&
      up.expression === path &&
      !(ts.isCallExpression(up.parent) && up.parent.expression === up);
    if (!isStep && !isTransparent(up)) return path;
    path = up as ts.Expression;
  }
}

/** `C.table[2] = x`, `C.table.push(x)` */
function isChangedAt(use: ts.Expression): boolean {
  const path = wholePath(use);
  if (isWritten(path)) return true;
  const { parent } = path;
  return (
    ts.isPropertyAccessExpression(parent) &&
    mutating.has(parent.name.text) &&
    ts.isCallExpression(parent.parent)
  );
}

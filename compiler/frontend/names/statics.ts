import { ts } from "ts-morph";
import { isStatic } from "../classes.js";
import { isTransparent, isWritten } from "../syntax/usesOfNames.js";
import { eachNode } from "../syntax/scan.js";
import type { CalledFunctions } from "./calledFunctions.js";
import { newClassNames } from "./classNames.js";
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
  /** Do functions assign it, and is every use of it seen, since its class goes nowhere as a value? */
  isVariable(symbol: ts.Symbol): boolean;
}

export function newStatics(
  checker: ts.TypeChecker,
  files: () => readonly ts.SourceFile[],
  referencesIn: (
    file: ts.SourceFile,
  ) => ReadonlyMap<ts.Symbol, readonly ts.Identifier[]>,
  { readsOnly, leavesObject }: OnlyRead,
  { calledBy }: CalledFunctions,
): Statics {
  const goesNowhere = newClassNames(checker, files);
  return {
    isOnlyRead: (symbol) => usesOf(symbol).every((use) => readsOnly(use)),
    isChangedByName: (symbol) => usesOf(symbol).some(isChangedAt),
    staysThere: (symbol) =>
      usesOf(symbol).every((use) => readsOnly(use) || isReadByMethod(use)),
    isVariable: (symbol) => {
      const uses = usesOf(symbol);
      return (
        uses.some((use) => isWritten(use) && isInCode(use)) &&
        goesNowhere(symbol, uses)
      );
    },
  };

  function usesOf(symbol: ts.Symbol): ts.Expression[] {
    const decl = symbol.valueDeclaration;
    if (decl === undefined || !ts.isPropertyDeclaration(decl)) return [];
    const name = decl.name.getText();
    if (ts.isPrivateIdentifier(decl.name))
      return privateUses(decl.parent, name);
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

/** `C.#table`, which only its class can name. */
function privateUses(owner: ts.Node, name: string): ts.Expression[] {
  const found: ts.Expression[] = [];
  eachNode(owner, (node) => {
    const isUse =
      ts.isPropertyAccessExpression(node) && node.name.text === name;
    if (isUse) found.push(node);
  });
  return found;
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

/** In a function, or where a field of an object is given its value. */
function isInCode(node: ts.Node): boolean {
  for (let up = node.parent; !ts.isSourceFile(up); up = up.parent)
    if (ts.isFunctionLike(up)) return true;
    else if (ts.isPropertyDeclaration(up) && !isStatic(up)) return true;
  return false;
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

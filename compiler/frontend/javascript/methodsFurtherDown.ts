import { ts } from "ts-morph";
import { classesBelow } from "./fieldsFurtherDown.js";
import { isJavaScript } from "../syntax/jsFunctions.js";

/**
 * `get() { throw new Error("not implemented"); }`: a method of JavaScript that only the classes below it have. What they
 * say of it stands in the same file.
 */
export function methodsBelow(
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
): readonly ts.MethodDeclaration[] {
  if (!isOnlyThere(decl)) return [];
  const { name, parent: owner } = decl;
  const symbol = owner.name && checker.getSymbolAtLocation(owner.name);
  if (symbol === undefined || !ts.isIdentifier(name)) return [];
  return classesBelow(checker, symbol, decl.getSourceFile()).flatMap((one) =>
    (one.declarations ?? [])
      .filter(ts.isClassLike)
      .flatMap(({ members }) => [...members])
      .filter(
        (member): member is ts.MethodDeclaration =>
          ts.isMethodDeclaration(member) &&
          member.body !== undefined &&
          ts.isIdentifier(member.name) &&
          member.name.text === name.text &&
          !isStatic(member),
      ),
  );
}

interface OnlyThere extends ts.MethodDeclaration {
  readonly parent: ts.ClassLikeDeclaration;
}

function isOnlyThere(decl: ts.FunctionLikeDeclaration): decl is OnlyThere {
  if (!ts.isMethodDeclaration(decl) || !ts.isClassLike(decl.parent))
    return false;
  if (!isJavaScript(decl) || isStatic(decl)) return false;
  const [only, ...more] = decl.body?.statements ?? [];
  return only !== undefined && more.length === 0 && ts.isThrowStatement(only);
}

const isStatic = (decl: ts.MethodDeclaration): boolean =>
  (ts.getCombinedModifierFlags(decl) & ts.ModifierFlags.Static) !== 0;

import { ts } from "ts-morph";
import { isStatic } from "../classes.js";
import { valueSymbol } from "./moduleReferences.js";

/**
 * Is every use of a static field seen where the field is named? So it is where its class goes nowhere as a value:
 * otherwise `const { calls } = Probe` and `Probe[key]` read it, too.
 */
export function newClassNames(
  checker: ts.TypeChecker,
  files: () => readonly ts.SourceFile[],
) {
  const known = new Map<ts.ClassLikeDeclaration, boolean>();
  return (symbol: ts.Symbol, uses: readonly ts.Expression[]): boolean => {
    const owner = symbol.valueDeclaration?.parent;
    if (owner === undefined || !ts.isClassDeclaration(owner)) return false;
    let isPlain = known.get(owner);
    if (isPlain === undefined) {
      isPlain = isOnlyNamed(checker, owner, files());
      known.set(owner, isPlain);
    }
    return isPlain && uses.every((use) => isOwnMember(use, owner));
  };
}

/** `Probe.calls` of the very class, not of one that extends it and has a field of its own once it is written. */
function isOwnMember(use: ts.Expression, owner: ts.ClassDeclaration): boolean {
  if (!ts.isPropertyAccessExpression(use)) return false;
  const { expression } = use;
  return expression.kind === ts.SyntaxKind.ThisKeyword
    ? classAround(use) === owner
    : nameAtEnd(expression)?.text === owner.name?.text;
}

function classAround(node: ts.Node): ts.Node {
  let up = node.parent;
  while (!ts.isClassLike(up) && !ts.isSourceFile(up)) up = up.parent;
  return up;
}

/** `Probe` of `Probe` and of `lib.Probe`. */
function nameAtEnd(node: ts.Expression): ts.Identifier | undefined {
  if (ts.isIdentifier(node)) return node;
  return ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.name)
    ? node.name
    : undefined;
}

function isOnlyNamed(
  checker: ts.TypeChecker,
  owner: ts.ClassDeclaration,
  files: readonly ts.SourceFile[],
): boolean {
  const name = owner.name?.text;
  const isDefault = owner.modifiers?.some(
    (one) => one.kind === ts.SyntaxKind.DefaultKeyword,
  );
  if (name === undefined || isDefault) return false;
  let isExtended = false;
  const isFine = (node: ts.Node): boolean => {
    if (ts.isStringLiteralLike(node) && node.text === name)
      return !ts.isElementAccessExpression(node.parent);
    if (!ts.isIdentifier(node) || node.text !== name) return true;
    if (isAnother(checker, node, owner)) return true;
    if (isHeritage(node.parent)) isExtended = true;
    return isPlainUse(node);
  };
  const isEachFine = (node: ts.Node): boolean =>
    isFine(node) &&
    !ts.forEachChild(node, (child) => (isEachFine(child) ? undefined : true));
  return (
    files.every((file) => !file.text.includes(name) || isEachFine(file)) &&
    owner.members.every((one) => isThisPlain(one, isExtended))
  );
}

/** Something else of the same name; what `const { Probe } = lib` takes out of somewhere may be the class. */
function isAnother(
  checker: ts.TypeChecker,
  id: ts.Identifier,
  owner: ts.ClassDeclaration,
): boolean {
  const symbol = valueSymbol(id, checker);
  const isAlias = symbol && symbol.flags & ts.SymbolFlags.Alias;
  const origin = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
  const declarations = origin?.declarations ?? [];
  return (
    declarations.length > 0 &&
    declarations.every((one) => one !== owner && !ts.isBindingElement(one))
  );
}

/** Where a class is named and does not become a value. */
function isPlainUse(id: ts.Identifier): boolean {
  const isOfModule =
    ts.isPropertyAccessExpression(id.parent) && id.parent.name === id;
  const named = isOfModule ? id.parent : id;
  const { parent } = named;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === named;
  if (ts.isNewExpression(parent)) return parent.expression === named;
  if (ts.isBinaryExpression(parent))
    return (
      parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword &&
      parent.right === named
    );
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent))
    return parent.propertyName === undefined;
  if (ts.isExpressionWithTypeArguments(parent)) return isHeritage(parent);
  return (
    ts.isClassDeclaration(parent) ||
    ts.isTypeNode(parent) ||
    ts.isQualifiedName(parent)
  );
}

/** `extends Probe`, `extends lib.Probe` */
const isHeritage = ({ parent }: ts.Node): boolean =>
  ts.isHeritageClause(parent) ||
  (ts.isExpressionWithTypeArguments(parent) &&
    ts.isHeritageClause(parent.parent));

/** `this` of a static member is the class: only `this.x`, and of no class that extends it. */
function isThisPlain(member: ts.ClassElement, isExtended: boolean): boolean {
  const isOfClass =
    isStatic(member) || ts.isClassStaticBlockDeclaration(member);
  if (!isOfClass) return true;
  const isFine = (node: ts.Node): boolean => {
    if (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node))
      return true;
    if (ts.isClassLike(node)) return false;
    if (node.kind !== ts.SyntaxKind.ThisKeyword)
      return !ts.forEachChild(node, (child) =>
        isFine(child) ? undefined : true,
      );
    const { parent } = node;
    if (ts.isNewExpression(parent)) return parent.expression === node;
    return !isExtended && ts.isPropertyAccessExpression(parent);
  };
  return isFine(member);
}

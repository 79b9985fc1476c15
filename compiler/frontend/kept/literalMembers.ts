import { ts } from "ts-morph";
import { writersOf } from "../classes.js";
import { usesThis } from "../lower/functions/lowerIndirect.js";
import { eachNode } from "../syntax/scan.js";

/** What an object literal is made of: values, and functions that may be methods of a class. */
export type LiteralMember =
  | {
      readonly kind: "field";
      readonly name: string;
      readonly value: ts.Expression;
    }
  | { readonly kind: "method"; readonly name: string; readonly node: Method };

export type Method =
  | ts.MethodDeclaration
  | ts.AccessorDeclaration
  | ts.ArrowFunction
  | ts.FunctionExpression;

/** Undefined where the literal is more than that. */
export function literalMembers(
  checker: ts.TypeChecker,
  literal: ts.ObjectLiteralExpression,
  files: ReadonlySet<ts.SourceFile>,
): readonly LiteralMember[] | undefined {
  const type = checker.getTypeAtLocation(literal);
  const isWritten = (name: string): boolean =>
    writersOf(checker, type, name).some((one) =>
      files.has(one.getSourceFile()),
    );
  const members: LiteralMember[] = [];
  const isTakable = ({ kind, name }: LiteralMember): boolean =>
    kind === "method" || !reserved.test(name);
  for (const property of literal.properties) {
    const member = memberOf(property, isWritten);
    if (member === undefined || !isTakable(member)) return undefined;
    members.push(member);
  }
  const isWhole = members.every((one, k) => isOnly(one, members.slice(0, k)));
  const hasMethod = members.some(
    (one) => one.kind === "method" && !isAccessor(one),
  );
  return isWhole && hasMethod ? members : undefined;
}

/** The first of its name, or the other accessor of it. */
const isOnly = (
  member: LiteralMember,
  before: readonly LiteralMember[],
): boolean =>
  before
    .filter(({ name }) => name === member.name)
    .every((one) => isAccessor(one) && isAccessor(member));

const isAccessor = (member: LiteralMember): boolean =>
  member.kind === "method" && ts.isAccessor(member.node);

function memberOf(
  property: ts.ObjectLiteralElementLike,
  isWritten: (name: string) => boolean,
): LiteralMember | undefined {
  const { name: node } = property;
  if (node === undefined || !ts.isIdentifier(node)) return undefined;
  const name = node.text;
  if (special.test(name)) return undefined;
  if (ts.isShorthandPropertyAssignment(property))
    return { kind: "field", name, value: node };
  if (ts.isPropertyAssignment(property)) {
    const value = property.initializer;
    return !isWritten(name) && isFunctionOfItsOwn(value)
      ? { kind: "method", name, node: value }
      : { kind: "field", name, value };
  }
  if (ts.isSpreadAssignment(property)) return undefined;
  if (ts.isMethodDeclaration(property)) {
    if (isWritten(name) || isLater(property) || property.questionToken)
      return undefined;
  }
  return { kind: "method", name, node: property };
}

/** Names that mean something else in a class, or to the language. */
const special = /^(constructor|__proto__|toString|valueOf|toJSON)$/;

/** Names that parameters cannot have. */
const reserved =
  /^(arguments|await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|eval|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield)$/;

/** A function that is the same as a method: it does not see the `this` of those around it. */
function isFunctionOfItsOwn(
  value: ts.Expression,
): value is ts.ArrowFunction | ts.FunctionExpression {
  if (ts.isFunctionExpression(value))
    return value.name === undefined && !isLater(value);
  return ts.isArrowFunction(value) && !isLater(value) && !seesAround(value);
}

const isLater = (
  fn: ts.MethodDeclaration | ts.FunctionExpression | ts.ArrowFunction,
): boolean =>
  fn.asteriskToken !== undefined ||
  fn.modifiers?.some((one) => one.kind === ts.SyntaxKind.AsyncKeyword) === true;

function seesAround(arrow: ts.ArrowFunction): boolean {
  let found = usesThis(arrow);
  eachNode(arrow, (one) => {
    found ||= ts.isIdentifier(one) && one.text === "arguments";
  });
  return found;
}

/**
 * Is it asked somewhere what an object has, of which this one may be one, or is it copied as a whole? A class has its
 * methods elsewhere.
 */
export function isListed(
  checker: ts.TypeChecker,
  files: ReadonlySet<ts.SourceFile>,
  type: ts.Type,
): boolean {
  let found = false;
  const see = (node: ts.Node): void => {
    if (found) return;
    const seen = checker.getNonNullableType(checker.getTypeAtLocation(node));
    const as = checker.getBaseConstraintOfType(seen) ?? seen;
    found =
      (as.flags & primitive) === 0 && checker.isTypeAssignableTo(type, as);
  };
  for (const file of files) eachNode(file, (node) => eachListed(node, see));
  return found;
}

const primitive =
  ts.TypeFlags.NumberLike | ts.TypeFlags.StringLike | ts.TypeFlags.BooleanLike;

function eachListed(node: ts.Node, see: (node: ts.Node) => void): void {
  if (ts.isSpreadAssignment(node) || ts.isForInStatement(node))
    see(node.expression);
  if (ts.isBindingElement(node) && node.dotDotDotToken) see(node.parent);
  if (ts.isPropertyAccessExpression(node) && node.name.text === "constructor")
    see(node.expression);
  if (!ts.isCallExpression(node)) return;
  if (
    /^((Object|JSON|Reflect)\.(?!freeze)|structuredClone$)/.test(
      node.expression.getText(),
    )
  )
    for (const one of node.arguments) see(one);
}

/** The file, and all that it imports; what is in packages may be called from anywhere. */
export function filesBehind(
  checker: ts.TypeChecker,
  files: readonly ts.SourceFile[],
  file: ts.SourceFile,
): Set<ts.SourceFile> {
  const ofPackages = files.filter((one) =>
    one.fileName.includes("/node_modules/"),
  );
  const found = new Set(ofPackages).add(file);
  for (const one of found)
    for (const statement of one.statements) {
      const isLink =
        ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
      const from = isLink ? statement.moduleSpecifier : undefined;
      const module = from && checker.getSymbolAtLocation(from);
      for (const decl of module?.declarations ?? [])
        if (ts.isSourceFile(decl) && !decl.isDeclarationFile) found.add(decl);
    }
  return found;
}

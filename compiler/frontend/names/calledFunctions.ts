import { ts } from "ts-morph";
import { functionOf } from "../syntax/callee.js";
import { bareExpression, definedSymbol, eachNode } from "../syntax/scan.js";

/** Which functions of the project may run, as far as names and types tell. */
export interface CalledFunctions {
  /** All that a call may mean; undefined where it may be one that is not seen. */
  calledBy(
    call: ts.CallExpression,
  ): readonly ts.FunctionLikeDeclaration[] | undefined;
  /** All getters that reading a member may run. */
  gettersOf(
    access: ts.PropertyAccessExpression,
  ): readonly ts.FunctionLikeDeclaration[];
}

interface Member {
  /** What runs; undefined where a function under this name is not seen. */
  readonly fn: ts.FunctionLikeDeclaration | undefined;
  readonly isGetter: boolean;
  /** The object that has it; undefined for one of a generic class, which may be anything. */
  readonly owner: ts.Type | undefined;
}

/**
 * A call of a member may mean each member of that name that an object of such a type may have: a class below may have its
 * own, an interface is kept by any object.
 */
export function newCalledFunctions(
  checker: ts.TypeChecker,
  files: () => readonly ts.SourceFile[],
  connected: (file: ts.SourceFile) => ReadonlySet<ts.SourceFile>,
): CalledFunctions {
  const byName = new Map<string, readonly Member[]>();
  return {
    calledBy,
    gettersOf: (access) =>
      membersOf(access).flatMap(({ fn, isGetter }) =>
        isGetter && fn ? [fn] : [],
      ),
  };

  function calledBy(
    call: ts.CallExpression,
  ): readonly ts.FunctionLikeDeclaration[] | undefined {
    const callee = bareExpression(call.expression);
    if (isFunctionLiteral(callee)) return [callee];
    const isMember = ts.isPropertyAccessExpression(callee);
    if (!isMember && !ts.isIdentifier(callee)) return undefined;
    const symbol = definedSymbol(checker, isMember ? callee.name : callee);
    const own = symbol && functionOf(checker, symbol);
    if (own !== undefined && (!isMember || ts.isFunctionDeclaration(own)))
      return [own];
    const members = isMember ? membersOf(callee) : [];
    const functions = members.flatMap(({ fn, isGetter }) =>
      fn && !isGetter ? [fn] : [],
    );
    const areSeen = functions.length === members.length && members.length > 0;
    return areSeen ? functions : undefined;
  }

  function membersOf(access: ts.PropertyAccessExpression): Member[] {
    const near = connected(access.getSourceFile());
    const { expression, name } = access;
    const given = checker.getTypeAtLocation(expression);
    const type = checker.getNonNullableType(
      checker.getBaseConstraintOfType(given) ?? given,
    );
    return membersNamed(name.text).filter(
      ({ fn, owner }) =>
        (fn === undefined || near.has(fn.getSourceFile())) &&
        (owner === undefined || checker.isTypeAssignableTo(owner, type)),
    );
  }

  function membersNamed(name: string): readonly Member[] {
    const before = byName.get(name);
    if (before !== undefined) return before;
    const found: Member[] = [];
    byName.set(name, found);
    for (const file of files())
      if (file.text.includes(name))
        eachNode(file, (node) => {
          const given = memberGiven(node);
          if (given === undefined || nameText(given.name) !== name) return;
          const isGetter = ts.isGetAccessor(node);
          const fn = functionAt(node, given.value);
          const hasOne = fn ?? isOpenAt(node, given.value);
          if (hasOne) found.push({ fn, isGetter, owner: ownerOf(node) });
        });
    return found;
  }

  function functionAt(
    node: ts.Node,
    given: ts.Expression | undefined,
  ): ts.FunctionLikeDeclaration | undefined {
    if (ts.isGetAccessor(node) || ts.isMethodDeclaration(node))
      return node.body && node;
    const value = given && bareExpression(given);
    if (value === undefined || isFunctionLiteral(value)) return value;
    if (!ts.isIdentifier(value)) return undefined;
    const symbol = ts.isShorthandPropertyAssignment(node)
      ? checker.getShorthandAssignmentValueSymbol(node)
      : definedSymbol(checker, value);
    return symbol && functionOf(checker, symbol);
  }

  /** What has no body is no function itself; what is computed or handed in may be any. */
  function isOpenAt(node: ts.Node, given: ts.Expression | undefined): boolean {
    if (ts.isGetAccessor(node) || ts.isMethodDeclaration(node)) return false;
    return isCallable(checker.getTypeAtLocation(given ?? node));
  }

  function ownerOf(node: ts.Node): ts.Type | undefined {
    if (ts.isBinaryExpression(node))
      return checker.getTypeAtLocation(
        (node.left as ts.PropertyAccessExpression).expression,
      );
    // constructor(readonly put: Put)
    const decl = ts.isParameter(node) ? node.parent.parent : node.parent;
    if (!ts.isClassLike(decl)) return checker.getTypeAtLocation(decl);
    if (decl.typeParameters !== undefined) return undefined;
    const isStatic =
      ts.getCombinedModifierFlags(node as ts.Declaration) &
      ts.ModifierFlags.Static;
    const type = checker.getTypeAtLocation(decl);
    return isStatic ? checker.getTypeOfSymbol(type.symbol) : type;
  }
}

/** A member that a node declares or assigns, with what it gives to it. */
function memberGiven(
  node: ts.Node,
): { name: ts.Node; value?: ts.Expression } | undefined {
  if (ts.isMethodDeclaration(node) || ts.isGetAccessor(node))
    return { name: node.name };
  if (ts.isPropertyAssignment(node))
    return { name: node.name, value: node.initializer };
  if (ts.isShorthandPropertyAssignment(node))
    return { name: node.name, value: node.name };
  if (ts.isPropertyDeclaration(node))
    return node.initializer && { name: node.name, value: node.initializer };
  if (ts.isParameterPropertyDeclaration(node, node.parent))
    return { name: node.name };
  const isAssigned =
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    node.operatorToken.kind <= ts.SyntaxKind.LastAssignment &&
    ts.isPropertyAccessExpression(node.left);
  return isAssigned
    ? {
        name: (node.left as ts.PropertyAccessExpression).name,
        value: node.right,
      }
    : undefined;
}

const nameText = (name: ts.Node): string | undefined =>
  ts.isIdentifier(name) ||
  ts.isPrivateIdentifier(name) ||
  ts.isStringLiteralLike(name)
    ? name.text
    : undefined;

const isFunctionLiteral = (
  node: ts.Node,
): node is ts.ArrowFunction | ts.FunctionExpression =>
  ts.isArrowFunction(node) || ts.isFunctionExpression(node);

const isCallable = (type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.Any) !== 0 ||
  (type.isUnion() ? type.types : [type]).some(
    (one) => one.getCallSignatures().length > 0,
  );

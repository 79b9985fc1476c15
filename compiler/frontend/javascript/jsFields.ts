import { ts } from "ts-morph";
import { isEmptyArray, newGuesses } from "./jsGuess.js";
import { isDeadArm } from "./kindsInTurn.js";
import type { JsCode } from "./jsCode.js";
import { eachNode } from "../syntax/scan.js";
import { textOfType } from "../types/typeText.js";
import type { Wanted } from "./growingViews.js";

/**
 * Fields of JavaScript that are arrays of `any` to the checker, for they are made before they are filled:
 *
 *     this.edges = []; ... this.edges.push(new Vector())
 *
 * They hold what is put there. The type goes where the array is made, as a cast.
 */
export function typesOfFields(
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
  code: JsCode,
): Wanted[] {
  const owner = decl.parent;
  if (!ts.isClassLike(owner)) return [];
  const source = decl.getSourceFile();
  const file = source.fileName;
  let guess: ReturnType<typeof newGuesses> | undefined;
  const found: Wanted[] = [];
  eachNode(owner, (node) => {
    const made = madeInField(node);
    if (made === undefined || ts.isParenthesizedExpression(made.value)) return;
    const symbol = checker.getSymbolAtLocation(made.field.name);
    if (symbol === undefined) return;
    if (!holdsAny(checker, checker.getTypeAtLocation(made.value))) return;
    guess ??= newGuesses(checker, owner);
    const text = guess(symbol);
    if (text === undefined) return;
    const at = code.placeOf(source, made.value.getStart());
    // the last letter is a part of it for sure
    const end = code.placeOf(source, made.value.end - 1) + 1;
    found.push(
      { type: { file, at, text, tag: "element" } },
      { type: { file, at: end, text: ")", tag: "element" } },
    );
  });
  return [...found, ...typesOfDeclared(checker, owner, code)];
}

/**
 * The fields themselves, of which the checker says nothing where their types go round in a circle, and too much where a
 * constructor gets arguments of several kinds: its copies say what each of them puts there.
 */
function typesOfDeclared(
  checker: ts.TypeChecker,
  owner: ts.ClassLikeDeclaration,
  code: JsCode,
): readonly Wanted[] {
  const before = known.get(owner);
  if (before?.checker === checker) return before.wanted;
  const wanted = declaredTypes(checker, owner, code);
  known.set(owner, { checker, wanted });
  return wanted;
}

/** A class is looked through once for each program, and not for each of its methods. */
const known = new WeakMap<
  ts.Node,
  { readonly checker: ts.TypeChecker; readonly wanted: readonly Wanted[] }
>();

function declaredTypes(
  checker: ts.TypeChecker,
  owner: ts.ClassLikeDeclaration,
  code: JsCode,
): Wanted[] {
  const source = owner.getSourceFile();
  const file = source.fileName;
  const maker = owner.members.find(ts.isConstructorDeclaration);
  const place = maker && code.placeOf(source, maker.getStart());
  const isApart =
    code.views.copies.get(file)?.some(({ of }) => of === place) ?? false;
  const isSkipped = (node: ts.Node): boolean =>
    (isApart && node === maker) || isDeadArm(checker, node);
  const isIdle = (node: ts.Node): boolean =>
    isSkipped(node) || isUncalled(checker, node);
  let guess: ReturnType<typeof newGuesses> | undefined;
  let guessCalled: ReturnType<typeof newGuesses> | undefined;
  return [...fieldsDeclared(owner), ...fieldsSet(checker, maker)].flatMap(
    ({ node, name }): Wanted[] => {
      const symbol = checker.getSymbolAtLocation(name);
      if (symbol === undefined) return [];
      const at = code.placeOf(
        source,
        (ts.isStatement(node) ? node : name).getStart(),
      );
      const told = ts.getJSDocType(
        ts.isExpressionStatement(node) ? node.expression : node,
      );
      // not what the author says
      if (told !== undefined && code.placeOf(source, told.pos) !== at)
        return [];
      const type = checker.getTypeOfSymbol(symbol);
      if (!isApart && told === undefined && !holdsAny(checker, type)) return [];
      guess ??= newGuesses(checker, owner, isSkipped);
      guessCalled ??= newGuesses(checker, owner, isIdle);
      const text = guess(symbol) ?? guessCalled(symbol);
      if (text === undefined) return [];
      if (told === undefined && textOfType(checker, type, owner) === text)
        return [];
      return [{ type: { file, at, text, tag: "type" } }];
    },
  );
}

/** A method or constructor that takes something, of which no call so far says what it is. */
const isUncalled = (checker: ts.TypeChecker, node: ts.Node): boolean =>
  (ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node)) &&
  node.parameters.length > 0 &&
  node.parameters.every(
    ({ name }) =>
      (checker.getTypeAtLocation(name).flags & ts.TypeFlags.Any) !== 0,
  );

interface Field {
  /** What says its type, if anything does. */
  readonly node: ts.PropertyDeclaration | ts.ExpressionStatement;
  readonly name: ts.MemberName;
}

/** `class Matrix { rows; }` */
const fieldsDeclared = (owner: ts.ClassLikeDeclaration): readonly Field[] =>
  owner.members.flatMap((node): Field[] => {
    if (!ts.isPropertyDeclaration(node)) return [];
    const { name, initializer, modifiers } = node;
    if (initializer ?? modifiers?.length) return [];
    return ts.isIdentifier(name) ? [{ node, name }] : [];
  });

/** `this.rows = n` in the constructor of a class that does not declare it: the first place for each. */
function fieldsSet(
  checker: ts.TypeChecker,
  maker: ts.ConstructorDeclaration | undefined,
): readonly Field[] {
  const found = new Map<string, Field>();
  if (maker?.body === undefined) return [];
  eachNode(maker.body, (node) => {
    if (!ts.isExpressionStatement(node)) return;
    const { expression } = node;
    if (!ts.isBinaryExpression(expression)) return;
    const { left, operatorToken } = expression;
    if (operatorToken.kind !== ts.SyntaxKind.EqualsToken) return;
    if (!ts.isPropertyAccessExpression(left)) return;
    if (left.expression.kind !== ts.SyntaxKind.ThisKeyword) return;
    const { name } = left;
    if (found.has(name.text)) return;
    const decl = checker.getSymbolAtLocation(name)?.valueDeclaration;
    if (decl !== undefined && ts.isPropertyDeclaration(decl)) return;
    found.set(name.text, { node, name });
  });
  return [...found.values()];
}

/** `this.edges = []` */
function madeInField(
  node: ts.Node,
): { field: ts.PropertyAccessExpression; value: ts.Expression } | undefined {
  if (!ts.isBinaryExpression(node)) return undefined;
  const { left, operatorToken, right } = node;
  return operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isPropertyAccessExpression(left) &&
    left.expression.kind === ts.SyntaxKind.ThisKeyword &&
    isEmptyArray(right)
    ? { field: left, value: right }
    : undefined;
}

function holdsAny(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Never)) return true;
  if (!checker.isArrayType(type)) return false;
  const [elem] = checker.getTypeArguments(type as ts.TypeReference);
  return elem !== undefined && holdsAny(checker, elem);
}

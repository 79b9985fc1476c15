import { ts } from "ts-morph";
import {
  classAbove,
  isErrorClass,
  isLibraryError,
} from "../syntax/errorClasses.js";
import { bareExpression, definedSymbol } from "../syntax/scan.js";
import type { Copyable, Edit } from "./copySource.js";
import type { References } from "./moduleReferences.js";

/**
 * A class of errors that is not exported, written out again in the generated module. Another class is meant there: that is
 * not seen, as long as no function of its module asks for it what generated code has thrown.
 */
export function copyableError(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  {
    exportNameOf,
    referencesTo,
  }: Pick<References, "exportNameOf" | "referencesTo">,
): Copyable | undefined {
  const decl = symbol.declarations?.find((one) => ts.isClassDeclaration(one));
  if (decl === undefined || !isErrorClass(checker, symbol)) return undefined;
  if (!isPlainClass(decl) || importsGenerated(decl.getSourceFile()))
    return undefined;
  const above = classAbove(decl);
  const base = above && definedSymbol(checker, above.expression);
  // nothing that is imported is read while the generated module is loaded
  const isHere =
    base && (isLibraryError(base) || exportNameOf(base) === undefined);
  const isUnseen = referencesTo(symbol).every((id) => staysInside(checker, id));
  if (!isHere || !isUnseen) return undefined;
  const edits = parametersAsFields(decl);
  return (
    edits && {
      node: decl,
      isFunction: true,
      edits,
      print: (_, text) => text,
    }
  );
}

function isPlainClass(decl: ts.ClassDeclaration): boolean {
  const only =
    decl.heritageClauses?.length === 1 && decl.modifiers === undefined;
  return (
    only &&
    decl.members.every((one) => {
      const isKnown =
        ts.isConstructorDeclaration(one) ||
        ts.isPropertyDeclaration(one) ||
        ts.isMethodDeclaration(one) ||
        ts.isAccessor(one);
      const modifiers = ts.canHaveModifiers(one) ? (one.modifiers ?? []) : [];
      return (
        isKnown &&
        !(one.name && ts.isComputedPropertyName(one.name)) &&
        modifiers.every(
          ({ kind }) =>
            kind !== ts.SyntaxKind.StaticKeyword &&
            kind !== ts.SyntaxKind.Decorator,
        )
      );
    })
  );
}

/** What the module itself calls may then be generated code. */
const importsGenerated = (file: ts.SourceFile): boolean =>
  file.statements.some(
    (one) =>
      ts.isImportDeclaration(one) &&
      /\.diff\b/.test(one.moduleSpecifier.getText()),
  );

/** Is the class only made there, extended, named as a type, or asked for where functions of the module throw it? */
function staysInside(checker: ts.TypeChecker, id: ts.Identifier): boolean {
  const { parent } = id;
  if (ts.isClassDeclaration(parent) || ts.isTypeReferenceNode(parent))
    return true;
  if (ts.isNewExpression(parent)) return parent.expression === id;
  if (ts.isExpressionWithTypeArguments(parent)) return true;
  if (isOwnPrototype(parent, id)) return true;
  const isAsked =
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword &&
    parent.right === id;
  if (!isAsked) return false;
  // error.cause instanceof C
  let left = bareExpression(parent.left);
  while (ts.isPropertyAccessExpression(left))
    left = bareExpression(left.expression);
  const asked = definedSymbol(checker, left);
  const caught = asked?.valueDeclaration?.parent;
  return (
    caught !== undefined &&
    ts.isCatchClause(caught) &&
    !takesFunction(checker, caught)
  );
}

/** `Object.setPrototypeOf(this, DomainError.prototype)` in the class itself. */
function isOwnPrototype(parent: ts.Node, id: ts.Identifier): boolean {
  if (!ts.isPropertyAccessExpression(parent) || parent.expression !== id)
    return false;
  if (parent.name.text !== "prototype") return false;
  for (let up: ts.Node = parent; !ts.isSourceFile(up); up = up.parent)
    if (ts.isClassDeclaration(up)) return up.name?.text === id.text;
  return false;
}

/** May what is tried there be a function that the caller has given? */
function takesFunction(checker: ts.TypeChecker, node: ts.Node): boolean {
  for (let up: ts.Node = node; !ts.isSourceFile(up); up = up.parent) {
    if (!ts.isFunctionLike(up)) continue;
    const isGiven = up.parameters.some((one) => {
      const type = checker.getTypeAtLocation(one);
      const { flags } = type;
      const isNumber =
        (flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.StringLike)) !== 0;
      return !isNumber && !isOfNumbers(checker, type, 0);
    });
    if (isGiven || ts.isClassLike(up.parent)) return true;
  }
  return false;
}

/** Numbers, words, and lists and objects of them: no function is in it. */
function isOfNumbers(
  checker: ts.TypeChecker,
  type: ts.Type,
  depth: number,
): boolean {
  const plain =
    ts.TypeFlags.NumberLike |
    ts.TypeFlags.StringLike |
    ts.TypeFlags.BooleanLike |
    ts.TypeFlags.Undefined |
    ts.TypeFlags.Null;
  if (type.flags & plain) return true;
  if (depth > 4) return false;
  const inner = (one: ts.Type): boolean => isOfNumbers(checker, one, depth + 1);
  if (type.isUnion()) return type.types.every(inner);
  if (checker.isArrayType(type) || checker.isTupleType(type))
    return checker.getTypeArguments(type as ts.TypeReference).every(inner);
  if (/^Float(64|32)Array$/.test(type.symbol?.name ?? "")) return true;
  const isObject =
    (type.flags & ts.TypeFlags.Object) !== 0 &&
    type.getCallSignatures().length === 0 &&
    checker.getIndexInfosOfType(type).length === 0;
  return (
    isObject &&
    checker
      .getPropertiesOfType(type)
      .every((one) => inner(checker.getTypeOfSymbol(one)))
  );
}

/** `constructor(readonly code: number)`, which is no plain JavaScript with types, as a field that is assigned. */
function parametersAsFields(decl: ts.ClassDeclaration): Edit[] | undefined {
  const maker = decl.members.find(
    (one): one is ts.ConstructorDeclaration =>
      ts.isConstructorDeclaration(one) && one.body !== undefined,
  );
  const own = (maker?.parameters ?? []).filter(
    (one) => (one.modifiers?.length ?? 0) > 0,
  );
  if (maker === undefined || own.length === 0) return [];
  const above = maker.body?.statements.find(
    (one) =>
      ts.isExpressionStatement(one) &&
      ts.isCallExpression(one.expression) &&
      one.expression.expression.kind === ts.SyntaxKind.SuperKeyword,
  );
  if (above === undefined) return undefined;
  const fields: string[] = [];
  const edits: Edit[] = [];
  const assigned: string[] = [];
  for (const one of own) {
    const { name, type, modifiers, questionToken } = one;
    if (!type || !modifiers || !ts.isIdentifier(name)) return undefined;
    const words = modifiers.map((word) => word.getText()).join(" ");
    const absent = questionToken === undefined ? "" : " | undefined";
    fields.push(`${words} ${name.text}: ${type.getText()}${absent};`);
    assigned.push(`this.${name.text} = ${name.text};`);
    edits.push({ start: one.getStart(), end: name.getStart(), text: "" });
  }
  edits.push(...onOneLine(maker));
  const start = maker.getStart();
  edits.push({
    start,
    end: start,
    text: fields.map((one) => `${one}\n  `).join(""),
  });
  edits.push({
    start: above.end,
    end: above.end,
    text: assigned.map((one) => `\n    ${one}`).join(""),
  });
  return edits;
}

/** Without such words the parameters stand on one line, where that is wide enough. */
function onOneLine({ parameters, body }: ts.ConstructorDeclaration): Edit[] {
  const [first] = parameters;
  const last = parameters.at(-1);
  if (first === undefined || last === undefined || body === undefined)
    return [];
  const width = parameters.map((one) => {
    const from =
      one.modifiers === undefined ? one.getStart() : one.name.getStart();
    return one.end - from + ", ".length;
  });
  const head = "  constructor() {".length - ", ".length;
  if (width.reduce((all, one) => all + one, head) > 80) return [];
  const source = first.getSourceFile().text;
  const gaps = parameters.map((one, k) => ({
    start: parameters[k - 1]?.end ?? parameters.pos,
    end: one.getStart(),
    text: k === 0 ? "" : ", ",
  }));
  const end = source.indexOf(")", last.end);
  const all = [...gaps, { start: last.end, end, text: "" }];
  const isBlank = all.every(({ start: from, end: to }) =>
    /^[\s,]*$/.test(source.slice(from, to)),
  );
  return isBlank ? all : [];
}

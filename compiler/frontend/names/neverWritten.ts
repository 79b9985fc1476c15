import { ts } from "ts-morph";
import { writersOf } from "../classes.js";
import type { CalledFunctions } from "./calledFunctions.js";
import { newMembersOf } from "./membersOf.js";
import { newOnlyRead } from "./onlyRead.js";
import { bareExpression } from "../syntax/scan.js";
import { keyWritesIn, type KeyWrites } from "./keyWrites.js";

/**
 * Constants that may go anywhere: `const MISS = { t: Infinity, ok: false }` is returned, handed on, put into others, and
 * stays what it is where nothing in the program writes into a field of such a name, by whatever name the object goes
 * there. A list has to be readonly by its type: nobody can take it for one that may be changed. So has one in it; the
 * constant itself may be a list that by its own name is only read, whose elements go anywhere.
 */
export function newNeverWritten(
  checker: ts.TypeChecker,
  reached: (file: ts.SourceFile) => ReadonlySet<ts.SourceFile>,
  referencesTo: (symbol: ts.Symbol) => readonly ts.Identifier[],
  called: CalledFunctions,
  files: () => readonly ts.SourceFile[],
): (symbol: ts.Symbol) => boolean {
  const known = new Map<ts.Symbol, boolean>();
  const byKey = new Map<ts.SourceFile, KeyWrites>();
  const isUnwritten = newUnwritten(checker, isListOnlyRead);
  const outside = newOnlyRead(checker, referencesTo, called, isUnwritten);
  const members = newMembersOf(checker, files);
  /** The files that are connected with that of the constant that is asked about. */
  let around: ReadonlySet<ts.SourceFile> = new Set();
  const lists = new Map<ts.Type, Map<string, boolean>>();
  return (symbol) => {
    const before = known.get(symbol);
    if (before !== undefined) return before;
    const result = find(symbol);
    known.set(symbol, result);
    return result;
  };

  function find(symbol: ts.Symbol): boolean {
    const decl = symbol.valueDeclaration;
    if (decl === undefined || !ts.isVariableDeclaration(decl)) return false;
    if (!decl.initializer || !(decl.parent.flags & ts.NodeFlags.Const))
      return false;
    around = reached(decl.getSourceFile());
    const near = [...around];
    const type = checker.getTypeOfSymbol(symbol);
    if (near.some((file) => isWrittenByKey(file, type))) return false;
    if (referencesTo(symbol).some(isCompared)) return false;
    return (
      isFixed(decl.initializer, type) ||
      (isListOfFixed(decl.initializer, type) && outside.isOnlyRead(symbol))
    );
  }

  function isListOfFixed(given: ts.Expression, type: ts.Type): boolean {
    const node = bareExpression(given);
    const elem = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    return (
      ts.isArrayLiteralExpression(node) &&
      elem !== undefined &&
      isUnwritten(elem) &&
      node.elements.every((one) => isFixed(one, elem))
    );
  }

  function isWrittenByKey(file: ts.SourceFile, type: ts.Type): boolean {
    const writes = byKey.get(file) ?? keyWritesIn(checker, file);
    byKey.set(file, writes);
    const parts = objectsIn(checker, type);
    return (
      writes.isOpen ||
      writes.into.some((one) =>
        parts.some((part) => checker.isTypeAssignableTo(part, one)),
      )
    );
  }

  function isWritten(made: ts.Expression, field: string): boolean {
    const type = checker.getTypeAtLocation(made);
    const near = reached(made.getSourceFile());
    return writersOf(checker, type, field).some((one) =>
      near.has(one.getSourceFile()),
    );
  }

  /** `pos: [1, 2]`: does nobody change the list that this field holds? */
  function isListOnlyRead(type: ts.Type, field: string): boolean {
    const known = lists.get(type) ?? new Map<string, boolean>();
    lists.set(type, known);
    const before = known.get(field);
    if (before !== undefined) return before;
    known.set(field, false);
    const near = members(type, field).filter((one) =>
      around.has(one.getSourceFile()),
    );
    const result = near.every((one) =>
      ts.isBindingElement(one)
        ? outside.isNameOnlyRead(one.name)
        : ts.isExpression(one) && outside.readsOnly(one),
    );
    known.set(field, result);
    return result;
  }

  /** Is all of what is written out here safe? */
  function isFixed(
    given: ts.Expression,
    type: ts.Type,
    isListRead = false,
  ): boolean {
    const node = bareExpression(given);
    if (ts.isObjectLiteralExpression(node))
      return node.properties.every((one) => {
        if (!ts.isPropertyAssignment(one)) return false;
        if (!ts.isIdentifier(one.name) && !ts.isStringLiteral(one.name))
          return false;
        const name = one.name.text;
        // `o[0] = x` is no place of a list then
        if (!Number.isNaN(Number(name))) return false;
        const property = checker.getPropertyOfType(type, name);
        const own = property && checker.getTypeOfSymbol(property);
        return (
          own !== undefined &&
          !isWritten(node, name) &&
          isFixed(one.initializer, own, isListOnlyRead(type, name))
        );
      });
    if (ts.isArrayLiteralExpression(node)) {
      const elem = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
      return (
        elem !== undefined &&
        (isListRead || isReadonlyList(checker, type)) &&
        node.elements.every((one) => isFixed(one, elem))
      );
    }
    return isPrimitive(checker.getTypeAtLocation(node));
  }
}

/** The types of an object, and of what hangs in it. */
function objectsIn(
  checker: ts.TypeChecker,
  type: ts.Type,
  found = new Set<ts.Type>(),
): readonly ts.Type[] {
  if (isPrimitive(type) || found.has(type)) return [...found];
  if (type.isUnion()) {
    for (const one of type.types) objectsIn(checker, one, found);
    return [...found];
  }
  found.add(type);
  const elem = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
  if (elem !== undefined) return objectsIn(checker, elem, found);
  for (const one of checker.getPropertiesOfType(type))
    objectsIn(checker, checker.getTypeOfSymbol(one), found);
  return [...found];
}

/** Objects with fields of a type, none of which is ever written, as what else they may be seen there. */
function newUnwritten(
  checker: ts.TypeChecker,
  isListOnlyRead: (type: ts.Type, field: string) => boolean,
): (type: ts.Type) => boolean {
  const known = new Map<ts.Type, boolean>();
  const isUnwritten = (type: ts.Type): boolean => {
    const before = known.get(type);
    if (before !== undefined) return before;
    known.set(type, false);
    const result = find(type);
    known.set(type, result);
    return result;
  };
  return isUnwritten;

  function find(type: ts.Type): boolean {
    if (isPrimitive(type)) return true;
    if (type.isUnion()) return type.types.every(isUnwritten);
    if (isReadonlyList(checker, type))
      return checker
        .getTypeArguments(type as ts.TypeReference)
        .every(isUnwritten);
    const fields = checker.getPropertiesOfType(type);
    const isPlain =
      (type.flags & ts.TypeFlags.Object) !== 0 &&
      !type.isClass() &&
      type.getCallSignatures().length === 0 &&
      checker.getIndexInfosOfType(type).length === 0 &&
      fields.some((one) => !(one.name in Array.prototype));
    return (
      isPlain &&
      fields.every(
        (one) =>
          writersOf(checker, type, one.name).length === 0 &&
          isFieldUnwritten(type, one),
      )
    );
  }

  function isFieldUnwritten(of: ts.Type, field: ts.Symbol): boolean {
    const type = checker.getTypeOfSymbol(field);
    const plain = checker.getNonNullableType(type);
    const isList = checker.isArrayType(plain) || checker.isTupleType(plain);
    return isList && !isReadonlyList(checker, plain)
      ? checker
          .getTypeArguments(plain as ts.TypeReference)
          .every(isUnwritten) && isListOnlyRead(of, field.name)
      : isUnwritten(type);
  }
}

export const isReadonlyList = (
  checker: ts.TypeChecker,
  type: ts.Type,
): boolean =>
  checker.isTupleType(type)
    ? ((type as ts.TypeReference).target as ts.TupleType).readonly
    : (type.symbol as ts.Symbol | undefined)?.name === "ReadonlyArray";

const isPrimitive = (type: ts.Type): boolean =>
  type.isUnion()
    ? type.types.every(isPrimitive)
    : (type.flags &
        (ts.TypeFlags.NumberLike |
          ts.TypeFlags.StringLike |
          ts.TypeFlags.BooleanLike |
          ts.TypeFlags.Null |
          ts.TypeFlags.Undefined)) !==
      0;

/** `hit === MISS`: a copy of it would be another. */
function isCompared(id: ts.Identifier): boolean {
  const { parent } = id;
  if (!ts.isBinaryExpression(parent)) return false;
  const { kind } = parent.operatorToken;
  return (
    kind >= ts.SyntaxKind.EqualsEqualsToken &&
    kind <= ts.SyntaxKind.ExclamationEqualsEqualsToken
  );
}

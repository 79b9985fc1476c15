import { ts } from "ts-morph";
import { writersOf } from "../classes.js";
import { libraryName } from "../syntax/libraryNames.js";
import { bareExpression, eachNode, eachWritten } from "../syntax/scan.js";

/**
 * Constants that may go anywhere: `const MISS = { t: Infinity, ok: false }` is returned, handed on, put into others, and
 * stays what it is where nothing in the program writes into a field of such a name, by whatever name the object goes
 * there. A list has to be readonly by its type: nobody can take it for one that may be changed.
 */
export function newNeverWritten(
  checker: ts.TypeChecker,
  reached: (file: ts.SourceFile) => ReadonlySet<ts.SourceFile>,
  referencesTo: (symbol: ts.Symbol) => readonly ts.Identifier[],
): (symbol: ts.Symbol) => boolean {
  const known = new Map<ts.Symbol, boolean>();
  const byKey = new Map<ts.SourceFile, boolean>();
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
    const near = [...reached(decl.getSourceFile())];
    return (
      !near.some(isWrittenByKey) &&
      isFixed(decl.initializer, checker.getTypeOfSymbol(symbol)) &&
      !referencesTo(symbol).some(isCompared)
    );
  }

  function isWrittenByKey(file: ts.SourceFile): boolean {
    const before = byKey.get(file);
    if (before !== undefined) return before;
    const result = writesByKey(checker, file);
    byKey.set(file, result);
    return result;
  }

  function isWritten(made: ts.Expression, field: string): boolean {
    const type = checker.getTypeAtLocation(made);
    const near = reached(made.getSourceFile());
    return writersOf(checker, type, field).some((one) =>
      near.has(one.getSourceFile()),
    );
  }

  /** Is all of what is written out here safe? */
  function isFixed(given: ts.Expression, type: ts.Type): boolean {
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
          isFixed(one.initializer, own)
        );
      });
    if (ts.isArrayLiteralExpression(node)) {
      const elem = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
      return (
        elem !== undefined &&
        isReadonlyList(checker, type) &&
        node.elements.every((one) => isFixed(one, elem))
      );
    }
    return isPrimitive(checker.getTypeAtLocation(node));
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

/** `object[key] = x`, `delete o.x`, `Object.assign(o, ...)`: which field is written is not seen. */
function writesByKey(checker: ts.TypeChecker, file: ts.SourceFile): boolean {
  let found = false;
  eachWritten(file, (target) => {
    if (!ts.isElementAccessExpression(target)) return;
    const key = checker.getTypeAtLocation(target.argumentExpression);
    const isPlace = (key.flags & ts.TypeFlags.NumberLike) !== 0;
    found ||= !isPlace && !isMadeHere(checker, target.expression);
  });
  eachNode(file, (node) => {
    found ||= ts.isDeleteExpression(node) || writesFields(checker, node);
  });
  return found;
}

/** `Object.assign` and its kin, under whatever name, where it is not called with an object that is made there. */
function writesFields(checker: ts.TypeChecker, node: ts.Node): boolean {
  const isName =
    ts.isPropertyAccessExpression(node) ||
    (ts.isIdentifier(node) && isRead(node));
  if (!isName || !changing.test(libraryName(checker, node) ?? "")) return false;
  const { parent } = node;
  const [first] =
    ts.isCallExpression(parent) && parent.expression === node
      ? parent.arguments
      : [];
  return !first || !ts.isObjectLiteralExpression(bareExpression(first));
}

const changing = /^(Object\.(assign|definePropert(y|ies))|Reflect\.\w+)$/;

/** Not the name of a declaration, nor the last part of `o.assign`. */
const isRead = ({ parent }: ts.Identifier): boolean =>
  ts.isExpression(parent) && !ts.isPropertyAccessExpression(parent);

/** `const memo: Record<string, number> = {}` */
function isMadeHere(checker: ts.TypeChecker, given: ts.Expression): boolean {
  const decl = checker.getSymbolAtLocation(bareExpression(given));
  const made = decl?.valueDeclaration;
  return (
    made !== undefined &&
    ts.isVariableDeclaration(made) &&
    made.initializer !== undefined &&
    ts.isObjectLiteralExpression(bareExpression(made.initializer))
  );
}

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

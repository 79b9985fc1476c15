import { ts } from "ts-morph";
import { bareExpression, definedSymbol } from "../syntax/scan.js";

export type MemberWritten =
  /** A method; the class as a whole where it is not seen which. */
  | { readonly kind: "member"; readonly symbol: ts.Symbol | undefined }
  /** Of a prototype of some class that is not seen. */
  | { readonly kind: "somewhere"; readonly name: string };

/**
 * What is written into a class or its prototype where the checker does not say so: `Vec.prototype["dot"] = f`,
 * `Vec.prototype[name] = f`, `(Vec as any).of = f`, `const p = Vec.prototype as any; p.dot = f`.
 */
export function memberWritten(
  checker: ts.TypeChecker,
  target: ts.Expression,
): MemberWritten | undefined {
  if (
    !ts.isElementAccessExpression(target) &&
    !ts.isPropertyAccessExpression(target)
  )
    return undefined;
  const name = nameIn(target);
  const owner = holderIn(checker, target.expression);
  if (name === "" || owner === undefined) return undefined;
  const { symbol, isPrototype } = owner;
  if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Class)) {
    const isOpen = isPrototype && (symbol === undefined || isAny());
    return isOpen && name !== undefined
      ? { kind: "somewhere", name }
      : undefined;
  }
  if (name === undefined) return { kind: "member", symbol };
  const type = isPrototype
    ? checker.getDeclaredTypeOfSymbol(symbol)
    : checker.getTypeOfSymbol(symbol);
  return { kind: "member", symbol: type.getProperty(name) };

  function isAny(): boolean {
    const type = symbol && checker.getTypeOfSymbol(symbol);
    return ((type?.flags ?? 0) & ts.TypeFlags.Any) !== 0;
  }
}

/** Undefined where it is known at run time only, "" where it is a symbol's. */
function nameIn(
  target: ts.ElementAccessExpression | ts.PropertyAccessExpression,
): string | undefined {
  if (ts.isPropertyAccessExpression(target)) return target.name.text;
  const key = bareExpression(target.argumentExpression);
  if (ts.isStringLiteralLike(key)) return key.text;
  return /^Symbol\./.test(key.getText()) ? "" : undefined;
}

interface Holder {
  readonly symbol: ts.Symbol | undefined;
  readonly isPrototype: boolean;
}

/** `Vec`, `Vec.prototype`, or a variable that is one of them. */
function holderIn(
  checker: ts.TypeChecker,
  given: ts.Expression,
  depth = 0,
): Holder | undefined {
  const node = bareExpression(given);
  if (ts.isPropertyAccessExpression(node))
    return node.name.text === "prototype"
      ? { symbol: symbolIn(checker, node.expression), isPrototype: true }
      : undefined;
  const symbol = symbolIn(checker, node);
  if (symbol === undefined) return undefined;
  if (symbol.flags & ts.SymbolFlags.Class)
    return { symbol, isPrototype: false };
  const decl = symbol.valueDeclaration;
  if (!decl || !ts.isVariableDeclaration(decl) || depth > 4) return undefined;
  const made = decl.initializer && bareExpression(decl.initializer);
  return made && (ts.isPropertyAccessExpression(made) || ts.isIdentifier(made))
    ? holderIn(checker, made, depth + 1)
    : undefined;
}

function symbolIn(
  checker: ts.TypeChecker,
  given: ts.Expression,
): ts.Symbol | undefined {
  const node = bareExpression(given);
  if (ts.isIdentifier(node)) return definedSymbol(checker, node);
  // lib.Vec
  return ts.isPropertyAccessExpression(node)
    ? definedSymbol(checker, node.name)
    : undefined;
}

import { ts } from "ts-morph";
import type { Code } from "../project/project.js";
import { classOf, isContract, type Classes } from "../classes.js";
import type { Wanted } from "../javascript/growingViews.js";
import { servantIn } from "../javascript/sourceViews.js";
import { nodesNear } from "./wantNear.js";

/**
 * Something is refused: an interface with functions that is in play there is served from now on by every class that fits
 * it, also by those which do not say so.
 */
export function servedNear(
  checker: ts.TypeChecker,
  classes: Classes,
  code: Code,
  files: ReadonlySet<ts.SourceFile>,
  node: ts.Node,
): Wanted[] {
  const types = new Set<ts.Type>();
  for (const one of nodesNear(node)) {
    addContracts(checker, types, checker.getTypeAtLocation(one));
    // what is asked for: `shape = new Disc(r)`, `return new Disc(r)`
    const asked = ts.isExpression(one) && checker.getContextualType(one);
    if (asked) addContracts(checker, types, asked);
  }
  return [...types].flatMap((one) =>
    served(checker, one, code, fitting(checker, classes, files, one)),
  );
}

/** The classes of these files that fit an interface and do not say so. */
export function fitting(
  checker: ts.TypeChecker,
  classes: Classes,
  files: ReadonlySet<ts.SourceFile>,
  type: ts.Type,
): string[] {
  return classes.all().flatMap((one) => {
    const file = classOf(one)?.getSourceFile();
    if (file === undefined || !files.has(file)) return [];
    if (classes.isWithin(one, type.symbol)) return [];
    const own = checker.getDeclaredTypeOfSymbol(one);
    return checker.isTypeAssignableTo(own, type)
      ? [servantIn(file.fileName, one.name)]
      : [];
  });
}

/** Types with functions in them that are no classes, also those that lists hold. */
function addContracts(
  checker: ts.TypeChecker,
  found: Set<ts.Type>,
  given: ts.Type,
  depth = 0,
): void {
  if (depth > deepest) return;
  const type = checker.getNonNullableType(given);
  const inner = (one: ts.Type): void =>
    addContracts(checker, found, one, depth + 1);
  if (type.isUnionOrIntersection()) return type.types.forEach(inner);
  if (checker.isArrayType(type) || checker.isTupleType(type))
    return checker.getTypeArguments(type as ts.TypeReference).forEach(inner);
  for (const signature of type.getCallSignatures())
    for (const one of signature.parameters) inner(checker.getTypeOfSymbol(one));
  const symbol = type.symbol as ts.Symbol | undefined;
  if (symbol === undefined || !isContract(symbol)) return;
  const has = checker.getPropertiesOfType(type).some((one) => {
    const own = checker.getNonNullableType(checker.getTypeOfSymbol(one));
    return own.getCallSignatures().length > 0;
  });
  if (has) found.add(type);
}

const deepest = 4;

/** These classes serve the interface from now on, though they do not say so. */
export function served(
  checker: ts.TypeChecker,
  type: ts.Type,
  code: Code,
  by: readonly string[],
): Wanted[] {
  const plain = checker.getNonNullableType(type);
  const symbol = plain.symbol as ts.Symbol | undefined;
  const decl = symbol?.declarations?.[0];
  if (decl === undefined) return [];
  if (!ts.isInterfaceDeclaration(decl) && !ts.isTypeLiteralNode(decl))
    return [];
  const file = decl.getSourceFile();
  if (file.isDeclarationFile) return [];
  const at = code.placeOf(file, decl.getStart());
  return [{ served: { file: file.fileName, at, by } }];
}

import { ts } from "ts-morph";
import type { Code } from "../project/project.js";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { eachNode, symbolOf } from "../syntax/scan.js";
import { functionAround } from "../syntax/settledWhen.js";
import type { Wanted } from "../javascript/growingViews.js";
import type { Insertion } from "../javascript/sourceViews.js";

/**
 * A variable that a function assigns which is kept: `let sum = 0; bus.on("step", (x) => { sum += x; })`. Both go on with
 * the same variable, so the file is read anew as if an object held it: `let sum = { value: 0 }` and `sum.value += x`.
 */
export function boxed(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  code: Code,
): Wanted[] {
  const decl = symbol.valueDeclaration;
  if (decl === undefined || symbol.declarations?.length !== 1) return [];
  if (!ts.isVariableDeclaration(decl) || !isLocalLet(decl)) return [];
  const file = decl.getSourceFile();
  const made = boxAround(checker, decl);
  const uses = made && usesOf(checker, symbol, decl);
  if (!made || !uses || isJavaScript(file)) return [];
  const onDisk = (all: readonly Insertion[]): Insertion[] =>
    all.map(({ at, text }) => ({ at: code.placeOf(file, at), text }));
  const at = code.placeOf(file, decl.name.getStart());
  const box = { uses: onDisk(uses), made: onDisk(made) };
  return [{ box: { file: file.fileName, at, ...box } }];
}

/** In a function, by itself, and not the counter of a loop. */
const isLocalLet = ({ name, parent }: ts.VariableDeclaration): boolean =>
  ts.isIdentifier(name) &&
  (parent.flags & ts.NodeFlags.Let) !== 0 &&
  ts.isVariableStatement(parent.parent) &&
  !ts.isSourceFile(parent.parent.parent) &&
  !ts.isModuleBlock(parent.parent.parent);

/** What makes an object of the first value; undefined where that, or its type, is not said. */
function boxAround(
  checker: ts.TypeChecker,
  { name, type, initializer }: ts.VariableDeclaration,
): Insertion[] | undefined {
  const around = (node: ts.Node): Insertion[] => [
    { at: node.getStart(), text: "{ value: " },
    { at: node.end, text: " }" },
  ];
  if (initializer !== undefined) {
    const { flags } = checker.getTypeAtLocation(name);
    const isOpen = (flags & ts.TypeFlags.Any) !== 0 || isNothing(initializer);
    if (type === undefined && isOpen) return undefined;
    return [...(type ? around(type) : []), ...around(initializer)];
  }
  const first = type && firstOf(checker.getTypeAtLocation(type));
  if (type === undefined || first === undefined) return undefined;
  const [open, close] = around(type) as [Insertion, Insertion];
  return [open, { ...close, text: ` } = { value: ${first} }` }];
}

/** `null`, `[]`: by what is assigned later TypeScript finds the type of the variable, but not that of a field. */
const isNothing = (node: ts.Expression): boolean =>
  node.kind === ts.SyntaxKind.NullKeyword ||
  (ts.isIdentifier(node) && node.text === "undefined") ||
  (ts.isArrayLiteralExpression(node) && node.elements.length === 0);

/** What a variable without a first value holds, as far as anybody can tell who computes with it. */
function firstOf({ flags, ...type }: ts.Type): string | undefined {
  if ((flags & ts.TypeFlags.Number) !== 0) return "NaN";
  const parts = "types" in type ? (type.types as readonly ts.Type[]) : [];
  const mayBeMissing = parts.some(
    (one) => (one.flags & ts.TypeFlags.Undefined) !== 0,
  );
  return mayBeMissing ? "undefined" : undefined;
}

/** Every place that names the variable goes on with `.value`; undefined where one cannot. */
function usesOf(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  decl: ts.VariableDeclaration,
): Insertion[] | undefined {
  const found: Insertion[] = [];
  let isPlain = true;
  eachNode(functionAround(decl), (node) => {
    if (!ts.isIdentifier(node) || node === decl.name) return;
    const { parent } = node;
    const isShort =
      ts.isShorthandPropertyAssignment(parent) && parent.name === node;
    const named = isShort
      ? checker.getShorthandAssignmentValueSymbol(parent)
      : symbolOf(checker, node);
    if (named !== symbol) return;
    if (isShort && parent.objectAssignmentInitializer) isPlain = false;
    const text = isShort ? `: ${node.text}.value` : ".value";
    found.push({ at: node.end, text });
  });
  return isPlain ? found : undefined;
}

import { ts } from "ts-morph";
import { libraryName } from "../syntax/libraryNames.js";
import { eachWritten } from "../syntax/scan.js";

/** What becomes of a table of a module, `const kernels = { linear: (x) => x }`, in all files that may see it. */
export interface TableUses {
  /** Is something in the table assigned, or a list in it made another, by its name? */
  isChanged(symbol: ts.Symbol): boolean;
  /** Where it is named other than to take something out of it. */
  handedOn(symbol: ts.Symbol): ts.Node | undefined;
}

export function newTableUses(
  checker: ts.TypeChecker,
  usesIn: (file: ts.SourceFile, symbol: ts.Symbol) => readonly ts.Identifier[],
  /** The files to which what a file holds may go. */
  connected: (file: ts.SourceFile) => Iterable<ts.SourceFile>,
  isChangedOutside: (symbol: ts.Symbol) => boolean,
): TableUses {
  const written = new Map<ts.SourceFile, ReadonlySet<ts.Node>>();
  return {
    isChanged: (symbol) =>
      usesOf(symbol).some((use) => !names(use, symbol) && isChangedAt(use)) ||
      isChangedOutside(symbol),
    handedOn: (symbol) => usesOf(symbol).find(isHandedOn),
  };

  /** `kernels`, and `lib.kernels` of a namespace. */
  function usesOf(symbol: ts.Symbol): ts.Expression[] {
    const file = symbol.declarations?.[0]?.getSourceFile();
    if (file === undefined) return [];
    return [...connected(file)].flatMap((one) =>
      usesIn(one, symbol).map((id) =>
        ts.isPropertyAccessExpression(id.parent) && id.parent.name === id
          ? id.parent
          : id,
      ),
    );
  }

  /** `exports.kernels = kernels`, at the top of the module */
  function names(use: ts.Expression, symbol: ts.Symbol): boolean {
    // the checker takes `exports` there for what it names
    const target = use.getText() === "exports" ? use.parent : use;
    const { parent } = target;
    return (
      ts.isBinaryExpression(parent) &&
      parent.left === target &&
      parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      /^(module\.)?exports\.[\w$]+$/.test(target.getText()) &&
      ts.isSourceFile(parent.parent.parent) &&
      ts.isIdentifier(parent.right) &&
      parent.right.text === symbol.name &&
      symbol.valueDeclaration?.getSourceFile() === use.getSourceFile()
    );
  }

  function isChangedAt(use: ts.Expression): boolean {
    const targets = writtenIn(use.getSourceFile());
    const { parent } = use;
    if (ts.isCallExpression(parent) && parent.arguments[0] === use)
      return writers.test(libraryName(checker, parent.expression) ?? "");
    for (let part: ts.Node = use; ; part = part.parent) {
      if (part !== use && targets.has(part)) return true;
      if (ts.isDeleteExpression(part.parent)) return true;
      if (!isPartOf(part.parent, part)) return isMutatingCall(part);
    }
  }

  function isHandedOn(use: ts.Expression): boolean {
    let part: ts.Node = use;
    while (isPartOf(part.parent, part)) part = part.parent;
    const { parent } = part;
    if (part !== use && !isObject(checker.getTypeAtLocation(part)))
      return false;
    if (ts.isCallExpression(parent) && parent.expression === part) return false;
    return !isNaming(parent, use);
  }

  function writtenIn(file: ts.SourceFile): ReadonlySet<ts.Node> {
    const known = written.get(file);
    if (known !== undefined) return known;
    const targets = new Set<ts.Node>();
    eachWritten(file, (target) => targets.add(target));
    written.set(file, targets);
    return targets;
  }
}

const writers = /^(Object\.(assign|definePropert(y|ies))|Reflect\.\w+)$/;

/** `kernels.a`, `kernels[0]`, `kernels!` of `kernels`. */
const isPartOf = (node: ts.Node, part: ts.Node): boolean =>
  (ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isAsExpression(node)) &&
  node.expression === part;

const isMutatingCall = (callee: ts.Node): boolean =>
  ts.isPropertyAccessExpression(callee) &&
  mutating.has(callee.name.text) &&
  ts.isCallExpression(callee.parent) &&
  callee.parent.expression === callee;

/** Methods that make the list, map or set that they belong to another. */
export const mutating: ReadonlySet<string> = new Set(
  "push pop shift unshift splice sort reverse fill copyWithin set delete clear".split(
    " ",
  ),
);

const isObject = (type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.Object) !== 0 &&
  type.getCallSignatures().length === 0;

/** Declarations, imports, exports and types that name a table. */
const isNaming = (parent: ts.Node, use: ts.Node): boolean =>
  (ts.isVariableDeclaration(parent) && parent.name === use) ||
  ts.isImportSpecifier(parent) ||
  ts.isImportClause(parent) ||
  ts.isExportSpecifier(parent) ||
  ts.isExportAssignment(parent) ||
  ts.isTypeQueryNode(parent);

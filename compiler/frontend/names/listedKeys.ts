import { ts } from "ts-morph";
import { eachNode } from "../syntax/scan.js";

const listing =
  /\b(Object\s*\.\s*(keys|values|entries)|JSON\s*\.\s*stringify)\b|\bfor\s*\([^;()]*\sin\b/;

/**
 * May the keys of an object that a file makes be listed, there or where the object goes? Then they come in the order in
 * which the program gave them. Of packages declarations are imported, so all that is read of them counts.
 */
export function newListedKeys(
  files: () => readonly ts.SourceFile[],
  connected: (file: ts.SourceFile) => ReadonlySet<ts.SourceFile>,
): (file: ts.SourceFile) => boolean {
  const own = new Map<ts.SourceFile, boolean>();
  const known = new Map<ts.SourceFile, boolean>();
  const lists = (file: ts.SourceFile): boolean => {
    const before = own.get(file);
    if (before !== undefined) return before;
    const result = listing.test(file.text);
    own.set(file, result);
    return result;
  };
  return (file) => {
    const before = known.get(file);
    if (before !== undefined) return before;
    const near = isOfPackage(file) ? files() : [...connected(file)];
    const result =
      near.some(lists) || files().some((one) => isOfPackage(one) && lists(one));
    known.set(file, result);
    return result;
  };
}

/**
 * May the keys be listed of objects that have two of these fields, so that a value comes of it? What is only shown does
 * not count.
 */
export function newWalkedKeys(
  checker: ts.TypeChecker,
  connected: (file: ts.SourceFile) => ReadonlySet<ts.SourceFile>,
): (file: ts.SourceFile, names: readonly string[]) => boolean {
  const known = new Map<ts.SourceFile, readonly ts.Type[]>();
  const walkedIn = (file: ts.SourceFile): readonly ts.Type[] => {
    const before = known.get(file);
    if (before !== undefined) return before;
    const types: ts.Type[] = [];
    if (listing.test(file.text))
      eachNode(file, (node) => {
        const given = walkedBy(node);
        if (given !== undefined) types.push(checker.getTypeAtLocation(given));
      });
    known.set(file, types);
    return types;
  };
  return (file, names) =>
    [...connected(file)].some((one) =>
      walkedIn(one).some((type) => mayHaveTwo(checker, type, names)),
    );
}

/** `p` in `Object.keys(p)`, in `for (const k in p)` */
function walkedBy(node: ts.Node): ts.Expression | undefined {
  if (ts.isForInStatement(node)) return node.expression;
  const isList =
    ts.isCallExpression(node) &&
    /^Object\s*\.\s*(keys|values|entries)$/.test(node.expression.getText());
  return isList ? node.arguments[0] : undefined;
}

function mayHaveTwo(
  checker: ts.TypeChecker,
  type: ts.Type,
  names: readonly string[],
): boolean {
  const isOpen =
    (type.flags & open) !== 0 || checker.getIndexInfosOfType(type).length > 0;
  if (isOpen) return true;
  if (type.isUnion())
    return type.types.some((one) => mayHaveTwo(checker, one, names));
  const own = new Set(checker.getPropertiesOfType(type).map((one) => one.name));
  return names.filter((name) => own.has(name)).length > 1;
}

const open =
  ts.TypeFlags.Any |
  ts.TypeFlags.Unknown |
  ts.TypeFlags.TypeParameter |
  ts.TypeFlags.NonPrimitive |
  ts.TypeFlags.Conditional |
  ts.TypeFlags.IndexedAccess;

const isOfPackage = (file: ts.SourceFile): boolean =>
  file.fileName.includes("/node_modules/");

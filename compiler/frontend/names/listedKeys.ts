import { ts } from "ts-morph";

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

const isOfPackage = (file: ts.SourceFile): boolean =>
  file.fileName.includes("/node_modules/");

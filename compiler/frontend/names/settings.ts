import { ts } from "ts-morph";
import type { References } from "./moduleReferences.js";
import { isDeclaring } from "../syntax/usesOfNames.js";

/**
 * Variables of a package that only a function assigns which nothing calls: `setMatrixArrayType(type)`. They keep what
 * they were given where the package is loaded. Of the user's own modules nobody knows who else runs them.
 */
export function newSettings(
  { referencesTo }: References,
  checker: ts.TypeChecker,
  files: () => readonly ts.SourceFile[],
  /** Do files of the project have this name in them that are not read here? */
  isMentioned: (name: string) => boolean,
): { isIdle(target: ts.Node): boolean } {
  const known = new Map<ts.Node, boolean>();
  return {
    isIdle(target) {
      const fn = outermostFunction(target);
      if (fn === undefined) return false;
      const before = known.get(fn);
      if (before !== undefined) return before;
      const answer = isUnused(fn);
      known.set(fn, answer);
      return answer;
    },
  };

  function isUnused(fn: ts.FunctionDeclaration): boolean {
    const own = fn.getSourceFile();
    const { name } = fn;
    if (name === undefined || !own.fileName.includes("/node_modules/"))
      return false;
    const symbol = checker.getSymbolAtLocation(name);
    if (symbol === undefined) return false;
    if (!referencesTo(symbol).every(isDeclaring)) return false;
    const isNamed = files().some(
      (file) => file !== own && names(file, name.text),
    );
    return !isNamed && !isMentioned(name.text);
  }
}

/** The function at the top of a module that a node stands in. */
function outermostFunction(node: ts.Node): ts.FunctionDeclaration | undefined {
  let at = node;
  while (!ts.isSourceFile(at.parent)) at = at.parent;
  return ts.isFunctionDeclaration(at) ? at : undefined;
}

/** Is there such a name in a file, but in what only hands it on? */
function names(file: ts.SourceFile, name: string): boolean {
  if (!file.text.includes(name)) return false;
  const isOwn = file.fileName.includes("/node_modules/");
  let found = false;
  const visit = (node: ts.Node): void => {
    const isName = ts.isIdentifier(node) && node.text === name;
    if (isName && !(isOwn && isDeclaring(node))) found = true;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

import { ts } from "ts-morph";
import { isJavaScript } from "../syntax/jsFunctions.js";
import type { TypeProblem } from "../types/typeProblem.js";

/** `any`: who wrote it, and what it is the type of. */

/** Did the user write `any` there? */
export const saysAny = (node: ts.Node): boolean =>
  (ts.isParameter(node) || ts.isVariableDeclaration(node)) &&
  node.type?.kind === ts.SyntaxKind.AnyKeyword;

/** `any` says what it is the type of, where that has a short name. */
export function describeAny(
  { message, help }: TypeProblem,
  at: ts.Node,
): { message: string; help: string } {
  // the return type, which the check of the annotation reports in the same words
  if (ts.isFunctionLike(at)) return { message, help };
  const holder = ts.isIdentifier(at) ? at.parent : at;
  const name = "name" in holder ? (holder.name as ts.Node) : at;
  const shown = (ts.isIdentifier(name) ? name : at).getText();
  const isLong = shown.length > 40 || shown.includes("\n");
  if (
    isJavaScript(at) &&
    at.getSourceFile().fileName.includes("/node_modules/")
  )
    return {
      message: isLong
        ? message
        : message.replace("the type here", `the type of ${shown}`),
      help: "types in the JavaScript of a package come from the calls that reach it, and none of them says what this is: write this function in TypeScript in your project, or call one that takes plain numbers, arrays and objects",
    };
  if (isLong) return { message, help };
  const isEmptyList =
    ts.isVariableDeclaration(holder) &&
    holder.initializer?.getText().replace(/\s/g, "") === "[]";
  return {
    message: message.replace("the type here", `the type of ${shown}`),
    help: isEmptyList
      ? `say what it will hold: \`const ${shown}: number[] = []\``
      : help,
  };
}

import { ts } from "ts-morph";
import { eachNode } from "../syntax/scan.js";
import type { JsCode } from "./jsCode.js";

/** The JavaScript functions that have got types for their parameters from calls. */
export function functionsWithTypes(
  program: ts.Program,
  code: JsCode,
): ts.FunctionLikeDeclaration[] {
  const { views } = code;
  const found: ts.FunctionLikeDeclaration[] = [];
  for (const [path, byPlace] of [...views.types, ...views.fields]) {
    const file = program.getSourceFile(path);
    if (file === undefined) continue;
    eachNode(file, (node) => {
      if (!ts.isParameter(node) || !ts.isFunctionLike(node.parent)) return;
      if (byPlace.has(code.placeOf(file, node.getStart())))
        found.push(node.parent as ts.FunctionLikeDeclaration);
    });
  }
  return found;
}

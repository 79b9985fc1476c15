import { ts } from "ts-morph";
import { eachNode } from "../syntax/scan.js";
import { copyAround } from "./functionCopies.js";
import type { SourceViews } from "./sourceViews.js";

/** The JavaScript of a program, as it is shown to the type checker. */
export interface JsCode {
  readonly views: SourceViews;
  /** From a place in the text that the program has of a file to that before types were written into it. */
  placeOf(file: ts.SourceFile, place: number): number;
  /** The copy of a function, by its number. */
  copyAt(
    file: ts.SourceFile,
    copy: number,
  ): ts.FunctionLikeDeclaration | undefined;
}

/** The copies that stand in a file, by their numbers. */
export function newCopyFinder(
  placeOf: JsCode["placeOf"],
): (file: ts.SourceFile) => ReadonlyMap<number, ts.FunctionLikeDeclaration> {
  const known = new Map<
    ts.SourceFile,
    ReadonlyMap<number, ts.FunctionLikeDeclaration>
  >();
  return (file) => {
    const before = known.get(file);
    if (before !== undefined) return before;
    const found = new Map<number, ts.FunctionLikeDeclaration>();
    eachNode(file, (node) => {
      if (!ts.isFunctionLike(node) || !("body" in node)) return;
      const copy = copyAround(placeOf(file, node.getStart()));
      // the functions in it come later
      if (copy > 0 && !found.has(copy))
        found.set(copy, node as ts.FunctionLikeDeclaration);
    });
    known.set(file, found);
    return found;
  };
}

import { ts } from "ts-morph";
import type { Annotated } from "./annotated.js";
import { textOfType } from "../types/typeText.js";
import { typesOfArguments } from "../javascript/jsTypes.js";
import { functionOf } from "../syntax/callee.js";
import { bareExpression, definedSymbol } from "../syntax/scan.js";
import type { Session } from "../readProject.js";
import { attempt } from "../context.js";
import type { Room } from "../room/room.js";

/**
 * A function that a file only passes on, to be named on the command line: `export { f } from "package"`,
 * `export const g = f`. JavaScript of a package has the types that its declaration file gives it.
 */
export function reExported(
  file: ts.SourceFile,
  wanted: string,
  { project, want }: Session,
  room: Room,
): Annotated | undefined {
  const { checker } = project;
  const module = checker.getSymbolAtLocation(file);
  const exported = module && checker.getExportsOfModule(module);
  const symbol = exported?.find((one) => one.name === wanted);
  const place = symbol?.declarations?.find(
    (one) => one.getSourceFile() === file,
  );
  if (symbol === undefined || place === undefined) return undefined;
  const named = nameOf(place);
  if (named === undefined) return undefined;
  const origin = definedSymbol(checker, named.source);
  const own = origin && functionOf(checker, origin);
  const decl = own ?? attempt(() => room.linked(named.source));
  if (decl === undefined) return undefined;
  const [signature] = checker
    .getTypeAtLocation(named.source)
    .getCallSignatures();
  const texts = (signature?.parameters ?? []).map((one) =>
    textOfType(checker, checker.getTypeOfSymbol(one)),
  );
  const { code } = project;
  want(typesOfArguments(checker, decl, texts, code));
  return { decl, name: named.name, words: undefined };
}

/** The name that is exported, and the name in this file that says what it is. */
function nameOf(
  place: ts.Declaration,
): { name: ts.Identifier; source: ts.Expression } | undefined {
  if (ts.isExportSpecifier(place) && ts.isIdentifier(place.name))
    return { name: place.name, source: place.name };
  if (!ts.isVariableDeclaration(place) || !ts.isIdentifier(place.name))
    return undefined;
  const source = place.initializer && bareExpression(place.initializer);
  const isName =
    source !== undefined &&
    (ts.isIdentifier(source) || ts.isPropertyAccessExpression(source));
  return isName ? { name: place.name, source } : undefined;
}

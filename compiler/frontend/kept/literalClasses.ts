import { ts } from "ts-morph";
import type { Code } from "../project/project.js";
import type { Wanted } from "../javascript/growingViews.js";
import type { Edit } from "../javascript/textEdits.js";
import { servantIn } from "../javascript/sourceViews.js";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { boxed } from "./boxedVariables.js";
import {
  isItself,
  isSettledAt,
  seenAround,
  type SeenName,
} from "./literalCaptures.js";
import { classText, type Held } from "./literalClassText.js";
import {
  isListed,
  literalMembers,
  type LiteralMember,
} from "./literalMembers.js";
import { served } from "./servedNear.js";
import { newTypesAsText } from "./typesAsText.js";

/**
 * An object literal whose methods look at `this`, and which is kept among others: `shapes.push({ r, area() { return
 * Math.PI * this.r ** 2; } })`. It is what an instance of a class is, so the file is read anew with such a class at its
 * end, and with `new ShapeLiteral(r)` in place of the literal. What the methods see of the function around it, the
 * instance holds.
 */
export function asClass(
  checker: ts.TypeChecker,
  literal: ts.ObjectLiteralExpression,
  code: Code,
  files: ReadonlySet<ts.SourceFile>,
): Wanted[] {
  const file = literal.getSourceFile();
  if (isJavaScript(file) || file.fileName.includes("/node_modules/")) return [];
  const members = literalMembers(checker, literal, files);
  if (members === undefined) return [];
  const type = checker.getTypeAtLocation(literal);
  if (isListed(checker, files, type)) return [];
  const seen = members.map((one) =>
    one.kind === "field" ? [] : seenAround(checker, one.node),
  );
  if (seen.includes(undefined)) return [];
  const names = seen.flatMap((one) => one ?? []);
  const others = names.filter(({ symbol }) => !isItself(symbol, literal));
  const open = [...new Set(others.map(({ symbol }) => symbol))].filter(
    (one) => !isSettledAt(checker, one, literal),
  );
  if (open.length > 0) return open.flatMap((one) => boxed(checker, one, code));
  const toDisk = (place: number): number => code.placeOf(file, place);
  const isOnDisk = ({ node }: SeenName): boolean =>
    toDisk(node.end) - toDisk(node.getStart()) === node.text.length;
  if (!names.every(isOnDisk)) return [];
  const name = nameFor(checker, literal, file);
  const textOf = newTypesAsText(checker, file);
  const held = heldOf(checker, others, members, textOf, name);
  // a body that is nothing but such a name: () => k
  const bodyOf = (body: ts.Node): string | undefined => {
    const one = names.find(
      ({ node }) =>
        toDisk(node.getStart()) === toDisk(body.getStart()) &&
        toDisk(node.end) === toDisk(body.end),
    );
    const through = one && thisText(held?.get(one.symbol)?.name);
    return through && through + file.text.slice(one.node.end, body.end);
  };
  const made =
    held &&
    classText({
      bodyOf,
      checker,
      literal,
      members,
      held: [...held.values()],
      name,
      textOf,
      toDisk,
    });
  if (held === undefined || made === undefined) return [];
  const edits = [
    ...made.edits,
    ...names.map((one) => throughThis(one, held.get(one.symbol)?.name, toDisk)),
  ];
  const at = toDisk(literal.getStart());
  return [
    { literal: { file: file.fileName, at, name, made: made.text, edits } },
    ...contractsOf(checker, literal, code, servantIn(file.fileName, name)),
  ];
}

/** What the class has to have of the function around the literal, each under a name of its own. */
function heldOf(
  checker: ts.TypeChecker,
  names: readonly SeenName[],
  members: readonly LiteralMember[],
  textOf: (type: ts.Type) => string | undefined,
  className: string,
): Map<ts.Symbol, Held> | undefined {
  const taken = new Set(members.map((one) => one.name));
  const held = new Map<ts.Symbol, Held>();
  for (const { node, symbol } of names) {
    if (held.has(symbol)) continue;
    const type = textOf(checker.getTypeOfSymbol(symbol));
    if (type === undefined) return undefined;
    // instances of several classes come together: what has one name there has one type
    const stem = type === "number" ? node.text : `${node.text}Of${className}`;
    let name = stem;
    for (let k = 2; taken.has(name); k++) name = `${stem}${k}`;
    taken.add(name);
    held.set(symbol, { name, type, value: node.text });
  }
  return held;
}

/** `k` becomes `this.k`, and the literal's own name `this`. */
function throughThis(
  { node, isShort }: SeenName,
  held: string | undefined,
  toDisk: (place: number) => number,
): Edit {
  const text = thisText(held);
  const end = toDisk(node.end);
  return isShort
    ? { start: end, end, text: `: ${text}` }
    : { start: toDisk(node.getStart()), end, text };
}

const thisText = (held: string | undefined): string =>
  held === undefined ? "this" : `this.${held}`;

function nameFor(
  checker: ts.TypeChecker,
  literal: ts.ObjectLiteralExpression,
  file: ts.SourceFile,
): string {
  const as = checker.getContextualType(literal);
  const plain = as && checker.getNonNullableType(as);
  const given = plain && (plain.aliasSymbol ?? plain.symbol)?.name;
  const stem = given && /^\w+$/.test(given) && given !== "__type" ? given : "";
  let name = `${stem}Literal`;
  for (let k = 2; file.text.includes(name); k++) name = `${stem}Literal${k}`;
  return name;
}

/** The interface for which the literal stands: its objects are instances from now on. */
function contractsOf(
  checker: ts.TypeChecker,
  literal: ts.ObjectLiteralExpression,
  code: Code,
  by: string,
): Wanted[] {
  const as = checker.getContextualType(literal);
  return as === undefined ? [] : served(checker, as, code, [by]);
}

export function isOfLiteral(symbol: ts.Symbol, { views }: Code): boolean {
  const file = symbol.valueDeclaration?.getSourceFile().fileName ?? "";
  return [...(views.literals.get(file)?.values() ?? [])].some(
    ({ name }) => name === symbol.name,
  );
}

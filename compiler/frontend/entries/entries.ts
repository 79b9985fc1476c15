import { ts } from "ts-morph";
import { valueParameters } from "../syntax/valueParameters.js";
import { entryOf as codeEntry } from "../../diagnostics/codes.js";
import { nearestName } from "../../diagnostics/suggest.js";
import type { Annotated } from "./annotated.js";
import { parseTag, type Word } from "./tag.js";
import type { EntryInput, Place, Fail } from "./entryInput.js";
import { parameterOf, wrtOf, type Parameter } from "./entryWrt.js";
import { returnOf, modes, modesOf, laterModes } from "./entryModes.js";
import type { Entry } from "../../ir/program.js";

/** From an annotation to an entry. All its faults are reported, each at its word; with one there is no entry. */
export function entryOf(
  annotated: Annotated,
  funcName: string,
  input: EntryInput,
): Entry | undefined {
  const { decl, name, words } = annotated;
  let failed = false;
  const fail: EntryInput["report"] = (place, code, message, help) => {
    failed ||= codeEntry(code).category !== "warning";
    input.report(place, code, message, help);
  };
  const namePlace = { start: name.getStart(), end: name.end };
  checkKind(decl, name.text, namePlace, fail);
  // what such a function takes and returns is beside the point
  const isPlain = !failed;

  const tag = words && parseTag(input.file.text, words.start, words.end);
  for (const word of tag?.unknown ?? []) failUnknown(word, fail);
  for (const word of tag?.repeated ?? [])
    fail(
      word,
      "DC1111",
      `${keyOf(word)} is given twice`,
      "give it once, with a comma list",
    );
  for (const word of tag?.empty ?? [])
    fail(
      word,
      "DC1101",
      `nothing follows ${keyOf(word)}`,
      "write a comma list right after it",
    );

  const given = (list: readonly string[] | undefined): Word[] | undefined =>
    list?.map((text) => ({ text, ...namePlace }));
  if (!isPlain) return undefined;
  const parameters = [
    ...receiverOf(annotated, input),
    ...valueParameters(decl).map((one, k) => parameterOf(one, k, input)),
  ];
  const wrtWords = given(input.wrt) ?? tag?.wrt;
  const wrt = wrtOf(wrtWords, parameters, name.text, namePlace, fail);
  const returned = returnOf(decl, name, input);
  const modes = modesOf(given(input.modes) ?? tag?.modes, returned, fail);
  if (failed) return undefined;
  return {
    func: funcName,
    exportName: exportName(annotated),
    ...methodOf(annotated),
    modes,
    wrt,
    ...(wrtWords === undefined ? {} : { namesWrt: true }),
    file: input.key,
    span: { file: input.key, ...namePlace },
    returnType: input.typeTextOf(decl.type ?? returned.type, name),
  };
}

function methodOf({ name, owner, of }: Annotated): Pick<Entry, "method"> {
  const holder = (owner ?? of)?.name?.text;
  if (holder === undefined) return {};
  const isStatic = owner === undefined;
  return { method: { of: holder, name: name.text, isStatic } };
}

/** The method `m` of `C` is called `cM`. */
export function exportName({ name, owner, of }: Annotated): string {
  const holder = (owner ?? of)?.name?.text;
  if (holder === undefined) return name.text;
  const first = holder.charAt(0).toLowerCase() + holder.slice(1);
  return first + name.text.charAt(0).toUpperCase() + name.text.slice(1);
}

function receiverOf({ owner }: Annotated, input: EntryInput): Parameter[] {
  if (owner === undefined) return [];
  const type = input.checker.getTypeAtLocation(owner);
  const typeText = input.checker.typeToString(type);
  const place = { start: owner.getStart(), end: owner.getStart() };
  const plain = { isEnum: false, hidden: undefined, typeText, place };
  return [{ name: "self", ty: input.tyOf(type), ...plain }];
}

function checkKind(
  decl: ts.FunctionLikeDeclaration,
  name: string,
  place: Place,
  fail: Fail,
): void {
  const isAsync = decl.modifiers?.some(
    (one) => one.kind === ts.SyntaxKind.AsyncKeyword,
  );
  const isGenerator = decl.asteriskToken !== undefined;
  if (isAsync || isGenerator)
    fail(
      place,
      "DC2007",
      `${name} is ${isAsync ? "an async function" : "a generator"}`,
      "annotate a plain function, and call it from here",
    );
  if (decl.typeParameters?.length)
    fail(
      place,
      "DC2008",
      `${name} is generic`,
      "write its types out, or annotate a function with plain types that calls it",
    );
}

function failUnknown(word: Word, fail: Fail): void {
  const key = word.text.split("=")[0] ?? word.text;
  const near = nearestName(key, ["wrt", "modes"]);
  const bareMode = [...modes, ...laterModes].includes(word.text);
  const hint = bareMode
    ? `; did you mean modes=${word.text}?`
    : near === undefined
      ? ""
      : `; did you mean ${near}=?`;
  fail(
    word,
    "DC1101",
    `unknown word ${word.text} in @differentiable${hint}`,
    "the tag takes wrt=a,b and modes=grad,vjp,jvp; a description goes above it or after a dash",
  );
}

const keyOf = (word: Word): string => `${word.text.split("=")[0]?.trim()}=`;

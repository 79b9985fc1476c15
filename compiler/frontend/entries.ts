import { ts } from "ts-morph";
import type { Code } from "../diagnostics/codes.js";
import { didYouMean, nearestName } from "../diagnostics/suggest.js";
import type { Entry, Mode, TypeText } from "../ir/ir.js";
import { bare, fieldOf, holdsFloat, type Ty } from "../ir/types.js";
import type { Annotated } from "./annotated.js";
import { parseTag, type Word } from "./tag.js";
import { isEnum, type TypeProblem } from "./types.js";

/** What checking an annotation needs to know. */
export interface EntryInput {
  readonly checker: ts.TypeChecker;
  readonly file: ts.SourceFile;
  /** The file's name in the Program. */
  readonly key: string;
  /** `--wrt` and `--modes`, which go before the tag. */
  readonly wrt: readonly string[] | undefined;
  readonly modes: readonly string[] | undefined;
  report(place: Place, code: Code, message: string, help: string): void;
  tyOf(type: ts.Type): Ty | TypeProblem;
  typeTextOf(type: ts.Type | ts.TypeNode, at: ts.Node): TypeText;
}

export interface Place {
  readonly start: number;
  readonly end: number;
}

/** From an annotation to an entry. All its faults are reported, each at its word; with one there is no entry. */
export function entryOf(
  annotated: Annotated,
  funcName: string,
  input: EntryInput,
): Entry | undefined {
  const { decl, name, words } = annotated;
  let failed = false;
  const fail: EntryInput["report"] = (...args) => {
    failed = true;
    input.report(...args);
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
    ...decl.parameters.map((one, k) => parameterOf(one, k, input)),
  ];
  const wrtWords = given(input.wrt) ?? tag?.wrt;
  const wrt = wrtOf(wrtWords, parameters, name.text, namePlace, fail);
  const returned = returnOf(decl, name, input);
  const modes = modesOf(given(input.modes) ?? tag?.modes, returned, fail);
  if (failed) return undefined;
  return {
    func: funcName,
    exportName: exportName(annotated),
    modes,
    wrt,
    ...(wrtWords === undefined ? {} : { namesWrt: true }),
    file: input.key,
    span: { file: input.key, ...namePlace },
    returnType: input.typeTextOf(decl.type ?? returned.type, name),
  };
}

/** The method `m` of `C` is called `cM`. */
function exportName({ name, owner, of }: Annotated): string {
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
  const plain = { isEnum: false, isDictionary: false, typeText, place };
  return [{ name: "self", ty: input.tyOf(type), ...plain }];
}

type Fail = EntryInput["report"];

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

// ---- wrt ----

interface Parameter {
  readonly name: string;
  readonly ty: Ty | TypeProblem;
  readonly isEnum: boolean;
  /** Numbers under keys that only the running program knows. */
  readonly isDictionary: boolean;
  readonly typeText: string;
  readonly place: Place;
}

function parameterOf(
  node: ts.ParameterDeclaration,
  index: number,
  { checker, tyOf }: EntryInput,
): Parameter {
  const type = checker.getTypeAtLocation(node);
  return {
    name: ts.isIdentifier(node.name) ? node.name.text : `arg${index}`,
    ty: tyOf(type),
    isEnum: isEnum(checker.getNonNullableType(type)),
    isDictionary: isDictionary(checker, type),
    place: { start: node.name.getStart(), end: node.name.end },
    typeText: checker.typeToString(type),
  };
}

/** `Record<string, number>` and the like. */
function isDictionary(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (checker.isArrayLikeType(type)) return false;
  const info = checker.getIndexInfoOfType(type, ts.IndexKind.String);
  return (
    info !== undefined && (info.type.flags & ts.TypeFlags.NumberLike) !== 0
  );
}

function wrtOf(
  words: readonly Word[] | undefined,
  parameters: readonly Parameter[],
  name: string,
  place: Place,
  fail: Fail,
): string[][] {
  if (words !== undefined) {
    const paths = words.flatMap((word) => pathOf(word, parameters, fail) ?? []);
    words.forEach((word, k) => checkCovered(word, words.slice(0, k), fail));
    return paths.map(({ path }) => path);
  }
  const holding = parameters.filter(
    ({ ty, isEnum }) => ty.kind !== "problem" && holdsFloat(ty) && !isEnum,
  );
  if (holding.length > 0)
    for (const one of parameters.filter(({ isDictionary }) => isDictionary))
      fail(
        one.place,
        "DC3007",
        `the keys of ${one.name} are known only at run time: its numbers get no gradient`,
        "give it a type with named fields; or name the other parameters in wrt",
      );
  // a type with a problem is reported where the function is lowered
  if (holding.length === 0 && parameters.every((p) => p.ty.kind !== "problem"))
    fail(
      place,
      "DC1107",
      parameters.length === 0
        ? `${name} has no parameters to differentiate by`
        : `no parameter of ${name} holds numbers that diffc can follow: ${listed(parameters)}`,
      adviceFor(parameters),
    );
  return holding.map((parameter) => [parameter.name]);
}

const listed = (parameters: readonly Parameter[]): string =>
  parameters.map(({ name, typeText }) => `${name} is ${typeText}`).join(", ");

/** Types that have numbers in them, and what to write in their place. */
const hiding: readonly (readonly [RegExp, string])[] = [
  [
    /^(Readonly)?(Map|Set|WeakMap)<|^(Partial<|Readonly<)?Record<string|^\{ \[\w+: (string|number)\]/,
    "take an object of a type that names its fields, { a: number; b: number }, or an array",
  ],
  [
    /^(Big)?(Int|Uint)\d+|^bigint$/,
    "integers have no slope: take a number[] or a Float64Array",
  ],
  [
    /^(ArrayLike|Iterable|Iterator|Generator|IterableIterator)</,
    "take an array: number[] or Float64Array",
  ],
  [
    /\bnumber \| |\| number\b/,
    "take the number alone, and convert before the call",
  ],
  [
    /^(Number|Object|object|\{\})$/,
    "write the type out: number, or the fields of the object",
  ],
];

function adviceFor(parameters: readonly Parameter[]): string {
  for (const { typeText } of parameters)
    for (const [pattern, advice] of hiding)
      if (pattern.test(typeText)) return advice;
  return "differentiate a function of numbers, arrays or objects of numbers";
}

function pathOf(
  word: Word,
  parameters: readonly Parameter[],
  fail: Fail,
): { path: string[] } | undefined {
  const path = word.text.split(".");
  const [first = "", ...rest] = path;
  const parameter = parameters.find((one) => one.name === first);
  const names = parameters.map((one) => one.name);
  if (parameter === undefined) {
    fail(
      part(word, path, 0),
      "DC1102",
      `there is no parameter ${first}${didYouMean(first, names)}`,
      names.length === 0
        ? "the function has no parameters"
        : `the parameters are ${names.join(", ")}`,
    );
    return undefined;
  }
  if (parameter.ty.kind === "problem") return { path };
  let ty: Ty = parameter.ty;
  for (const [k, segment] of rest.entries()) {
    const at = bare(ty);
    const place = part(word, path, k + 1);
    if (at.kind !== "record" || at.tuple) {
      fail(
        place,
        "DC1102",
        `${path.slice(0, k + 1).join(".")} has no named fields to go into`,
        "a path goes through the fields of objects; name the whole of an array",
      );
      return undefined;
    }
    const field = fieldOf(at, segment);
    if (field === undefined) {
      const fields = at.fields.map((one) => one.name);
      fail(
        place,
        "DC1102",
        `there is no field ${segment} in ${path.slice(0, k + 1).join(".")}${didYouMean(segment, fields)}`,
        `its fields are ${fields.join(", ")}`,
      );
      return undefined;
    }
    ty = field.ty;
  }
  if (holdsFloat(ty)) return { path };
  const type =
    rest.length === 0 ? ` is of type ${parameter.typeText}, which` : "";
  fail(
    word,
    "DC1106",
    `${word.text}${type} holds no numbers that diffc can follow`,
    "leave it out of wrt, or name something of type number, number[], Float64Array or an object of these",
  );
  return undefined;
}

/** The place of one segment of a dotted word. */
function part(word: Word, path: readonly string[], index: number): Place {
  // words from the command line are shown at the function's name
  if (word.end - word.start !== word.text.length) return word;
  const before = path
    .slice(0, index)
    .reduce((sum, one) => sum + one.length + 1, 0);
  const start = word.start + before;
  return { start, end: start + (path[index] ?? "").length };
}

function checkCovered(word: Word, earlier: readonly Word[], fail: Fail): void {
  const other = earlier.find(
    ({ text }) =>
      text === word.text ||
      text.startsWith(`${word.text}.`) ||
      word.text.startsWith(`${text}.`),
  );
  if (other === undefined) return;
  const message =
    other.text === word.text
      ? `${word.text} is named twice`
      : `${word.text} and ${other.text} overlap`;
  fail(word, "DC1111", message, "name each part once");
}

// ---- modes ----

const modes: readonly Mode[] = ["grad", "vjp", "jvp"];
const laterModes: readonly string[] = ["jacobian", "hvp", "hessian"];

interface Returned {
  readonly ty: Ty | TypeProblem;
  readonly type: ts.Type;
  readonly text: string;
  readonly place: Place;
}

function returnOf(
  decl: ts.FunctionLikeDeclaration,
  name: ts.Identifier,
  { checker, tyOf }: EntryInput,
): Returned {
  const signature = checker.getSignatureFromDeclaration(decl);
  const type = signature
    ? checker.getReturnTypeOfSignature(signature)
    : checker.getTypeAtLocation(name);
  const at = decl.type ?? name;
  const place = { start: at.getStart(), end: at.end };
  return { type, ty: tyOf(type), text: checker.typeToString(type), place };
}

function modesOf(
  words: readonly Word[] | undefined,
  returned: Returned,
  fail: Fail,
): Mode[] {
  const { ty, text } = returned;
  if (ty.kind === "problem") {
    fail(returned.place, ty.code, ty.message, ty.help);
    return [];
  }
  if (!holdsFloat(ty)) {
    const isVoid = text === "void" || text === "undefined" || text === "never";
    fail(
      returned.place,
      "DC1105",
      isVoid
        ? "the function returns nothing"
        : `the function returns ${text}, which holds no numbers that diffc can follow`,
      isVoid
        ? "return what it computes; results written into parameters have to be returned as well"
        : "return the numbers that depend on the parameters",
    );
    return [];
  }
  if (words === undefined) return [ty.kind === "num" ? "grad" : "vjp"];
  const chosen: Mode[] = [];
  words.forEach((word, k) => {
    const mode = modes.find((one) => one === word.text);
    if (mode === undefined) failMode(word, fail);
    else if (words.slice(0, k).some((one) => one.text === mode))
      fail(word, "DC1111", `${mode} is named twice`, "name each mode once");
    else if (mode === "grad" && ty.kind !== "num")
      fail(
        word,
        "DC1104",
        `grad needs a function that returns a number; this one returns ${text}`,
        "use modes=vjp, which takes a cotangent shaped like the result, or modes=jvp",
      );
    else chosen.push(mode);
  });
  return modes.filter((mode) => chosen.includes(mode));
}

function failMode(word: Word, fail: Fail): void {
  if (laterModes.includes(word.text))
    fail(
      word,
      "DC2002",
      `the mode ${word.text} is not there yet`,
      "use grad, vjp or jvp for now",
    );
  else
    fail(
      word,
      "DC1103",
      `unknown mode ${word.text}${didYouMean(word.text, [...modes, ...laterModes])}`,
      "the modes are grad, vjp and jvp",
    );
}

/** Names of what the generated module exports for an entry. */
export const exportsOf = ({ exportName, modes: chosen }: Entry): string[] =>
  chosen.flatMap((mode) => {
    if (mode === "grad")
      return [
        `${exportName}Grad`,
        `${exportName}ValueAndGrad`,
        `${exportName}ValueAndGradInto`,
      ];
    return mode === "vjp" ? [`${exportName}Vjp`] : [`${exportName}Jvp`];
  });

import { ts } from "ts-morph";
import { didYouMean } from "../../diagnostics/suggest.js";
import { holdsSlope } from "../../ir/shapes.js";
import { bare, fieldOf, type Ty } from "../../ir/types.js";
import type { Word } from "./tag.js";
import { isEnum, isNumeric } from "../types/typeKinds.js";
import type { TypeProblem } from "../types/typeProblem.js";
import type { Place, EntryInput, Fail } from "./entryInput.js";
import { entryLabel } from "../types/parameterLabel.js";

/** What a function is differentiated by: `wrt=`, or every parameter that holds a float. */

// ---- wrt ----

export interface Parameter {
  readonly name: string;
  readonly ty: Ty | TypeProblem;
  readonly isEnum: boolean;
  /** It has numbers in it that are only carried: under keys of the running program, in a Map or any list. */
  readonly hidden: "keys" | "elements" | undefined;
  readonly typeText: string;
  readonly place: Place;
}

export function parameterOf(
  node: ts.ParameterDeclaration,
  index: number,
  { checker, tyOf, variant }: EntryInput,
): Parameter {
  const type = checker.getTypeAtLocation(node);
  return {
    name: entryLabel(node.name, index),
    ty: variant?.args[index] ?? tyOf(type),
    isEnum: isEnum(checker.getNonNullableType(type)),
    hidden: hiddenIn(checker, type),
    place: { start: node.name.getStart(), end: node.name.end },
    typeText: checker.typeToString(type),
  };
}

/** Numbers under keys, of a type that is no plain `Record<string, number>`, or in a Map, a Set or `ArrayLike<number>`. */
function hiddenIn(
  checker: ts.TypeChecker,
  given: ts.Type,
): "keys" | "elements" | undefined {
  const type = checker.getNonNullableType(given);
  if (checker.isArrayLikeType(type)) return undefined;
  const name = (type.symbol as ts.Symbol | undefined)?.name ?? "";
  if (/^(ArrayLike|Iterable|(Readonly)?(Map|Set))$/.test(name)) {
    const of = checker.getTypeArguments(type as ts.TypeReference).at(-1);
    return of && isNumeric(of) ? "elements" : undefined;
  }
  const info = checker.getIndexInfoOfType(type, ts.IndexKind.String);
  return info !== undefined && isNumeric(info.type) ? "keys" : undefined;
}

export function wrtOf(
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
    ({ ty, isEnum }) => ty.kind !== "problem" && holdsSlope(ty) && !isEnum,
  );
  if (holding.length > 0)
    for (const one of parameters)
      if (one.hidden === "keys" && one.ty.kind !== "table")
        fail(
          one.place,
          "DC3007",
          `the keys of ${one.name} are known only at run time: its numbers get no gradient`,
          "give it a type with named fields, or Record<string, number>; or name the other parameters in wrt",
        );
      else if (one.hidden === "elements" && !holding.includes(one))
        fail(
          one.place,
          "DC3007",
          `${one.name} is ${one.typeText}, which is only carried here: its numbers get no gradient`,
          "give it a type that is followed, number[] or Float64Array or an object; or name the other parameters in wrt",
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
    /^(Readonly)?(Map|Set|WeakMap)</,
    "take an object, { a: number; b: number } or Record<string, number>, or an array",
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
  if (holdsSlope(ty)) return { path };
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

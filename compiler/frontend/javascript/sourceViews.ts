import { withoutFeatureTests } from "./featureTests.js";
import { withoutAppliedArrays } from "./appliedArrays.js";
import { withArgumentLists } from "./argumentLists.js";
import { withoutBabelHelpers } from "./babelHelpers.js";
import { withoutObjectHelpers } from "./objectHelpers.js";
import { withHoistedVars } from "./hoistedVars.js";
import { withLateFunctions } from "./lateFunctions.js";
import { withoutOwnScratch } from "./ownScratch.js";
import { withoutInnerWrappers } from "./innerWrappers.js";
import { withoutModuleTests } from "./moduleTests.js";
import { withEmptyLibraries } from "./libraryLiterals.js";
import { withMembersApart } from "./libraryMembers.js";
import { withOpenLiterals } from "./grownLiterals.js";
import { withOldDefaults } from "./oldDefaults.js";
import { withOptionDefaults } from "./optionDefaults.js";
import { isJavaScriptPath } from "../syntax/jsFunctions.js";
import { withEnums } from "./jsEnums.js";
import { withExportedInstances } from "./exportedInstances.js";
import { asClasses } from "./prototypes.js";
import { withoutArguments } from "./jsArguments.js";
import { copyAround, span, withCopies, type Copy } from "./functionCopies.js";
import {
  edited,
  newParsed,
  type Edit,
  type Parsed,
  type Part,
} from "./textEdits.js";
import { withOwnExports } from "./ownExports.js";
import { unwrapped } from "./unwrap.js";
import { withVariablesApart } from "./variablesApart.js";

/** What a type that is written into JavaScript belongs to. */
export type TypeTag =
  "type" | "returns" | "count" | "field" | "element" | "apart";

/**
 * JavaScript as diffc shows it to the type checker: the text on disk with the types of parameters written into it, in
 * JSDoc, so that the checker finds the types of everything else. They come from the arguments of the calls, so they
 * grow while the program is read, and each time they grow it is read anew.
 */
export interface SourceViews {
  /** Code that imports lead to and that only declarations stand for in the program. */
  readonly roots: ReadonlySet<string>;
  /** Packages of which the project's own files see the code, too, instead of declarations: classes of theirs are made. */
  readonly opened: ReadonlySet<string>;
  /** Types of parameters and results, by file and by the place in the text on disk. */
  readonly types: ReadonlyMap<string, ReadonlyMap<number, ReadonlySet<string>>>;
  readonly returns: SourceViews["types"];
  /** Fields with their types of parameters that are objects of options. */
  readonly fields: SourceViews["types"];
  /** How many arguments functions get that ask for it. */
  readonly counts: SourceViews["types"];
  /**
   * Text that says what arrays hold which are made without saying so: for TypeScript `Array<number>(n)`, for JavaScript
   * the type of a cast, and the parenthesis that ends it.
   */
  readonly elements: SourceViews["types"];
  /** Variables of TypeScript that objects hold, by file and place, with what is put into the text for that. */
  readonly boxes: ReadonlyMap<string, ReadonlyMap<number, Box>>;
  /** Object literals that become instances of classes, by file and place. */
  readonly literals: ReadonlyMap<string, ReadonlyMap<number, LiteralClass>>;
  /** Interfaces by file and place, with the classes that serve them and do not say so. */
  readonly served: ReadonlyMap<
    string,
    ReadonlyMap<number, ReadonlySet<string>>
  >;
  /** Assignments by which variables become others. */
  readonly apart: SourceViews["types"];
  /** Functions that get arguments of several kinds, by file and place. */
  readonly split: ReadonlyMap<string, ReadonlySet<number>>;
  /** How many they were when reading began. */
  readonly splitBefore: number;
  readonly copies: ReadonlyMap<string, readonly Copy[]>;
  /** Calls of copies, with what those give, by file and end. */
  readonly casts: ReadonlyMap<string, ReadonlyMap<number, Cast>>;
}

/** Text that is put in, and where. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** Where the variable is used, and where it gets its first value. */
export interface Box {
  readonly uses: readonly Insertion[];
  readonly made: readonly Insertion[];
}

/** A class, among those that serve an interface. */
export const servantIn = (file: string, name: string): string =>
  `${file}#${name}`;

/** The class, and what is changed where the literal stands. */
export interface LiteralClass {
  readonly name: string;
  readonly made: readonly Part[];
  readonly edits: readonly Edit[];
}

interface Cast {
  readonly start: number;
  readonly texts: ReadonlySet<string>;
}

export const noViews: SourceViews = {
  roots: new Set(),
  opened: new Set(),
  types: new Map(),
  returns: new Map(),
  fields: new Map(),
  counts: new Map(),
  elements: new Map(),
  boxes: new Map(),
  literals: new Map(),
  served: new Map(),
  apart: new Map(),
  split: new Map(),
  splitBefore: 0,
  copies: new Map(),
  casts: new Map(),
};

export interface View {
  readonly text: string;
  /** From a place in `text` to the one in the text on disk. */
  originalOf(place: number): number;
  /** To the one in the text before types were written into it, by which they are known. */
  placeOf(place: number): number;
}

/** What a file's text alone says about how it is shown; a program that is read anew asks again. */
export type Shapes = Map<string, Shape>;

interface Shape extends Parsed {
  /** As it is on disk. */
  readonly original: string;
  originalOf(place: number): number;
}

function shapeOf(path: string, text: string, known: Shapes): Shape {
  const before = known.get(path);
  if (before?.original === text) return before;
  const disk = newParsed(path, text);
  // what stands in a wrapper is looked at when it stands at the top
  const shown = inTurn(path, disk, [
    (file) => [...unwrapped(file), ...withOwnExports(file)],
    withoutInnerWrappers,
    withoutModuleTests,
    withEmptyLibraries,
    withMembersApart,
    toldApart,
    withHoistedVars,
  ]);
  const shape = { original: text, ...shown };
  known.set(path, shape);
  return shape;
}

const toldApart = (file: Parsed): Edit[] => [
  ...withEnums(file),
  ...asClasses(file),
  ...withExportedInstances(file),
  ...withArgumentLists(file),
  ...withOpenLiterals(file),
  ...withOldDefaults(file),
  ...withOptionDefaults(file),
  ...withoutAppliedArrays(file),
  ...withoutObjectHelpers(file),
  ...withoutFeatureTests(file),
  ...withoutBabelHelpers(file),
  ...withoutOwnScratch(file),
  ...withLateFunctions(file),
];

/** The text after several readings, of which each sees what the one before has made of it. */
function inTurn(
  path: string,
  file: Parsed,
  steps: readonly ((file: Parsed) => Edit[])[],
): Parsed & { originalOf(place: number): number } {
  let shown = { ...file, originalOf: (place: number) => place };
  for (const step of steps) {
    const next = changed(path, shown, step(shown));
    const { originalOf } = shown;
    const before = next.originalOf;
    shown = { ...next, originalOf: (place) => originalOf(before(place)) };
  }
  return shown;
}

/** A text with edits in it, and from places in it to those before. */
function changed(
  path: string,
  file: Parsed,
  edits: readonly Edit[],
): Parsed & { originalOf(place: number): number } {
  if (edits.length === 0) return { ...file, originalOf: (place) => place };
  const { text, originalOf } = edited(file.text, edits);
  return { ...newParsed(path, text), originalOf };
}

export function viewOf(
  path: string,
  text: string,
  views: SourceViews,
  known: Shapes,
): View {
  return isJavaScriptPath(path)
    ? viewOfJavaScript(path, text, views, known)
    : viewOfTypeScript(path, text, views);
}

function viewOfTypeScript(
  path: string,
  text: string,
  { elements, boxes, literals }: SourceViews,
): View {
  const boxed = [...(boxes.get(path)?.values() ?? [])];
  // where both stand at one place, `{ value: other.value }`, the use comes first
  const ofBoxes = [
    ...boxed.flatMap(({ uses }) => uses),
    ...boxed.flatMap(({ made }) => made),
  ];
  const edits = [
    ...[...(elements.get(path) ?? [])].map(([at, texts]) =>
      inserted(at, union(texts)),
    ),
    ...ofBoxes.map(({ at, text }) => inserted(at, text)),
    ...ofLiterals(
      text.length,
      [...(literals.get(path)?.values() ?? [])],
      boxed,
    ),
  ];
  const { originalOf, ...shown } = edited(text, edits);
  return { ...shown, originalOf, placeOf: originalOf };
}

/** Where a piece that moves ends with a variable which a box holds, the box is named behind it. */
function ofLiterals(
  end: number,
  literals: readonly LiteralClass[],
  boxed: readonly Box[],
): Edit[] {
  const uses = boxed.flatMap((one) => one.uses);
  const withUses = (parts: readonly Part[]): Part[] =>
    parts.flatMap((part) =>
      typeof part === "string"
        ? [part]
        : [
            part,
            ...uses.flatMap((use) =>
              use.at === part.end ? [use.text.replace(/^: \w+/, "")] : [],
            ),
          ],
    );
  const moved = (edit: Edit): Edit =>
    typeof edit.text === "string" || "placeOf" in edit.text
      ? edit
      : { ...edit, text: withUses(edit.text) };
  return literals.flatMap(({ made, edits }) => [
    ...edits.map(moved),
    { start: end, end, text: withUses(made) },
  ]);
}

function viewOfJavaScript(
  path: string,
  original: string,
  views: SourceViews,
  known: Shapes,
): View {
  const shape = shapeOf(path, original, known);
  const { text } = shape;
  const edits = new Map<number, Edit[]>();
  const put = (copy: number, more: readonly Edit[]): void => {
    const all = edits.get(copy) ?? [];
    edits.set(copy, all);
    for (const one of more) all.push(one);
  };
  /** `write` gets a place in the text, whichever copy it is in. */
  const each = <T>(
    byFile: ReadonlyMap<string, ReadonlyMap<number, T>>,
    write: (at: number, given: T) => readonly Edit[],
  ): void => {
    for (const [place, given] of byFile.get(path) ?? [])
      put(copyAround(place), write(place % span, given));
  };
  const counts = new Map<number, Map<number, ReadonlySet<string>>>();
  for (const [place, texts] of views.counts.get(path) ?? []) {
    const copy = copyAround(place);
    const own = counts.get(copy) ?? new Map<number, ReadonlySet<string>>();
    counts.set(copy, own.set(place % span, texts));
  }
  for (const [copy, own] of counts) put(copy, withoutArguments(shape, own));
  const apart = new Map<number, Set<number>>();
  for (const place of views.apart.get(path)?.keys() ?? []) {
    const copy = copyAround(place);
    const own = apart.get(copy) ?? new Set<number>();
    apart.set(copy, own.add(place % span));
  }
  for (const [copy, own] of apart) put(copy, withVariablesApart(shape, own));
  each(views.returns, (at, texts) => [
    inserted(
      at,
      text.slice(at - 3, at) === "/**"
        ? ` @returns {${union(texts)}}\n * `
        : `/** @returns {${union(texts)}} */ `,
    ),
  ]);
  each(views.elements, (at, texts) => {
    const isEnd = texts.has(")");
    return [inserted(at, isEnd ? ")" : `/** @type {${union(texts)}} */ (`)];
  });
  const types = new Map(views.types.get(path));
  for (const [at, texts] of views.fields.get(path) ?? [])
    types.set(at, new Set([...(types.get(at) ?? []), optionsOf(texts)]));
  each(new Map([[path, types]]), (at, texts) => {
    const before = text.slice(Math.max(0, at - 80), at);
    // what stands on the line of an earlier statement or member would belong to that
    const line = /([{};)]|\belse|\bdo)\s*$/.test(before) ? "\n" : "";
    const type = `${line}/** @type {${union(texts)}} */ `;
    // x => x * 2
    const bareName = /^[\w$]+(?=\s*=>)/.exec(text.slice(at))?.[0];
    return bareName === undefined || /[(,]\s*$/.test(text.slice(0, at))
      ? [inserted(at, type)]
      : [inserted(at, `(${type}`), inserted(at + bareName.length, ")")];
  });
  // of two that begin at one place, the longer one is around the other
  const casts = [...(views.casts.get(path) ?? [])].sort(([a], [b]) => b - a);
  each(new Map([[path, new Map(casts)]]), (end, { start, texts }) => [
    inserted(start % span, `/** @type {${union(texts)}} */ (`),
    inserted(end, ")"),
  ]);
  const { text: shown, placeOf } = withCopies(
    shape,
    views.copies.get(path) ?? [],
    edits,
  );
  return {
    text: shown,
    placeOf,
    originalOf: (place) => shape.originalOf(placeOf(place) % span),
  };
}

const inserted = (at: number, text: string): Edit => ({
  start: at,
  end: at,
  text,
});

/** A function of which more is known by now is no longer just that. */
function union(texts: ReadonlySet<string>): string {
  const isTold = [...texts].some((one) => one.startsWith("(("));
  const all = [...texts].filter((one) => !isTold || one !== "Function");
  return all.sort().join(" | ");
}

/** `"units": string`, from several calls, as one type. */
function optionsOf(fields: ReadonlySet<string>): string {
  const byName = new Map<string, Set<string>>();
  for (const field of fields) {
    const [name = ""] = /^"(\\.|[^"])*"/.exec(field) ?? [];
    const types = byName.get(name) ?? new Set<string>();
    byName.set(name, types.add(field.slice(name.length + 2)));
  }
  const parts = [...byName].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{ ${parts.map(([name, types]) => `${name}?: ${union(types)}`).join("; ")} }`;
}

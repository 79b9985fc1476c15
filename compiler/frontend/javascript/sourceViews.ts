import { withoutFeatureTests } from "./featureTests.js";
import { withoutAppliedArrays } from "./appliedArrays.js";
import { withArgumentLists } from "./argumentLists.js";
import { withoutBabelHelpers } from "./babelHelpers.js";
import { withoutObjectHelpers } from "./objectHelpers.js";
import { withLateFunctions } from "./lateFunctions.js";
import { withoutOwnScratch } from "./ownScratch.js";
import { withOldDefaults } from "./oldDefaults.js";
import { isJavaScriptPath } from "../syntax/jsFunctions.js";
import { asClasses } from "./prototypes.js";
import { withoutArguments } from "./jsArguments.js";
import { edited, newParsed, type Edit, type Parsed } from "./textEdits.js";
import { unwrapped } from "./unwrap.js";

/** What a type that is written into JavaScript belongs to. */
export type TypeTag = "type" | "returns" | "count" | "field" | "element";

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
}

export const noViews: SourceViews = {
  roots: new Set(),
  opened: new Set(),
  types: new Map(),
  returns: new Map(),
  fields: new Map(),
  counts: new Map(),
  elements: new Map(),
};

/** What came to light while the program was read. */
export interface Wanted {
  readonly root?: string;
  readonly open?: string;
  readonly type?: {
    readonly file: string;
    readonly at: number;
    readonly text: string;
    readonly tag: TypeTag;
  };
}

/** The views with more in them; undefined where there is nothing new. */
export function grown(
  views: SourceViews,
  wanted: readonly Wanted[],
): SourceViews | undefined {
  const roots = new Set(views.roots);
  const opened = new Set(views.opened);
  const types = copied(views.types);
  const returns = copied(views.returns);
  const fields = copied(views.fields);
  const counts = copied(views.counts);
  const elements = copied(views.elements);
  let isNew = false;
  for (const { root, open, type } of wanted) {
    if (open !== undefined && !opened.has(open)) {
      opened.add(open);
      isNew = true;
    }
    if (root !== undefined && !roots.has(root)) {
      roots.add(root);
      isNew = true;
    }
    if (type === undefined) continue;
    const into = {
      type: types,
      returns,
      field: fields,
      count: counts,
      element: elements,
    }[type.tag];
    const byPlace = into.get(type.file) ?? new Map<number, Set<string>>();
    into.set(type.file, byPlace);
    const texts = byPlace.get(type.at) ?? new Set<string>();
    byPlace.set(type.at, texts);
    if (texts.has(type.text)) continue;
    texts.add(type.text);
    isNew = true;
  }
  return isNew
    ? { roots, opened, types, returns, fields, counts, elements }
    : undefined;
}

const copied = (
  types: SourceViews["types"],
): Map<string, Map<number, Set<string>>> =>
  new Map(
    [...types].map(([file, byPlace]) => [
      file,
      new Map([...byPlace].map(([at, texts]) => [at, new Set(texts)])),
    ]),
  );

export interface View {
  readonly text: string;
  /** From a place in `text` to the one in the text on disk. */
  originalOf(place: number): number;
  /** To the one in the text before types were written into it, by which they are known. */
  placeOf(place: number): number;
}

/** What a file's text alone says about how it is shown; a program that is read anew asks again. */
export type Shapes = Map<string, Shape>;

interface Shape {
  /** As it is on disk. */
  readonly original: string;
  readonly text: string;
  readonly parsed: Parsed;
  originalOf(place: number): number;
}

function shapeOf(path: string, text: string, known: Shapes): Shape {
  const before = known.get(path);
  if (before?.original === text) return before;
  const file = newParsed(path, text);
  const edits = [
    ...unwrapped(file),
    ...asClasses(file),
    ...withArgumentLists(file),
    ...withOldDefaults(file),
    ...withoutAppliedArrays(file),
    ...withoutObjectHelpers(file),
    ...(path.includes("/node_modules/")
      ? [
          ...withoutFeatureTests(file),
          ...withoutBabelHelpers(file),
          ...withoutOwnScratch(file),
          ...withLateFunctions(file),
        ]
      : []),
  ];
  const shown = edited(text, edits);
  const parsed = edits.length === 0 ? file : newParsed(path, shown.text);
  const shape = { original: text, ...shown, parsed };
  known.set(path, shape);
  return shape;
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
  { elements }: SourceViews,
): View {
  const edits = [...(elements.get(path) ?? [])].map(([at, texts]) =>
    inserted(at, union(texts)),
  );
  const { originalOf, ...shown } = edited(text, edits);
  return { ...shown, originalOf, placeOf: originalOf };
}

function viewOfJavaScript(
  path: string,
  original: string,
  views: SourceViews,
  known: Shapes,
): View {
  const shape = shapeOf(path, original, known);
  const { text, parsed } = shape;
  const edits: Edit[] = [
    ...withoutArguments(parsed, views.counts.get(path) ?? new Map()),
  ];
  for (const [at, texts] of views.returns.get(path) ?? [])
    edits.push(
      inserted(
        at,
        text.slice(at - 3, at) === "/**"
          ? ` @returns {${union(texts)}}\n * `
          : `/** @returns {${union(texts)}} */ `,
      ),
    );
  for (const [at, texts] of views.elements.get(path) ?? []) {
    const isEnd = texts.has(")");
    edits.push(inserted(at, isEnd ? ")" : `/** @type {${union(texts)}} */ (`));
  }
  const types = new Map(views.types.get(path));
  for (const [at, texts] of views.fields.get(path) ?? [])
    types.set(at, new Set([...(types.get(at) ?? []), optionsOf(texts)]));
  for (const [at, texts] of types) {
    const type = `/** @type {${union(texts)}} */ `;
    // x => x * 2
    const bareName = /^[\w$]+(?=\s*=>)/.exec(text.slice(at))?.[0];
    if (bareName === undefined || /[(,]\s*$/.test(text.slice(0, at)))
      edits.push(inserted(at, type));
    else
      edits.push(inserted(at, `(${type}`), inserted(at + bareName.length, ")"));
  }
  const { text: shown, originalOf: placeOf } = edited(text, edits);
  return {
    text: shown,
    placeOf,
    originalOf: (place) => shape.originalOf(placeOf(place)),
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

import { placeIn, type Copy } from "./functionCopies.js";
import {
  type Box,
  type LiteralClass,
  noViews,
  type SourceViews,
  type TypeTag,
} from "./sourceViews.js";

/** What came to light while the program was read. */
export interface Wanted {
  readonly root?: string;
  readonly open?: string;
  readonly type?: {
    readonly file: string;
    readonly at: number;
    readonly text: string;
    readonly tag: TypeTag;
    /** The function whose parameter it is, where there may be copies of it. */
    readonly of?: number;
  };
  readonly copy?: WantedCopy;
  readonly cast?: WantedCast;
  readonly box?: WantedBox;
  readonly literal?: LiteralClass & Place;
  readonly served?: Place & { readonly by: readonly string[] };
}

interface Place {
  readonly file: string;
  readonly at: number;
}

/** A variable that an object holds, by the place of its declaration. */
export interface WantedBox extends Box, Place {}

/** A function called with arguments of certain types. */
export interface WantedCopy extends Copy {
  readonly file: string;
}

/** What a copy gives to a call. */
export interface WantedCast {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** So many of one function, and of one file: types that grow with each call have no end. */
const most = { function: 24, file: 400 };

/** The views with more in them; undefined where there is nothing new. */
export function grown(
  views: SourceViews,
  wanted: readonly Wanted[],
): SourceViews | undefined {
  const roots = new Set(views.roots);
  const opened = new Set(views.opened);
  const into = {
    type: copied(views.types),
    returns: copied(views.returns),
    field: copied(views.fields),
    count: copied(views.counts),
    element: copied(views.elements),
    apart: copied(views.apart),
  };
  const split = new Map(
    [...views.split].map(([file, places]) => [file, new Set(places)]),
  );
  const copies = new Map(
    [...views.copies].map(([file, own]) => [file, [...own]]),
  );
  const boxes = new Map(
    [...views.boxes].map(([file, own]) => [file, new Map(own)]),
  );
  const literals = new Map(
    [...views.literals].map(([file, own]) => [file, new Map(own)]),
  );
  const served = copied(views.served);
  const casts = new Map(
    [...views.casts].map(([file, own]) => [file, new Map(own)]),
  );
  let isNew = false;
  const add = <T>(set: Set<T>, one: T): void => {
    if (set.has(one)) return;
    set.add(one);
    isNew = true;
  };
  const note = ({ file, at, text, tag, of }: WantedType): void => {
    const texts = entry(entry(into[tag], file, newPlaces), at, newTexts);
    add(texts, text);
    const isSplit =
      of !== undefined &&
      (tag === "count" ? texts.size > 1 : kindsIn(texts) > 1);
    if (isSplit) add(entry(split, file, newTexts<number>), of);
  };
  const noteCopy = ({ file, of, key, types, count }: WantedCopy): void => {
    const own = entry(copies, file, (): Copy[] => []);
    let k = own.findIndex((one) => one.of === of && one.key === key);
    if (k < 0) {
      const ofFunction = own.filter((one) => one.of === of).length;
      if (ofFunction >= most.function || own.length >= most.file) return;
      k = own.push({ of, key, types, count }) - 1;
      isNew = true;
    } else if (own[k]?.isVacant) {
      own[k] = { of, key, types, count };
      isNew = true;
    }
    for (const { at, text } of types)
      note({ file, at: placeIn(k + 1, at), text, tag: "type" });
    if (count !== undefined)
      note({
        file,
        at: placeIn(k + 1, of),
        text: String(count),
        tag: "count",
      });
  };
  const noteBox = ({ file, at, uses, made }: WantedBox): void => {
    const own = entry(boxes, file, () => new Map<number, Box>());
    if (own.has(at)) return;
    own.set(at, { uses, made });
    isNew = true;
  };
  const noteLiteral = ({ file, at, ...made }: LiteralClass & Place): void => {
    const own = entry(literals, file, () => new Map<number, LiteralClass>());
    if (own.has(at)) return;
    own.set(at, made);
    isNew = true;
  };
  for (const one of wanted) {
    const {
      root,
      open,
      type,
      copy,
      cast,
      box,
      literal,
      served: contract,
    } = one;
    if (box !== undefined) noteBox(box);
    if (literal !== undefined) noteLiteral(literal);
    for (const name of contract?.by ?? []) {
      const { file, at } = contract as Place;
      add(entry(entry(served, file, newPlaces), at, newTexts), name);
    }
    if (open !== undefined) add(opened, open);
    if (root !== undefined) add(roots, root);
    if (type !== undefined) note(type);
    if (copy !== undefined) noteCopy(copy);
    if (cast !== undefined) {
      const { file, start, end, text } = cast;
      const own = entry(casts, file, () => new Map<number, Cast>());
      const before = own.get(end)?.texts;
      if (before?.has(text)) continue;
      own.set(end, { start, texts: new Set([...(before ?? []), text]) });
      isNew = true;
    }
  }
  return isNew
    ? {
        roots,
        opened,
        types: into.type,
        returns: into.returns,
        fields: into.field,
        counts: into.count,
        elements: into.element,
        boxes,
        literals,
        served,
        apart: into.apart,
        split,
        splitBefore: views.splitBefore,
        copies,
        casts,
      }
    : undefined;
}

/**
 * The same views before anything but where code is was known of JavaScript, which functions of it get several kinds of
 * arguments, and which variables become others: what was found while they were taken for one is forgotten.
 */
export function startedAnew(views: SourceViews): SourceViews {
  const anew: SourceViews = {
    ...noViews,
    roots: views.roots,
    opened: views.opened,
    boxes: views.boxes,
    literals: views.literals,
    served: views.served,
    split: views.split,
    splitBefore: countOf(views),
  };
  if (views.apart.size === 0) return anew;
  // by the numbers of copies, places in them are known
  const copies = new Map(
    [...views.copies].map(([file, own]) => [file, own.map(vacant)]),
  );
  return { ...anew, copies, apart: views.apart };
}

const vacant = (copy: Copy): Copy => ({ ...copy, isVacant: true });

/** Has it turned out meanwhile that functions are to be taken apart? */
export const isStale = (views: SourceViews): boolean =>
  countOf(views) > views.splitBefore;

const countOf = ({ split, apart }: SourceViews): number =>
  [...split.values(), ...apart.values()].reduce(
    (sum, one) => sum + one.size,
    0,
  );

type WantedType = NonNullable<Wanted["type"]>;
type Cast = NonNullable<
  ReturnType<NonNullable<ReturnType<SourceViews["casts"]["get"]>>["get"]>
>;

const newTexts = <T = string>(): Set<T> => new Set();
const newPlaces = (): Map<number, Set<string>> => new Map();

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
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

/** How many kinds of values do the types of calls say? What may be missing, and which function it is, is none. */
function kindsIn(texts: ReadonlySet<string>): number {
  const kinds = new Set([...texts].map(kindOf));
  kinds.delete("");
  return kinds.size;
}

export const kindOf = (text: string): string => kindsOf(text).join(" | ");

/** The kinds of values of a type that may be one of several. */
export const kindsOf = (text: string): string[] =>
  partsOf(text)
    .filter((one) => !["", "undefined", "null"].includes(one))
    .map((one) => (one.startsWith("((") ? "Function" : one))
    .sort();

/** The parts of a union. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let k = 0; k < text.length; k++) {
    const letter = text.charAt(k);
    if ("([{<".includes(letter)) depth++;
    // the end of an arrow is no bracket
    if (")]}".includes(letter) || (letter === ">" && text[k - 1] !== "="))
      depth--;
    if (letter === "|" && depth === 0) {
      parts.push(text.slice(start, k).trim());
      start = k + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

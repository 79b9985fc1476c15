import { ts } from "ts-morph";

/** A piece of text that is replaced; places count in the text as it was. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  /** New text, or pieces of it between pieces of the old one, which the edits inside of them change, too. */
  readonly text: string | readonly Part[] | Embedded;
}

/** New text that has its own way back. */
export interface Embedded {
  readonly text: string;
  placeOf(place: number): number;
}

export type Part = string | Range;

/** A piece of the old text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A file as it is on disk; it is parsed when somebody has to look closer, once for all of them. */
export interface Parsed {
  readonly text: string;
  parsed(): ts.SourceFile;
}

export function newParsed(path: string, text: string): Parsed {
  let file: ts.SourceFile | undefined;
  return {
    text,
    parsed: () =>
      (file ??= ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)),
  };
}

/** The text with the edits in it, and the way back from its places to those of the old one. */
export function edited(
  text: string,
  edits: readonly Edit[],
  /** The place of its first letter. */
  first = 0,
): { text: string; originalOf(place: number): number } {
  if (edits.length === 0) return { text, originalOf: (place) => first + place };
  const sorted = [...edits].sort(
    (a, b) =>
      a.start - b.start ||
      Number(a.end > a.start) - Number(b.end > b.start) ||
      b.end - a.end,
  );
  const pieces: Piece[] = [];
  const made: string[] = [];
  let length = 0;
  const put = (part: string, start: number, own?: Embedded): void => {
    pieces.push({ from: length, start, ...(own && { own }) });
    made.push(part);
    length += part.length;
  };
  const replace = (edit: Edit): void => {
    if (typeof edit.text === "string")
      // a place inside of what was put in is the place where it was put
      return put(edit.text, -1 - edit.start);
    if ("placeOf" in edit.text)
      return put(edit.text.text, edit.start, edit.text);
    edit.text.forEach((part, k, parts) => {
      if (typeof part !== "string") return copy(part, false);
      put(part, -1 - (placeAround(parts, k) ?? edit.start));
    });
  };
  const copy = ({ start, end }: Range, isWhole: boolean): void => {
    let done = start;
    for (let k = firstAt(sorted, start); k < sorted.length; k++) {
      const edit = sorted[k];
      if (edit === undefined || edit.start > end) break;
      if (edit.start < done || edit.end > end) continue;
      const isAround =
        edit.end > edit.start && edit.end - edit.start >= end - start;
      if (!isWhole && (edit.start === end || isAround)) continue;
      const next = sorted[k + 1];
      if (next !== undefined && next.end <= end && isWithRemoved(edit, next))
        continue;
      put(text.slice(done, edit.start), done);
      replace(edit);
      done = edit.end;
    }
    put(text.slice(done, end), done);
  };
  copy({ start: 0, end: text.length }, true);
  return {
    text: made.join(""),
    originalOf(place) {
      const piece = pieceAt(pieces, place);
      if (piece === undefined) return first + place;
      if (piece.own !== undefined) return piece.own.placeOf(place - piece.from);
      return (
        first +
        (piece.start < 0 ? -1 - piece.start : piece.start + place - piece.from)
      );
    },
  };
}

/** What is put before something that goes, goes with it: it moves to where that is written anew. */
const isWithRemoved = (edit: Edit, next: Edit): boolean =>
  edit.start === edit.end &&
  next.start === edit.start &&
  next.end > next.start &&
  next.text === "";

/** New text beside a piece that moved is where that came from: right before it, else after the one before. */
function placeAround(parts: readonly Part[], k: number): number | undefined {
  const next = parts[k + 1];
  if (typeof next === "object") return next.start;
  const before = parts.slice(0, k).findLast((one) => typeof one === "object");
  return before?.end;
}

/** From `from` on in the new text there is the old text from `start` on, or, where that is below 0, new text. */
interface Piece {
  readonly from: number;
  readonly start: number;
  readonly own?: Embedded;
}

const firstAt = (sorted: readonly Edit[], start: number): number =>
  below(sorted.length, (k) => (sorted[k]?.start ?? 0) < start);

const pieceAt = (pieces: readonly Piece[], place: number): Piece | undefined =>
  pieces[below(pieces.length, (k) => (pieces[k]?.from ?? 0) <= place) - 1];

/** How many of the first numbers pass a test that the others fail. */
function below(count: number, passes: (k: number) => boolean): number {
  let [lo, hi] = [0, count];
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    if (passes(middle)) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}

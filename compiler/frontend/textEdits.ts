import { ts } from "ts-morph";

/** A piece of text that is replaced; places count in the text as it was. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
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
): { text: string; originalOf(place: number): number } {
  if (edits.length === 0) return { text, originalOf: (place) => place };
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const pieces: { readonly from: number; readonly start: number }[] = [];
  let result = "";
  let done = 0;
  for (const edit of sorted) {
    if (edit.start < done) continue;
    pieces.push({ from: result.length, start: done });
    result += text.slice(done, edit.start);
    // a place inside of what was put in is the place where it was put
    pieces.push({ from: result.length, start: -1 - edit.start });
    result += edit.text;
    done = edit.end;
  }
  pieces.push({ from: result.length, start: done });
  result += text.slice(done);
  return {
    text: result,
    originalOf(place) {
      let piece = pieces[0];
      for (const one of pieces) if (one.from <= place) piece = one;
      if (piece === undefined) return place;
      return piece.start < 0
        ? -1 - piece.start
        : piece.start + place - piece.from;
    },
  };
}

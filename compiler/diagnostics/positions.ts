/** Offsets of the first character of each line; \n, \r\n and \r end a line, as in the compiler. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (const end of text.matchAll(/\r\n|\r|\n/g))
    starts.push(end.index + end[0].length);
  return starts;
}

/** Line and column of an offset, both from 1. An offset beyond the text is its end. */
export function positionAt(
  text: string,
  offset: number,
): { line: number; column: number } {
  const at = Math.max(0, Math.min(offset, text.length));
  const starts = lineStarts(text.slice(0, at));
  const last = starts.at(-1) ?? 0;
  return { line: starts.length, column: at - last + 1 };
}

/** The lines of a text, without their ends. */
export const linesOf = (text: string): string[] => text.split(/\r\n|\r|\n/);

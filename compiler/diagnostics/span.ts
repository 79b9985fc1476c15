/** A stretch of a source file: offsets in UTF-16 units, `end` exclusive. `file` is the key under which the source text was given. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** The span of code that diffc itself made. */
export const noSpan: Span = { file: "", start: 0, end: 0 };

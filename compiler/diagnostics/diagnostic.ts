import type { Code } from "./codes.js";
import { positionAt } from "./positions.js";
import type { Span } from "./span.js";

export type { Code } from "./codes.js";

/** What a pass found, at its place in the source. */
export interface Finding {
  readonly code: Code;
  readonly severity: "error" | "warning";
  readonly span: Span;
  /** What we saw: one sentence, in the user's words. */
  readonly message: string;
  /** What to write instead: one sentence. */
  readonly help: string;
  readonly related?: readonly RelatedFinding[];
}

export interface RelatedFinding {
  readonly span: Span;
  readonly message: string;
}

/** A finding as users and tools get it: lines and columns count from 1, `end` is exclusive. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: "error" | "warning";
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
  readonly message: string;
  readonly help: string;
  readonly related?: readonly RelatedDiagnostic[];
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface RelatedDiagnostic {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
  readonly message: string;
}

/** `textOf` gives the text of a file that a span names; an unknown file gives "". */
export function toDiagnostic(
  finding: Finding,
  textOf: (file: string) => string,
): Diagnostic {
  const { code, severity, message, help } = finding;
  const related = finding.related?.map((other) => ({
    ...placeOf(other.span, textOf),
    message: other.message,
  }));
  return {
    code,
    severity,
    ...placeOf(finding.span, textOf),
    message,
    help,
    ...(related === undefined ? {} : { related }),
  };
}

function placeOf(
  span: Span,
  textOf: (file: string) => string,
): { file: string; start: Position; end: Position } {
  const text = span.file === "" ? "" : textOf(span.file);
  return {
    file: span.file,
    start: positionAt(text, span.start),
    end: positionAt(text, span.end),
  };
}

import type { Diagnostic, Position } from "./diagnostic.js";
import { linesOf } from "./positions.js";

/**
 * Diagnostics for a person:
 *
 *     src/model.ts:12:9 - error DC2003: message
 *
 *     12   return total;
 *                 ~~~~~
 *       help: what to do instead
 *
 * `show` turns a file's key into what is printed for it (a path relative to the working directory, say).
 */
export function renderPretty(
  diagnostics: readonly Diagnostic[],
  textOf: (file: string) => string,
  color: boolean,
  show: (file: string) => string = (file) => file,
): string {
  const paint = color ? ansi : plain;
  return diagnostics
    .map((one) => renderOne(one, textOf, paint, show))
    .join("\n");
}

type Style = "file" | "error" | "warning" | "dim" | "help" | "gutter";
type Paint = (style: Style, text: string) => string;

const escapes: Record<Style, string> = {
  file: "36",
  error: "91",
  warning: "93",
  dim: "90",
  help: "96",
  gutter: "7",
};
const ansi: Paint = (style, text) =>
  text === "" ? "" : `\u001b[${escapes[style]}m${text}\u001b[0m`;
const plain: Paint = (_style, text) => text;

function renderOne(
  one: Diagnostic,
  textOf: (file: string) => string,
  paint: Paint,
  show: (file: string) => string,
): string {
  const severity = paint(one.severity, one.severity);
  const head =
    placeText(one.file, one.start, paint, show) +
    `${severity} ${paint("dim", `${one.code}:`)} ${one.message}`;
  const frame = codeFrame(one, textOf(one.file), one.severity, paint);
  const help =
    one.help === "" ? [] : [`  ${paint("help", "help:")} ${one.help}`];
  const related = (one.related ?? []).flatMap((other) => [
    `  ${placeText(other.file, other.start, paint, show)}${other.message}`,
    ...codeFrame(other, textOf(other.file), "help", paint),
  ]);
  return [head, ...frame, ...help, ...related, ""].join("\n");
}

function placeText(
  file: string,
  start: Position,
  paint: Paint,
  show: (file: string) => string,
): string {
  if (file === "") return "";
  return `${paint("file", show(file))}:${start.line}:${start.column} - `;
}

/** How many lines of a long span are shown, and how wide a window of a long line. */
const maxLines = 4;
const maxWidth = 100;

function codeFrame(
  place: { start: Position; end: Position },
  text: string,
  style: Style,
  paint: Paint,
): string[] {
  if (text === "") return [];
  const lines = linesOf(text);
  const { start, end } = place;
  const shownEnd = Math.min(end.line, start.line + maxLines - 1);
  const gutter = String(shownEnd).length;
  const out: string[] = [""];
  for (let line = start.line; line <= shownEnd; line++) {
    const source = lines[line - 1] ?? "";
    const from = line === start.line ? start.column - 1 : indentOf(source);
    const to = line === end.line ? end.column - 1 : source.length;
    const view = cropped(source, from, to);
    const number = String(line).padStart(gutter);
    out.push(`${paint("gutter", number)} ${view.text}`.trimEnd());
    const marks = "~".repeat(Math.max(1, view.to - view.from));
    out.push(" ".repeat(gutter + 1 + view.from) + paint(style, marks));
  }
  if (shownEnd < end.line)
    out.push(" ".repeat(gutter + 1) + paint("dim", "..."));
  return [...out, ""];
}

const indentOf = (line: string): number =>
  line.length - line.trimStart().length;

/** A window of a long line around what is marked; tabs become spaces of one column so that the marks stay in place. */
function cropped(
  line: string,
  from: number,
  to: number,
): { text: string; from: number; to: number } {
  const text = line.replaceAll("\t", " ");
  if (text.length <= maxWidth) return { text, from, to: Math.max(from, to) };
  const first = Math.max(0, Math.min(from - 20, text.length - maxWidth));
  const head = first > 0 ? "..." : "";
  const tail = first + maxWidth < text.length ? "..." : "";
  const shift = head.length - first;
  return {
    text: head + text.slice(first, first + maxWidth) + tail,
    from: from + shift,
    to: Math.min(to, first + maxWidth) + shift,
  };
}

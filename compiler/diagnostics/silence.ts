import type { Finding } from "./diagnostic.js";
import { linesOf, positionAt } from "./positions.js";

/**
 * Is a warning silenced by a comment that names its code, at the end of its line or alone on the line above?
 *
 *     const cell = Math.floor(x); // DC3004: the grid cell, no slope wanted
 */
export function isSilenced(
  finding: Finding,
  textOf: (file: string) => string,
): boolean {
  if (finding.severity !== "warning") return false;
  const text = textOf(finding.span.file);
  const lines = linesOf(text);
  const { line } = positionAt(text, finding.span.start);
  const own = commentIn(lines[line - 1] ?? "");
  const above = (lines[line - 2] ?? "").trim();
  return (
    own.includes(finding.code) ||
    (/^(\/\/|\/\*|\*)/.test(above) && above.includes(finding.code))
  );
}

const commentIn = (line: string): string =>
  /\/\/.*|\/\*.*/.exec(line)?.[0] ?? "";

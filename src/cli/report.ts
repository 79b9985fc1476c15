import { basename } from "node:path";
import type { FunctionStats } from "../../compiler/stats.js";
import type { BuildOptions } from "./buildOptions.js";
import type { Orphan } from "./orphans.js";
import { shownPath } from "./paths.js";

export const plural = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : "s"}`;

interface Summary {
  readonly files: number;
  readonly outdated: number;
  readonly check: boolean;
  readonly printed: boolean;
  readonly errors: number;
  readonly warnings: number;
  readonly milliseconds: number;
}

/** The last line: `2 files: 1 written, 1 unchanged; 1 warning (1.2 s)`. */
export function summaryOf(summary: Summary): string {
  const { files, outdated, check, printed, errors, warnings } = summary;
  const [changed, kept] = check
    ? ["outdated", "up to date"]
    : ["written", "unchanged"];
  const parts = [
    ...(outdated > 0 ? [`${outdated} ${changed}`] : []),
    ...(files > outdated ? [`${files - outdated} ${kept}`] : []),
  ];
  const what =
    files === 0
      ? `nothing ${printed ? "printed" : check ? "checked" : "written"}`
      : printed
        ? "printed"
        : parts.join(", ");
  const found = [
    ...(errors > 0 ? [plural(errors, "error")] : []),
    ...(warnings > 0 ? [plural(warnings, "warning")] : []),
  ].map((text) => `; ${text}`);
  const seconds = (summary.milliseconds / 1000).toFixed(1);
  const head = files === 0 ? "" : `${plural(files, "file")}: `;
  return `${head}${what}${found.join("")} (${seconds} s)\n`;
}

/** What to type so that `--check` passes. */
export function mendingCommand(
  options: BuildOptions,
  outdated: number,
  orphans: readonly Orphan[],
  cwd: string,
): string {
  const { operands, outDir, project, fn, wrt, modes } = options;
  const words = [
    ...["npx", "diffc", "build", ...operands],
    ...(outDir === undefined ? [] : ["--out-dir", outDir]),
    ...(project === undefined ? [] : ["--project", project]),
    ...(fn === undefined ? [] : ["--fn", fn]),
    ...(wrt === undefined ? [] : ["--wrt", wrt.join(",")]),
    ...(modes === undefined ? [] : ["--modes", modes.join(",")]),
  ];
  const paths = orphans.map(({ path }) => shownPath(path, cwd));
  const lines = [
    ...(outdated > 0 ? [words.map(quoted).join(" ")] : []),
    ...(paths.length > 0 ? [["rm", ...paths].map(quoted).join(" ")] : []),
  ];
  return `To mend it, run:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

const quoted = (word: string): string =>
  /^[\w./:=,@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * `--stats`: one row a generated function, and below it what each pass removed, what is saved and what is computed again.
 */
export function statsTable(stats: readonly FunctionStats[]): string {
  if (stats.length === 0) return "";
  const head = ["function", "mode", "primal", "derivative", "ratio", "tape"];
  const rows = stats.map((one) => [
    one.fn,
    one.mode,
    String(one.primalOps),
    String(one.derivativeOps),
    ratioOf(one),
    one.tape,
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => alignCell(cell, widths[column] ?? 0, column))
      .join("  ")
      .trimEnd() + "\n";
  const body = stats.map(
    (one, index) => line(rows[index] ?? []) + removedLine(one) + notesOf(one),
  );
  return line(head) + body.join("");
}

const numberColumns: readonly number[] = [2, 3, 4];
const alignCell = (cell: string, width: number, column: number): string =>
  numberColumns.includes(column) ? cell.padStart(width) : cell.padEnd(width);

const ratioOf = ({ primalOps, derivativeOps }: FunctionStats): string =>
  primalOps === 0 ? "-" : (derivativeOps / primalOps).toFixed(2);

function removedLine({ removed }: FunctionStats): string {
  const entries = Object.entries(removed).filter(([, count]) => count > 0);
  if (entries.length === 0) return "";
  const list = entries.map(([pass, count]) => `${pass} ${count}`);
  return `    removed: ${list.join(", ")}\n`;
}

function notesOf(stats: FunctionStats): string {
  const { saved, recomputed, fusedLoops } = stats;
  const loops = fusedLoops.map(
    (line) => `    fused: the loop in line ${line}, both sweeps in one\n`,
  );
  return (
    loops.join("") +
    listed("saved", saved, stats.file) +
    listed("recomputed", recomputed, stats.file)
  );
}

function listed(
  title: string,
  notes: FunctionStats["saved"],
  file: string,
): string {
  if (notes.length === 0) return "";
  const places = notes.map((note) =>
    note.file === file
      ? `line ${note.line}`
      : `${basename(note.file)}:${note.line}`,
  );
  const widest = (texts: readonly string[]): number =>
    Math.max(...texts.map((text) => text.length));
  const names = widest(notes.map(({ name }) => name));
  const wide = widest(places);
  const lines = notes.map(
    ({ name, why }, i) =>
      `      ${name.padEnd(names)}  ${(places[i] ?? "").padEnd(wide)}  ${why}\n`,
  );
  return `    ${title}:\n${lines.join("")}`;
}

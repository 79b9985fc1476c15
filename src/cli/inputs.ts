import { accessSync, constants, statSync } from "node:fs";
import type { Stats } from "node:fs";
import { join, resolve } from "node:path";
import { commands } from "./commands.js";
import { fileReason, hasCode } from "./fileErrors.js";
import { UsageError } from "./usage.js";

/** What the operands name: absolute paths, each once, in the order given (a glob's matches sorted). */
export interface Inputs {
  readonly sources: readonly string[];
  /** Generated files among them: never a source, but candidates for orphans. */
  readonly generated: readonly string[];
}

export async function findInputs(
  operands: readonly string[],
  cwd: string,
): Promise<Inputs> {
  const found = new Set<string>();
  for (const operand of operands)
    for (const file of await filesFor(operand, cwd)) found.add(file);
  const files = [...found].filter((file) => !isDeclaration(file));
  const sources = files.filter((file) => !isGenerated(file));
  const generated = files.filter(isGenerated);
  if (sources.length === 0 && generated.length === 0)
    throw new UsageError(`only declaration files: ${operands.join(" ")}`);
  return { sources, generated };
}

export const isGenerated = (file: string): boolean =>
  /\.diff\.[mc]?ts$/.test(file);
const isDeclaration = (file: string): boolean => /\.d\.[mc]?ts$/.test(file);
const isTypeScript = (file: string): boolean => /\.([mc]?ts|tsx)$/.test(file);
const isCode = (file: string): boolean => /\.([mc]?[jt]s|tsx)$/.test(file);

async function filesFor(operand: string, cwd: string): Promise<string[]> {
  const path = resolve(cwd, operand);
  // A file whose name looks like a glob (`[id].ts`) is taken by its name.
  if (statOf(path) === undefined && isGlob(operand))
    return matchesOf(operand, cwd);
  checkSource(operand, path);
  return [path];
}

const isGlob = (operand: string): boolean => /[*?{}[\]!()]/.test(operand);

async function matchesOf(pattern: string, cwd: string): Promise<string[]> {
  const { glob } = await import("tinyglobby");
  const matches = await glob(
    process.platform === "win32" ? pattern.replaceAll("\\", "/") : pattern,
    {
      cwd,
      absolute: true,
      expandDirectories: false,
      ignore: ["**/node_modules/**"],
    },
  );
  const files = matches
    .map((file) => resolve(file))
    .filter(
      // JavaScript only where the pattern speaks of it: it may be what a compiler wrote beside its source
      /js/.test(pattern) ? isCode : isTypeScript,
    );
  if (files.length === 0)
    throw new UsageError(`no TypeScript file matches '${pattern}'`);
  return files.sort();
}

/** Is it a TypeScript or JavaScript file that is there? `operand` is what the user typed for `path`. */
export function checkSource(operand: string, path: string): void {
  const stat = statOf(path);
  if (stat === undefined) throw new UsageError(notFound(operand));
  if (stat.isDirectory())
    throw new UsageError(
      `'${operand}' is a folder: give a file, or a glob such as '${operand.replace(/[/\\]+$/, "")}/**/*.ts'`,
    );
  if (!isCode(path))
    throw new UsageError(
      `'${operand}' is not a .ts, .mts, .cts, .tsx, .js, .mjs or .cjs file`,
    );
  checkReadable(operand, path);
}

function checkReadable(operand: string, path: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw new UsageError(`cannot read ${operand}: ${fileReason(error)}`);
  }
}

function notFound(operand: string): string {
  const command = commands.find(({ name }) => name === operand);
  return command === undefined
    ? `no such file: ${operand}`
    : `no such file: ${operand} (a command comes first: diffc ${operand} ...)`;
}

/** The tsconfig that `--project` names: a file, or a folder that holds a tsconfig.json. */
export function findProject(operand: string, cwd: string): string {
  const path = resolve(cwd, operand);
  const stat = statOf(path);
  if (stat === undefined) throw new UsageError(`no such tsconfig: ${operand}`);
  if (!stat.isDirectory()) return path;
  const inside = join(path, "tsconfig.json");
  if (statOf(inside) === undefined)
    throw new UsageError(`no tsconfig.json in ${operand}`);
  return inside;
}

/** Undefined where nothing is there; what cannot be looked at is a mistake in the call. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    const reason = fileReason(error);
    if (reason === undefined) throw error;
    const absent = hasCode(error, "ENOENT", "ENOTDIR");
    if (absent) return undefined;
    throw new UsageError(`cannot read ${path}: ${reason}`);
  }
}

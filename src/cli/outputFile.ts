import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { hasCode } from "./fileErrors.js";

/** `src/model.ts` gives `src/model.diff.ts`, or `model.diff.ts` in the folder of the outputs. */
export const outputPathOf = (source: string, outDir?: string): string =>
  join(
    outDir ?? dirname(source),
    basename(source).replace(/\.[mc]?ts$/, ".diff.ts"),
  );

export type FileState = "missing" | "different" | "same";

/** How what stands on the disk compares with what should; line ends changed by a checkout do not count. */
export function stateOf(path: string, text: string): FileState {
  const now = readIfThere(path);
  if (now === undefined) return "missing";
  return now.replaceAll("\r\n", "\n") === text ? "same" : "different";
}

/** Whole or not at all: written beside its place and moved there. */
export function writeAtomically(path: string, text: string): void {
  const folder = dirname(path);
  makeFolder(folder);
  const temporary = join(folder, `.${basename(path)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Not `recursive: true`: that never returns where the system refuses new folders with ENOENT, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another run may have made it meanwhile.
    if (!hasCode(error, "EEXIST")) throw error;
  }
}

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

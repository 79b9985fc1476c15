import { createHash } from "node:crypto";
import { basename, dirname, join, relative } from "node:path/posix";
import type { DispatchVariant } from "./codegen/emitDispatch.js";
import { emitModule, type EmitInput } from "./codegen/emitModule.js";
import type { SourceModule } from "./frontend/index.js";
import type { Func } from "./ir/ir.js";
import type { Entry } from "./ir/program.js";
import { type Derived, exportNames } from "./transform/derive.js";
import { version } from "./version.js";

export interface OutputOptions {
  readonly outDir?: string;
  /** Of the lines that are generated from a file; tests ask for short and long ones. */
  readonly width?: (file: string) => number;
}

/** The text of a generated module: its header, what it exports, and how it imports, as seen from where it is written. */
export function emit(
  module: SourceModule,
  derived: Derived,
  options: OutputOptions,
): string {
  const path = outputPath(module.file, options.outDir);
  return emitModule({
    header: {
      version: version.split(".").slice(0, 2).join("."),
      source: relative(dirname(path), slashed(module.file)),
      hash: hashOf(module.hashInputs),
      notices: module.packages.map(noticeOf),
    },
    ...exportedFrom(module.program.entries, derived),
    sourceFile: module.file,
    importPath: (file) => importPath(path, file, module.importExtension),
    uncheckedIndexed: module.uncheckedIndexed,
    width: options.width?.(module.file),
  });
}

/** What leaves the module: functions for arguments of one of several kinds are called by those that find out which. */
function exportedFrom(
  entries: readonly Entry[],
  { exports, helpers }: Derived,
): Pick<EmitInput, "exports" | "helpers" | "dispatches"> {
  const byName = new Map(exports.map((fn) => [fn.name, fn]));
  const dispatches = new Map<string, DispatchVariant[]>();
  const hidden = new Set<Func>();
  for (const entry of entries) {
    const { variant, exportName } = entry;
    for (const name of variant === undefined ? [] : exportNames(entry)) {
      const func = byName.get(name);
      if (variant === undefined || func === undefined) continue;
      const shown = variant.of + name.slice(exportName.length);
      const { cases } = variant;
      const known = dispatches.get(shown) ?? [];
      dispatches.set(shown, [...known, { func, cases }]);
      hidden.add(func);
    }
  }
  const open = exports.filter((fn) => !hidden.has(fn));
  return {
    exports: open.map((func) => ({ func })),
    helpers: [...hidden, ...helpers],
    dispatches: [...dispatches].map(([name, variants]) => ({ name, variants })),
  };
}

/** Whose code the derivatives come from. */
const noticeOf = ({
  name,
  version,
  license,
}: SourceModule["packages"][number]): string =>
  `derived from code of ${name}${version === undefined ? "" : ` ${version}`} (${
    license === undefined
      ? "its package.json names no license"
      : `license: ${license}`
  })`;

const slashed = (path: string): string => path.replaceAll("\\", "/");

export function outputPath(file: string, outDir: string | undefined): string {
  const name = basename(slashed(file)).replace(/\.[cm]?[jt]sx?$/, ".diff.ts");
  return join(
    outDir === undefined ? dirname(slashed(file)) : slashed(outDir),
    name,
  );
}

/** The specifier of a module, seen from the generated file. An empty extension keeps the file's own. */
function importPath(
  from: string,
  file: string,
  extension: "" | ".js" | ".ts",
): string {
  const target = relative(dirname(from), slashed(file));
  const shown = target.startsWith(".") ? target : `./${target}`;
  return shown.replace(/\.([cm]?)[jt]sx?$/, (whole, kind: string) => {
    if (extension === ".ts") return whole;
    return extension === "" ? whole.replace(/\..*$/, "") : `.${kind}js`;
  });
}

/** Independent of line endings, so that a checkout on another machine has the same hash. */
function hashOf(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts)
    hash.update(text.replaceAll("\r\n", "\n")).update("\0");
  return hash.digest("hex").slice(0, 16);
}

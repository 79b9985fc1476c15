import { ts } from "ts-morph";
import { noConfig } from "./tsconfig.js";

/** A module of the user's project as CommonJS text, to be run. */
export interface JavaScriptModule {
  readonly path: string;
  readonly code: string;
  /** What it requires, by the words in its code. */
  readonly imports: ReadonlyMap<string, Imported>;
}

/**
 * Another module of the project, or something that Node loads: a package, a builtin, plain JavaScript, data; with its
 * path where that is found by an alias of the tsconfig.
 */
export type Imported =
  | { readonly kind: "project"; readonly path: string }
  | { readonly kind: "other"; readonly path?: string | undefined };

/**
 * The TypeScript modules that are reachable from `entries`, each without its types. Imports that only types need are
 * gone. `overlay` has texts that stand in for files on disk, such as generated modules that were not written.
 *
 * Nothing is type-checked here, and faults of syntax show when the code is run.
 */
export function javaScriptModules(
  entries: readonly string[],
  overlay: ReadonlyMap<string, string>,
): Map<string, JavaScriptModule> {
  const modules = new Map<string, JavaScriptModule>();
  const resolve = resolver(overlay);
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (modules.has(path)) continue;
    const code = transpile(path, overlay.get(path) ?? read(path));
    const found = ts.preProcessFile(code, true, true).importedFiles;
    const imports = new Map(
      found.map(({ fileName }) => [fileName, resolve(fileName, path)]),
    );
    modules.set(path, { path, code, imports });
    for (const imported of imports.values())
      if (imported.kind === "project") waiting.push(imported.path);
  }
  return modules;
}

/**
 * The types of the project that are a choice of a few values, by name: `type Side = "buy" | "sell"` and string enums,
 * in `entry` and in what it imports. Where a name is declared twice, the nearer one counts.
 */
export function choicesFrom(entry: string): Map<string, readonly string[]> {
  const choices = new Map<string, readonly string[]>();
  const resolve = resolver(new Map());
  const seen = new Set([entry]);
  for (const path of seen) {
    const text = read(path);
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
    for (const statement of file.statements) {
      const found = choiceIn(statement);
      if (found !== undefined && !choices.has(found.name))
        choices.set(found.name, found.values);
    }
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      const imported = resolve(fileName, path);
      // a set yields what is added to it on the way
      if (imported.kind === "project") seen.add(imported.path);
    }
  }
  return choices;
}

function choiceIn(
  statement: ts.Statement,
): { name: string; values: readonly string[] } | undefined {
  if (ts.isTypeAliasDeclaration(statement)) {
    const { type } = statement;
    const parts = ts.isUnionTypeNode(type) ? [...type.types] : [type];
    const values = parts.map((part) =>
      ts.isLiteralTypeNode(part) && ts.isStringLiteral(part.literal)
        ? part.literal.text
        : undefined,
    );
    return complete(statement.name.text, values);
  }
  if (!ts.isEnumDeclaration(statement)) return undefined;
  const values = statement.members.map(({ initializer }) =>
    initializer !== undefined && ts.isStringLiteral(initializer)
      ? initializer.text
      : undefined,
  );
  return complete(statement.name.text, values);
}

const complete = (
  name: string,
  values: readonly (string | undefined)[],
): { name: string; values: readonly string[] } | undefined =>
  values.length > 0 && values.every((value) => value !== undefined)
    ? { name, values: values as readonly string[] }
    : undefined;

const read = (path: string): string => ts.sys.readFile(path) ?? "";

function transpile(path: string, text: string): string {
  return ts.transpileModule(text, {
    fileName: path,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      // what components return is never looked at
      jsx: ts.JsxEmit.React,
    },
  }).outputText;
}

function resolver(
  overlay: ReadonlyMap<string, string>,
): (specifier: string, from: string) => Imported {
  const host: ts.ModuleResolutionHost = {
    ...ts.sys,
    fileExists: (path) => overlay.has(path) || ts.sys.fileExists(path),
    readFile: (path) => overlay.get(path) ?? ts.sys.readFile(path),
  };
  const optionsOf = cachedOptions();
  return (specifier, from) => {
    const { resolvedModule } = ts.resolveModuleName(
      specifier,
      from,
      optionsOf(from),
      host,
    );
    if (resolvedModule === undefined) return { kind: "other" };
    const { extension, isExternalLibraryImport, resolvedFileName } =
      resolvedModule;
    const isSource = [".ts", ".mts", ".cts", ".tsx"].includes(extension);
    // a package of the same workspace is linked to its sources
    const isInstalled =
      isExternalLibraryImport === true &&
      resolvedFileName.includes("/node_modules/");
    if (isSource && !isInstalled)
      return { kind: "project", path: resolvedFileName };
    if (isExternalLibraryImport === true) return { kind: "other" };
    const isAlias = !/^[./]/.test(specifier) && extension !== ".d.ts";
    return { kind: "other", path: isAlias ? resolvedFileName : undefined };
  };
}

/** How the project that a file belongs to finds modules. */
function cachedOptions(): (file: string) => ts.CompilerOptions {
  const known = new Map<string, ts.CompilerOptions>();
  return (file) => {
    const folder = file.slice(0, file.lastIndexOf("/")) || "/";
    const options = known.get(folder) ?? readOptions(folder);
    known.set(folder, options);
    return options;
  };
}

function readOptions(folder: string): ts.CompilerOptions {
  const path = ts.findConfigFile(folder, ts.sys.fileExists);
  if (path === undefined) return noConfig.options;
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path, ts.sys.readFile).config ?? {},
    { ...ts.sys, readDirectory: () => [] },
    path.slice(0, path.lastIndexOf("/")) || "/",
    undefined,
    path,
  );
  return { ...options, allowImportingTsExtensions: true };
}

import { ts, type FileSystemHost } from "ts-morph";
import type { Reporter } from "../../diagnostics/reporter.js";
import {
  spanOfDiagnostic,
  textOfDiagnostic,
} from "../javascript/typeErrors.js";

/** What the user's tsconfig asks for, and what diffc makes of it. */
export interface Config {
  /** Absolute path of the tsconfig, where there is one. */
  readonly path: string | undefined;
  readonly options: ts.CompilerOptions;
  /** How imports of other modules are written, where the tsconfig decides it. */
  readonly importExtension: ".js" | ".ts" | undefined;
  readonly bundler: boolean;
  readonly uncheckedIndexed: boolean;
}

/** The tsconfig nearest to a folder, or undefined. */
export function nearestConfig(
  folder: string,
  fs: FileSystemHost,
): string | undefined {
  return ts.findConfigFile(folder, (path) => fs.fileExistsSync(path));
}

/**
 * Reads a tsconfig with all that it extends; faults in it are reported. A solution-style tsconfig, which lists only
 * references, stands for the one of them that holds the file.
 */
export function readConfig(
  path: string,
  file: string,
  fs: FileSystemHost,
  reporter: Reporter,
): Config {
  const parsed = parseConfig(path, fs, false);
  const references = parsed.projectReferences ?? [];
  if (references.length > 0 && parsed.raw?.files?.length === 0) {
    for (const reference of references) {
      const inner = ts.resolveProjectReferencePath(reference);
      if (!fs.fileExistsSync(inner)) continue;
      const candidate = parseConfig(inner, fs, true);
      if (candidate.fileNames.includes(file))
        return configFrom(inner, candidate.options);
    }
  }
  for (const fault of parsed.errors) {
    if (harmless.has(fault.code)) continue;
    reporter.report({
      code: "DC1004",
      severity: "error",
      span: spanOfDiagnostic(fault, (name) => name, path),
      message: `${textOfDiagnostic(fault)} (${path})`,
      help: "mend the tsconfig, or name another with --project",
    });
  }
  return configFrom(path, parsed.options);
}

/** "No inputs were found", "the files list is empty": diffc brings its own files. */
const harmless = new Set([18002, 18003]);

function parseConfig(
  path: string,
  fs: FileSystemHost,
  listFiles: boolean,
): ts.ParsedCommandLine {
  const source = ts.readJsonConfigFile(path, (name) => fs.readFileSync(name));
  const host: ts.ParseConfigHost = {
    useCaseSensitiveFileNames: fs.isCaseSensitive(),
    fileExists: (name) => fs.fileExistsSync(name),
    readFile: (name) => fs.readFileSync(name),
    readDirectory: listFiles ? ts.sys.readDirectory : () => [],
  };
  const folder = path.slice(0, Math.max(1, path.lastIndexOf("/")));
  return ts.parseJsonSourceFileConfigFileContent(
    source,
    host,
    folder,
    undefined,
    path,
  );
}

/** The code that a tsconfig names, on disk. */
export function filesOf(config: Config, fs: FileSystemHost): string[] {
  if (config.path === undefined) return [];
  const { fileNames } = parseConfig(config.path, fs, true);
  return fileNames.filter(
    (path) => !path.endsWith(".d.ts") && fs.fileExistsSync(path),
  );
}

function configFrom(path: string, options: ts.CompilerOptions): Config {
  const { module, moduleResolution } = options;
  const { ModuleKind, ModuleResolutionKind } = ts;
  const nodeStyle =
    moduleResolution === ModuleResolutionKind.Node16 ||
    moduleResolution === ModuleResolutionKind.NodeNext ||
    (moduleResolution === undefined &&
      module !== undefined &&
      module >= ModuleKind.Node16 &&
      module <= ModuleKind.NodeNext);
  const tsExtensions =
    options.allowImportingTsExtensions === true ||
    options.rewriteRelativeImportExtensions === true;
  return {
    path,
    options,
    importExtension: tsExtensions ? ".ts" : nodeStyle ? ".js" : undefined,
    bundler: !nodeStyle,
    uncheckedIndexed: options.noUncheckedIndexedAccess === true,
  };
}

/** Where there is no tsconfig: strict, and './x.js', './x.ts' and './x' all find their file. */
export const noConfig: Config = {
  path: undefined,
  options: {
    strict: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
  },
  importExtension: undefined,
  bundler: false,
  uncheckedIndexed: false,
};

/**
 * The options with which diffc reads the project. Lints and emit are off; null checks are on, since types that hide
 * `undefined` cannot be trusted; types left out are errors only for who asks for that. `lean` leaves out what is dear and seldom needed, the DOM and all of @types, where
 * the user did not ask for it by name.
 */
export function readingOptions(
  config: Config,
  lean: boolean,
): ts.CompilerOptions {
  const { options } = config;
  const target = options.target ?? ts.ScriptTarget.ES2023;
  const lib = options.lib ?? (lean ? [leanLib(target)] : fullLibs(config));
  const types = options.types ?? (lean ? [] : ["*"]);
  return {
    ...options,
    ...(lib === undefined ? {} : { lib }),
    target,
    types,
    strictNullChecks: true,
    // an empty array then has the type of what is put into it, also where the user may leave types out
    noImplicitAny: true,
    noEmit: true,
    // JavaScript is read, too: that of packages without declarations
    allowJs: true,
    maxNodeModuleJsDepth: 4,
    // a file without imports and exports is no script whose names everybody shares
    moduleDetection: ts.ModuleDetectionKind.Force,
    allowImportingTsExtensions: true,
    libReplacement: false,
    skipLibCheck: true,
    skipDefaultLibCheck: true,
    composite: false,
    incremental: false,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    emitDeclarationOnly: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    noImplicitReturns: false,
    noFallthroughCasesInSwitch: false,
    noImplicitOverride: false,
    erasableSyntaxOnly: false,
    verbatimModuleSyntax: false,
    isolatedModules: false,
    allowUnreachableCode: true,
    allowUnusedLabels: true,
    ignoreDeprecations: "6.0",
  };
}

/** What the user's own compiler does not ask for: types where none are told, and tests for undefined and null. */
export function looseIn({ options }: Config): {
  readonly types: boolean;
  readonly nulls: boolean;
} {
  const { strict = true } = options;
  return {
    types: !(options.noImplicitAny ?? strict),
    nulls: !(options.strictNullChecks ?? strict),
  };
}

/** The standard library of the target without the DOM, at least that of 2023. */
function leanLib(target: ts.ScriptTarget): string {
  if (target <= ts.ScriptTarget.ES2023) return "lib.es2023.d.ts";
  return "lib.esnext.d.ts";
}

/** Without a tsconfig everything may be used; with one that names no libraries, the compiler has its default. */
const fullLibs = (config: Config): string[] | undefined =>
  config.path === undefined
    ? ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"]
    : undefined;

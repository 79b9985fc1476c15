import { type FileSystemHost, ts } from "ts-morph";
import type { Reporter } from "../../diagnostics/reporter.js";
import { newCompilerHost } from "./compilerHost.js";
import { isLibraryFile } from "../syntax/libraryFile.js";
import {
  type FindCode,
  newCodeFinder,
  type PackageInfo,
  packageOf,
} from "./packageFiles.js";
import { newCopyFinder, type JsCode } from "../javascript/jsCode.js";
import {
  type SourceViews,
  type View,
  viewOf,
} from "../javascript/sourceViews.js";
import {
  type Config,
  filesOf,
  nearestConfig,
  noConfig,
  readConfig,
  readingOptions,
} from "./tsconfig.js";
import {
  absolute,
  isCode,
  type ProjectInput,
  type Workspace,
} from "./workspace.js";

/** Some files of one project, opened: the one place that knows how a program comes about. */
export interface OpenProject {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly config: Config;
  /** The files that were asked for. */
  readonly inputs: readonly ts.SourceFile[];
  /** The name of a file in spans: its absolute path, or its key in `sources`. */
  keyOf(path: string): string;
  /** Code of the project, and not of a library or of a package. */
  isUserFile(file: ts.SourceFile): boolean;
  readonly errors: Workspace["errors"];
  /** Does a file of the project that is no part of the program have this name in it? */
  isMentioned(name: string | RegExp): boolean;
  /** Finds the code behind imports, and shows JavaScript with types in it. */
  readonly code: Code;
  /** What the compiler says of a module that stands alone, as strictly as it can. */
  strictErrors(text: string): readonly ts.Diagnostic[];
  /** Of the language's own library: Array, Math and so on. */
  isDefaultLibrary(file: ts.SourceFile): boolean;
}

export interface Code extends JsCode {
  readonly find: FindCode;
  packageOf(file: ts.SourceFile): PackageInfo | undefined;
  /** From a place in the text that the program has of a file to that on disk. */
  originalOf(file: ts.SourceFile, place: number): number;
}

/** Opens the inputs, grouped by the tsconfig that holds for them. Missing files are reported and left out. */
export function openProjects(
  workspace: Workspace,
  input: ProjectInput,
  lean: boolean,
  reporter: Reporter,
  views: SourceViews,
): OpenProject[] {
  const { fs } = workspace;
  const groups = new Map<string | undefined, string[]>();
  for (const path of workspace.inputs) {
    if (!isReadable(path, workspace, reporter)) continue;
    const config = configPathFor(path, input, fs);
    groups.set(config, [...(groups.get(config) ?? []), path]);
  }
  return [...groups].flatMap(([configPath, paths]) => {
    const first = paths[0];
    if (first === undefined) return [];
    if (configPath !== undefined && !fs.fileExistsSync(configPath)) {
      reporter.report({
        code: "DC1004",
        severity: "error",
        span: { file: "", start: 0, end: 0 },
        message: `there is no tsconfig at ${input.project ?? configPath}`,
        help: "give the path of a tsconfig.json to --project",
      });
      return [];
    }
    const config =
      configPath === undefined
        ? noConfig
        : readConfig(configPath, first, fs, reporter);
    return [openProject(paths, config, workspace, lean, views)];
  });
}

function configPathFor(
  path: string,
  input: ProjectInput,
  fs: FileSystemHost,
): string | undefined {
  if (input.project === undefined)
    return nearestConfig(path.slice(0, path.lastIndexOf("/")) || "/", fs);
  const given = absolute(input.project, fs);
  return fs.directoryExistsSync(given) ? `${given}/tsconfig.json` : given;
}

function isReadable(
  path: string,
  { fs, keys }: Workspace,
  reporter: Reporter,
): boolean {
  const key = keys.get(path) ?? path;
  const span = { file: key, start: 0, end: 0 };
  if (!fs.fileExistsSync(path)) {
    const generated = /\.diff\.[cm]?ts$/.test(path);
    reporter.report({
      code: generated ? "DC1006" : "DC1001",
      severity: "error",
      span,
      message: fs.directoryExistsSync(path)
        ? `${key} is a folder, not a file`
        : generated
          ? `${key} is a generated module, or is not there`
          : `there is no file ${key}`,
      help: fs.directoryExistsSync(path)
        ? 'name files, or quote a pattern such as "src/**/*.ts"'
        : generated
          ? "name the source that it was generated from"
          : "check the path and the working directory",
    });
    return false;
  }
  if (!isCode(path)) {
    reporter.report({
      code: "DC1006",
      severity: "error",
      span,
      message: `${key} is not a TypeScript or JavaScript source file`,
      help: "diffc reads .ts, .mts, .cts, .tsx, .js, .mjs and .cjs files",
    });
    return false;
  }
  return true;
}

const asPattern = (name: string | RegExp): RegExp =>
  typeof name === "string" ? new RegExp(name.replace(/\$/g, "\\$")) : name;

/** What nearly every host has and programs use in passing; it saves reading the whole DOM for a `console.log`. */
const hostFile = "/node_modules/diffc-host.d.ts";
const hostText = `
declare var console: {
  [method in "assert" | "count" | "debug" | "error" | "info" | "log" | "table" | "time" | "timeEnd" | "trace" | "warn"]: (...data: unknown[]) => void;
};
declare var performance: { now(): number };
declare function structuredClone<T>(value: T): T;
interface ImportMeta { url: string; dirname: string; filename: string }
`;

const aloneFile = "/node_modules/diffc-alone.ts";
const strictOptions: ts.CompilerOptions = {
  strict: true,
  noImplicitAny: true,
  noImplicitThis: true,
  exactOptionalPropertyTypes: true,
  types: [],
};

/** Does the program bring neither the DOM nor any @types? */
const isWithoutHost = ({ options }: Config): boolean =>
  (options.types ?? []).length === 0 &&
  !(options.lib ?? []).some(
    (lib) => lib.includes("dom") || lib.includes("webworker"),
  );

function openProject(
  paths: readonly string[],
  config: Config,
  { fs, keys, parsedFiles, errors, shapes }: Workspace,
  lean: boolean,
  views: SourceViews,
): OpenProject {
  const withHost = lean && isWithoutHost(config);
  const extra = new Map(withHost ? [[hostFile, hostText]] : []);
  const options = readingOptions(config, lean);
  const find = newCodeFinder(fs, options);
  const shown = new Map<string, View>();
  const show = (path: string, text: string): View => {
    const view = viewOf(path, text, views, shapes);
    shown.set(path, view);
    return view;
  };
  const copiesIn = newCopyFinder(
    (file, place) => shown.get(file.fileName)?.placeOf(place) ?? place,
  );
  const programOf = (
    rootNames: string[],
    more: ReadonlyMap<string, string>,
    options: ts.CompilerOptions,
  ): ts.Program => {
    const parsed = parsedFiles(`${config.path ?? ""} ${lean}`);
    const host = newCompilerHost(fs, more, show, find, parsed, views.opened);
    return ts.createProgram({ rootNames, options, host });
  };
  const program = programOf(
    [...paths, ...extra.keys(), ...views.roots],
    extra,
    options,
  );
  return {
    program,
    checker: program.getTypeChecker(),
    config,
    inputs: paths.flatMap((path) => program.getSourceFile(path) ?? []),
    keyOf: (path) => keys.get(path) ?? path,
    isDefaultLibrary: isLibraryFile,
    errors,
    strictErrors(text) {
      const alone = new Map([...extra, [aloneFile, text]]);
      const strict = { ...options, ...strictOptions };
      const own = programOf([...alone.keys()], alone, strict);
      const file = own.getSourceFile(aloneFile);
      return [
        ...own.getSyntacticDiagnostics(file),
        ...own.getSemanticDiagnostics(file),
      ];
    },
    isMentioned: (name) =>
      filesOf(config, fs).some(
        (path) =>
          program.getSourceFile(path) === undefined &&
          fs.readFileSync(path).search(asPattern(name)) >= 0,
      ),
    code: {
      find,
      views,
      packageOf: (file) => packageOf(file.fileName, fs),
      originalOf: (file, place) =>
        shown.get(file.fileName)?.originalOf(place) ?? place,
      placeOf: (file, place) =>
        shown.get(file.fileName)?.placeOf(place) ?? place,
      copyAt: (file, copy) => copiesIn(file).get(copy),
    },
    isUserFile: (file) =>
      !file.isDeclarationFile &&
      !file.fileName.includes("/node_modules/") &&
      !isLibraryFile(file),
  };
}

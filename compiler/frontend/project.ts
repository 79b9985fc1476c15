import { Project, ts, type FileSystemHost } from "ts-morph";
import type { Reporter } from "../diagnostics/reporter.js";
import {
  isLibraryFile,
  newCompilerHost,
  type ParsedFiles,
} from "./compilerHost.js";
import {
  newCodeFinder,
  packageOf,
  type FindCode,
  type PackageInfo,
} from "./packageFiles.js";
import type { FileErrors } from "./typeErrors.js";
import { viewOf, type SourceViews, type View } from "./sourceViews.js";
import {
  nearestConfig,
  noConfig,
  readConfig,
  readingOptions,
  type Config,
} from "./tsconfig.js";

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
  /** Finds the code behind imports, and shows JavaScript with types in it. */
  readonly code: Code;
  /** Of the language's own library: Array, Math and so on. */
  isDefaultLibrary(file: ts.SourceFile): boolean;
}

export interface Code {
  readonly find: FindCode;
  readonly views: SourceViews;
  packageOf(file: ts.SourceFile): PackageInfo | undefined;
  /** From a place in the text that the program has of a file to that on disk. */
  originalOf(file: ts.SourceFile, place: number): number;
}

export interface ProjectInput {
  readonly files?: readonly string[];
  readonly sources?: Readonly<Record<string, string>>;
  readonly project?: string;
}

/** A file system, and how its absolute paths relate to the names that users gave. */
export interface Workspace {
  readonly fs: FileSystemHost;
  readonly inMemory: boolean;
  /** Absolute paths of the files to compile. */
  readonly inputs: readonly string[];
  readonly keys: ReadonlyMap<string, string>;
  textOf(key: string): string;
  /** Type errors of the project's files against the declarations of packages, by path. */
  readonly errors: Map<string, FileErrors>;
  /** What has been parsed for programs with the same options. */
  parsedFiles(options: string): ParsedFiles;
}

/**
 * Files on disk; or, where only `sources` are given, a file system in memory that holds them. Both together: the
 * sources stand in for files on disk (an editor's unsaved text), and `files` says which to compile.
 */
export function openWorkspace(input: ProjectInput): Workspace {
  const sources = Object.entries(input.sources ?? {});
  const inMemory = sources.length > 0 && (input.files ?? []).length === 0;
  const base = new Project({
    useInMemoryFileSystem: inMemory,
    skipLoadingLibFiles: true,
  }).getFileSystem();
  const keys = new Map<string, string>();
  const overlay = new Map<string, string>();
  for (const [key, text] of sources) {
    const path = absolute(key, base);
    keys.set(path, key);
    if (inMemory) base.writeFileSync(path, text);
    else overlay.set(path, text);
  }
  const fs = withoutGenerated(base, overlay);
  const paths = inMemory
    ? [...keys.keys()].filter(
        (path) => isCode(path) && !path.includes("/node_modules/"),
      )
    : (input.files ?? []).map((file) => absolute(file, base));
  const parsed = new Map<string, ParsedFiles>();
  return {
    fs,
    inMemory,
    keys,
    errors: new Map(),
    parsedFiles(options) {
      const files = parsed.get(options) ?? new Map<string, ts.SourceFile>();
      parsed.set(options, files);
      return files;
    },
    inputs: [...new Set(paths)],
    textOf: (key) => {
      const path = absolute(key, base);
      return fs.fileExistsSync(path) ? fs.readFileSync(path) : "";
    },
  };
}

const isCode = (path: string): boolean =>
  /\.[cm]?[jt]s$/.test(path) && !/\.d\.[cm]?ts$/.test(path);

function absolute(path: string, fs: FileSystemHost): string {
  const slashed = path.replaceAll("\\", "/");
  const rooted = /^(\/|[A-Za-z]:\/)/.test(slashed);
  const joined = rooted ? slashed : `${fs.getCurrentDirectory()}/${slashed}`;
  return normalized(joined);
}

/** Without "." and ".." in it. */
function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/").slice(1)) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return `${path.slice(0, path.indexOf("/"))}/${parts.join("/")}`;
}

/**
 * The file system as diffc reads it. Modules that diffc generated are not there: a source that imports its own
 * generated module must read the same whether that is fresh, stale or missing.
 */
function withoutGenerated(
  base: FileSystemHost,
  overlay: ReadonlyMap<string, string>,
): FileSystemHost {
  const isThere = (path: string): boolean => {
    if (overlay.has(path)) return true;
    if (!base.fileExistsSync(path)) return false;
    return (
      !/\.diff\.[cm]?[jt]s$/.test(path) ||
      !base.readFileSync(path).slice(0, 200).includes("@generated by diffc")
    );
  };
  const read = (path: string, encoding?: string): string =>
    overlay.get(path) ?? base.readFileSync(path, encoding);
  return new Proxy(base, {
    get(target, name) {
      if (name === "fileExistsSync") return isThere;
      if (name === "readFileSync") return read;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
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
      help: "diffc reads .ts, .mts, .cts, .js, .mjs and .cjs files",
    });
    return false;
  }
  return true;
}

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

/** Does the program bring neither the DOM nor any @types? */
const isWithoutHost = ({ options }: Config): boolean =>
  (options.types ?? []).length === 0 &&
  !(options.lib ?? []).some(
    (lib) => lib.includes("dom") || lib.includes("webworker"),
  );

function openProject(
  paths: readonly string[],
  config: Config,
  { fs, keys, parsedFiles, errors }: Workspace,
  lean: boolean,
  views: SourceViews,
): OpenProject {
  const withHost = lean && isWithoutHost(config);
  const extra = new Map(withHost ? [[hostFile, hostText]] : []);
  const options = readingOptions(config, lean);
  const find = newCodeFinder(fs, options);
  const shown = new Map<string, View>();
  const show = (path: string, text: string): View => {
    const view = viewOf(path, text, views);
    shown.set(path, view);
    return view;
  };
  const program = ts.createProgram({
    rootNames: [...paths, ...extra.keys(), ...views.roots],
    options,
    host: newCompilerHost(
      fs,
      extra,
      show,
      find,
      parsedFiles(`${config.path ?? ""} ${lean}`),
      views.opened,
    ),
  });
  return {
    program,
    checker: program.getTypeChecker(),
    config,
    inputs: paths.flatMap((path) => program.getSourceFile(path) ?? []),
    keyOf: (path) => keys.get(path) ?? path,
    isDefaultLibrary: isLibraryFile,
    errors,
    code: {
      find,
      views,
      packageOf: (file) => packageOf(file.fileName, fs),
      originalOf: (file, place) =>
        shown.get(file.fileName)?.originalOf(place) ?? place,
    },
    isUserFile: (file) =>
      !file.isDeclarationFile &&
      !file.fileName.includes("/node_modules/") &&
      !isLibraryFile(file),
  };
}

import { Project, ts, type FileSystemHost } from "ts-morph";
import { libraryFolder } from "../syntax/libraryFile.js";
import { isJavaScriptPath } from "../syntax/jsFunctions.js";
import type { FindCode } from "./packageFiles.js";
import type { View } from "../javascript/sourceViews.js";

/** Files that were parsed for a program before this one, with the same options. */
export type ParsedFiles = Map<string, ts.SourceFile>;

/**
 * The compiler's view of a workspace: the standard library from ts-morph, everything else from `fs`, and `extra` files
 * that are on no disk.
 *
 * Not ts-morph's own host: that one parses every file as if it were a script, so that under `nodenext` a module of a
 * package with `"type": "module"` would count as CommonJS.
 */
export function newCompilerHost(
  fs: FileSystemHost,
  extra: ReadonlyMap<string, string>,
  viewOf: (path: string, text: string) => View,
  findCode: FindCode,
  earlier: ParsedFiles,
  /** Packages that are seen as code from everywhere. */
  opened: ReadonlySet<string>,
): ts.CompilerHost {
  const isSensitive = fs.isCaseSensitive();
  const readFile = (path: string): string | undefined => {
    const text = extra.get(path);
    if (text !== undefined) return text;
    return fs.fileExistsSync(path) ? fs.readFileSync(path) : undefined;
  };
  return {
    readFile,
    getSourceFile(path, options) {
      if (path.startsWith(`${libraryFolder}/`))
        return libraryFile(path, options);
      const text = readFile(path);
      if (text === undefined) return undefined;
      const shown = extra.has(path) ? text : viewOf(path, text).text;
      const before = earlier.get(path);
      if (before?.text === shown) return before;
      const file = ts.createSourceFile(path, shown, options, true);
      earlier.set(path, file);
      return file;
    },
    resolveModuleNameLiterals(literals, from, redirected, options, file) {
      const host = {
        fileExists: this.fileExists,
        readFile,
        directoryExists: (path: string) => fs.directoryExistsSync(path),
        realpath: (path: string) => fs.realpathSync(path),
        getCurrentDirectory: () => fs.getCurrentDirectory(),
        useCaseSensitiveFileNames: isSensitive,
      };
      return literals.map((literal) => {
        // the class of another file, in a type that diffc has written in
        if (isPath(literal.text) && fs.fileExistsSync(literal.text))
          return { resolvedModule: resolvedTo(literal.text) };
        // code of a package sees code, not declarations
        const code =
          (isPackageCode(from) || opened.has(literal.text)) &&
          !isOfTypes(literal)
            ? findCode(literal.text, from)
            : undefined;
        if (code !== undefined) return { resolvedModule: resolvedTo(code) };
        const found = ts.resolveModuleName(
          literal.text,
          from,
          options,
          host,
          undefined,
          redirected,
          ts.getModeForUsageLocation(file, literal, options),
        );
        const path = found.resolvedModule?.resolvedFileName ?? "";
        // no declarations: TypeScript that the package ships says more than its JavaScript
        const better =
          isPackageCode(path) && isJavaScriptPath(path)
            ? findCode(literal.text, from)
            : undefined;
        return better === undefined || isJavaScriptPath(better)
          ? found
          : { resolvedModule: resolvedTo(better) };
      });
    },
    fileExists: (path) => extra.has(path) || fs.fileExistsSync(path),
    directoryExists: (path) => fs.directoryExistsSync(path),
    getDirectories: (path) =>
      fs.directoryExistsSync(path)
        ? fs
            .readDirSync(path)
            .filter((entry) => entry.isDirectory)
            .map((entry) => entry.name.slice(entry.name.lastIndexOf("/") + 1))
        : [],
    realpath: (path) => fs.realpathSync(path),
    getCurrentDirectory: () => fs.getCurrentDirectory(),
    getDefaultLibLocation: () => libraryFolder,
    getDefaultLibFileName: (options) =>
      `${libraryFolder}/${ts.getDefaultLibFileName(options)}`,
    useCaseSensitiveFileNames: () => isSensitive,
    getCanonicalFileName: (path) => (isSensitive ? path : path.toLowerCase()),
    getNewLine: () => "\n",
    writeFile: () => undefined,
  };
}

/** A file by its whole path, rather than a package or a neighbour. */
const isPath = (specifier: string): boolean =>
  /^([A-Za-z]:)?\//.test(specifier) && isJavaScriptPath(specifier);

const isPackageCode = (path: string): boolean =>
  path.includes("/node_modules/") &&
  !path.startsWith(`${libraryFolder}/`) &&
  !/\.d\.[cm]?ts$/.test(path);

/** `import type { T } from "types"`: there may be no more than declarations. */
const isOfTypes = ({ parent }: ts.StringLiteralLike): boolean =>
  (ts.isImportDeclaration(parent) &&
    parent.importClause?.isTypeOnly === true) ||
  (ts.isExportDeclaration(parent) && parent.isTypeOnly);

const resolvedTo = (path: string): ts.ResolvedModuleFull => ({
  resolvedFileName: path,
  extension: path.slice(path.lastIndexOf(".")),
  isExternalLibraryImport: false,
});

/**
 * The library's files, parsed once in the life of the process: they never change, and parsing them is most of the work
 * of opening a small program.
 */
const parsed = new Map<string, ts.SourceFile>();
let library: ReturnType<Project["getModuleResolutionHost"]> | undefined;

function libraryFile(
  path: string,
  options: ts.ScriptTarget | ts.CreateSourceFileOptions,
): ts.SourceFile | undefined {
  const target =
    typeof options === "object" ? options.languageVersion : options;
  const key = `${target} ${path}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  library ??= new Project({
    useInMemoryFileSystem: true,
  }).getModuleResolutionHost();
  const text = library.readFile(path);
  if (text === undefined) return undefined;
  const file = ts.createSourceFile(path, text, target, false);
  parsed.set(key, file);
  return file;
}

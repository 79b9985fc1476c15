import { Project, ts, type FileSystemHost } from "ts-morph";

/** Where the standard library seems to lie; ts-morph carries its text and no files. */
const libraryFolder = "/node_modules/typescript/lib";

export const isLibraryFile = (file: ts.SourceFile): boolean =>
  file.fileName.startsWith(`${libraryFolder}/`);

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
      return text === undefined
        ? undefined
        : ts.createSourceFile(path, text, options, true);
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

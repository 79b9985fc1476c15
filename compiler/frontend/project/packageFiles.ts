import { ts, type FileSystemHost } from "ts-morph";
import { manifestOf } from "./packageManifest.js";
import { entryOfBundle, typeScriptOf } from "./packageSources.js";

/** A package, as its package.json tells. */
export interface PackageInfo {
  readonly name: string;
  readonly version: string | undefined;
  readonly license: string | undefined;
}

/** Finds the code behind a module specifier, where the compiler by itself would be content with declarations. */
export type FindCode = (specifier: string, from: string) => string | undefined;

/**
 * The code of a module: a package's TypeScript where it ships it, else its JavaScript. Found as a bundler would, by
 * `exports`, `module` and `main`.
 */
export function newCodeFinder(
  fs: FileSystemHost,
  options: ts.CompilerOptions,
): FindCode {
  const host: ts.ModuleResolutionHost = {
    fileExists: (path) => fs.fileExistsSync(path),
    readFile: (path) =>
      fs.fileExistsSync(path) ? fs.readFileSync(path) : undefined,
    directoryExists: (path) => fs.directoryExistsSync(path),
    realpath: (path) => fs.realpathSync(path),
    getCurrentDirectory: () => fs.getCurrentDirectory(),
    useCaseSensitiveFileNames: fs.isCaseSensitive(),
  };
  const searching: ts.CompilerOptions & { noDtsResolution: boolean } = {
    ...options,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    module: ts.ModuleKind.ESNext,
    allowJs: true,
    // not in the compiler's public options
    noDtsResolution: true,
  };
  const known = new Map<string, string | undefined>();
  return (specifier, from) => {
    const key = `${specifier}\n${from.slice(0, from.lastIndexOf("/"))}`;
    if (known.has(key)) return known.get(key);
    const found = ts.resolveModuleName(
      specifier,
      from,
      searching,
      host,
      undefined,
      undefined,
      ts.ModuleKind.ESNext,
    ).resolvedModule;
    const path = found?.resolvedFileName;
    const isCode = path !== undefined && /\.[cm]?[jt]sx?$/.test(path);
    const best = isCode ? bestOf(path, specifier, fs) : undefined;
    known.set(key, best);
    return best;
  };
}

function bestOf(path: string, specifier: string, fs: FileSystemHost): string {
  const code = specifier.startsWith(".") ? path : moduleFieldOf(path, fs);
  const isWhole = packageOf(path, fs)?.name === specifier;
  return (
    typeScriptOf(code, fs) ??
    (isWhole ? entryOfBundle(code, fs) : undefined) ??
    code
  );
}

/** Packages without `exports` name the ES module beside the CommonJS one in the field "module". */
function moduleFieldOf(path: string, fs: FileSystemHost): string {
  const found = manifestOf(path, fs);
  if (found === undefined) return path;
  const { folder, manifest } = found;
  const { module, main = "index.js", exports } = manifest;
  if (exports !== undefined || typeof module !== "string") return path;
  if (typeof main !== "string" || !path.endsWith(plain(main))) return path;
  const other = `${folder}/${plain(module)}`;
  return fs.fileExistsSync(other) ? other : path;
}

const plain = (path: string): string =>
  path.replace(/^\.?\//, "").replace(/(\.[cm]?js)?$/, (end) => end || ".js");

/** The package that a file belongs to; undefined for files of the project itself. */
export function packageOf(
  path: string,
  fs: FileSystemHost,
): PackageInfo | undefined {
  const name = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
  if (name === undefined) return undefined;
  const { version, license } = manifestOf(path, fs)?.manifest ?? {};
  return {
    name,
    version: typeof version === "string" ? version : undefined,
    license: typeof license === "string" ? license : undefined,
  };
}

import type { FileSystemHost } from "ts-morph";
import { joined, manifestOf, parsed } from "./packageManifest.js";

/** The one TypeScript file that a JavaScript file was made from, where the package ships it. */
export function typeScriptOf(
  path: string,
  fs: FileSystemHost,
): string | undefined {
  if (!/\.[cm]?js$/.test(path)) return undefined;
  const stem = path.replace(/\.[cm]?js$/, "");
  for (const map of [`${path}.map`, `${stem}.d.ts.map`]) {
    const [source, ...others] = sourcesOf(map, fs);
    if (source === undefined || others.length > 0) continue;
    if (isTypeScript(source) && fs.fileExistsSync(source)) return source;
  }
  const beside = path.replace(/\.([cm]?)js$/, ".$1ts");
  const inSource = (one: string): string =>
    one.replace(/\/(lib|dist|build)\/((esm|cjs)\/)?/, "/src/");
  return [beside, inSource(beside), inSource(`${stem}.ts`)].find((one) =>
    fs.fileExistsSync(one),
  );
}

/**
 * The TypeScript file that a package's bundle was made from: what its package.json calls "source", else the `index.ts`
 * above all files that the bundle's map names, where the package ships all of them.
 */
export function entryOfBundle(
  path: string,
  fs: FileSystemHost,
): string | undefined {
  const found = manifestOf(path, fs);
  if (found === undefined) return undefined;
  const { folder, manifest } = found;
  if (typeof manifest["source"] === "string") {
    const source = joined(folder, manifest["source"]);
    if (isTypeScript(source) && fs.fileExistsSync(source)) return source;
  }
  const sources = sourcesOf(`${path}.map`, fs);
  const isShipped = (source: string): boolean =>
    source.startsWith(`${folder}/`) &&
    isTypeScript(source) &&
    fs.fileExistsSync(source);
  if (sources.length === 0 || !sources.every(isShipped)) return undefined;
  let above = sources.map(folderOf).reduce(commonFolder);
  for (; above.length > folder.length; above = folderOf(above)) {
    const entry = `${above}/index.ts`;
    if (fs.fileExistsSync(entry)) return entry;
  }
  return undefined;
}

/** The files that a source map names; none where there is no map. */
function sourcesOf(map: string, fs: FileSystemHost): readonly string[] {
  if (!fs.fileExistsSync(map)) return [];
  const { sources, sourceRoot } = parsed(fs.readFileSync(map));
  if (!Array.isArray(sources)) return [];
  const root = typeof sourceRoot === "string" ? sourceRoot : "";
  return sources.map((source) =>
    joined(
      folderOf(map),
      root === "" ? String(source) : `${root}/${String(source)}`,
    ),
  );
}

const isTypeScript = (path: string): boolean =>
  /\.[cm]?ts$/.test(path) && !/\.d\.[cm]?ts$/.test(path);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

function commonFolder(a: string, b: string): string {
  const [one, other] = [a.split("/"), b.split("/")];
  const end = one.findIndex((part, i) => part !== other[i]);
  return one.slice(0, end < 0 ? one.length : end).join("/");
}

import type { FileSystemHost } from "ts-morph";

export type Json = Readonly<Record<string, unknown>>;

/** The package.json of the package that a file is in. */
export function manifestOf(
  path: string,
  fs: FileSystemHost,
): { folder: string; manifest: Json } | undefined {
  const match = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
  const folder = match?.[1];
  if (folder === undefined) return undefined;
  const file = `${folder}/package.json`;
  if (!fs.fileExistsSync(file)) return undefined;
  return { folder, manifest: parsed(fs.readFileSync(file)) };
}

export function parsed(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Json) : {};
  } catch {
    // somebody else's broken file: as good as none
    return {};
  }
}

/** A path from a folder, without `..` in it. */
export function joined(folder: string, path: string): string {
  const parts = folder.split("/");
  for (const part of path.split("/"))
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  return parts.join("/");
}

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** Holds every import to the table in docs/architecture.md, which is read here: the page is the law. */

const root = fileURLToPath(new URL("..", import.meta.url));
const page = readFileSync(join(root, "docs/architecture.md"), "utf8");

/** Room to what it may import: other rooms, single files, packages. */
const table: ReadonlyMap<string, readonly string[]> = new Map(
  [...page.matchAll(/^\| `([\w/.]+)`\s*\| (.+)\|$/gm)].map(
    ([, room = "", allowed = ""]) => [
      room,
      [...allowed.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
    ],
  ),
);

const sources = ["src", "compiler", "runtime"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name).replaceAll("\\", "/")),
);

/** The longest row of the table that holds the file: `compiler/compile.ts` before `compiler`. */
const roomOf = (file: string): string | undefined =>
  [...table.keys()]
    .filter((room) => file === room || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];

const codeOf = (file: string): string =>
  readFileSync(join(root, file), "utf8").replace(
    /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm,
    "",
  );

const anyImport = /\b(?:from|import)\s*\(?\s*"([\w@./:-]+)"/g;
/** Not `import type`, and not `import()`: what is loaded with the file. */
const loadedImport = /^(?:import|export)\s(?!type\b)[\w\s{},*$]*"([^"\n]+)"/gm;

/** What a file imports: paths from the root for our own files, else the package or builtin. */
const importsOf = (file: string, pattern = anyImport): string[] =>
  [...codeOf(file).matchAll(pattern)].map(([, specifier = ""]) =>
    specifier.startsWith(".")
      ? relative(root, resolve(root, dirname(file), specifier))
          .replaceAll("\\", "/")
          .replace(/\.js$/, ".ts")
      : specifier,
  );

const violations = (file: string): string[] => {
  const room = roomOf(file);
  if (room === undefined) return [`${file} stands in no room of the table`];
  const allowed = table.get(room) ?? [];
  return importsOf(file)
    .filter((target) => roomOf(target) !== room)
    .filter(
      (target) =>
        !allowed.some(
          (name) =>
            target === name ||
            target.startsWith(`${name}/`) ||
            (name === "node:" && target.startsWith("node:")),
        ),
    )
    .map((target) => `${file} imports ${target}`);
};

test("the table is there, and every row names something that exists", () => {
  expect([...table.keys()]).toContain("runtime");
  expect(table.get("runtime")).toEqual([]);
  for (const room of table.keys())
    expect(
      sources.some((file) => roomOf(file) === room),
      `${room} has no file`,
    ).toBe(true);
});

test("every import keeps to the table", () => {
  expect(sources.flatMap(violations)).toEqual([]);
});

test("the check sees what it must see", () => {
  const fake = importsOf("src/index.ts");
  expect(fake).toContain("compiler/compile.ts");
  expect(fake).toContain("compiler/stats.ts");
});

/** Everything that is loaded when the file is. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  for (const target of importsOf(file, loadedImport)) {
    if (seen.has(target)) continue;
    seen.add(target);
    if (sources.includes(target)) loadedWith(target, seen);
  }
  return seen;
}

test("the command line and the library load no compiler until they need it", () => {
  expect(loadedWith("src/index.ts")).toEqual(new Set());
  const loaded = [...loadedWith("src/cli/main.ts")];
  expect(loaded).toContain("src/cli/commands.ts");
  const light = (name: string): boolean =>
    name.startsWith("src/cli/") ||
    name.startsWith("node:") ||
    name === "compiler/version.ts";
  expect(loaded.filter((name) => !light(name))).toEqual([]);
  expect(loaded).not.toContain("src/cli/build.ts");
});

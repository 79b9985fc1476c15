import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** Holds every import to the table in docs/architecture.md, which is read here: the page is the law. */

const root = fileURLToPath(new URL("..", import.meta.url));
const page = readFileSync(join(root, "docs/architecture.md"), "utf8");

/** Room to what it may import: other rooms, single files, packages. */
const table: ReadonlyMap<string, readonly string[]> = new Map(
  [...page.matchAll(/^\| `([\w/.]+)` \| (.+) \|$/gm)].map(
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

/** What a file imports: paths from the root for our own files, else the package or builtin. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const specifiers = [
    ...code.matchAll(/\b(?:from|import)\s*\(?\s*"([^"\n]+)"/g),
  ].map(([, specifier = ""]) => specifier);
  return specifiers.map((specifier) =>
    specifier.startsWith(".")
      ? relative(root, resolve(root, dirname(file), specifier))
          .replaceAll("\\", "/")
          .replace(/\.js$/, ".ts")
      : specifier,
  );
}

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

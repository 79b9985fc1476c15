import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { agree } from "./printedNumbers.js";

/**
 * docs/examples.md quotes the programs under examples/, what diffc made of them, and what they print. After a change:
 * `npx vitest run test/examplesDocs.test.ts --update`, and read the diff.
 */

const page = fileURLToPath(new URL("../docs/examples.md", import.meta.url));
const block = /<!-- (\w+): (.*?) -->\n```(\w*)\n([^]*?)```/g;
const linesOf = (path: string): string[] =>
  readFileSync(`examples/${path}`, "utf8").split("\n");

/** The lines of a declaration at module level, its comment among them. */
function declaration(path: string, name: string): string[] {
  const lines = linesOf(path);
  const isIt = new RegExp(`^(export )?(function|const|class) ${name}\\b`);
  const start = lines.findIndex((line) => isIt.test(line));
  if (start < 0) throw new Error(`examples/${path} declares no ${name}`);
  const length = lines.slice(start).findIndex((line) => /^[})]/.test(line));
  const end = start + length;
  // a signature over several lines closes with `): T {`
  const from = /^\)/.test(lines[end] ?? "") ? end + 1 : start;
  const last = lines.findIndex((line, k) => k >= from && line === "}");
  let first = start;
  if (lines[first - 1]?.endsWith("*/") === true)
    do first--;
    while (!lines[first]?.startsWith("/**"));
  return lines.slice(first, last + 1);
}

/** Some lines of a generated function, from the one that has `anchor`; its last ones where none has. */
function piece(path: string, name: string, anchor: string, count: number) {
  const lines = declaration(path, name);
  const at = lines.findIndex((line) => line.includes(anchor));
  const start = at < 0 ? Math.max(0, lines.length - count) : at;
  const quoted = lines.slice(start, start + count);
  const depth = Math.min(
    ...quoted.filter((line) => line !== "").map((line) => line.search(/\S/)),
  );
  return quoted.map((line) => line.slice(depth));
}

async function printed(name: string): Promise<string[]> {
  const lines: string[] = [];
  const log = vi
    .spyOn(console, "log")
    .mockImplementation((text: string) => void lines.push(text));
  try {
    await import(`../examples/${name}/main.ts`);
  } finally {
    log.mockRestore();
  }
  return lines;
}

async function contentOf(
  kind: string,
  what: string,
  old: string,
): Promise<string> {
  if (kind === "source") {
    const [path = "", name = ""] = what.split(" ");
    return declaration(path, name).join("\n") + "\n";
  }
  if (kind === "generated") {
    const [of = "", anchor = "", count = ""] = what.split(" | ");
    const [path = "", name = ""] = of.split(" ");
    return piece(path, name, anchor, Number(count)).join("\n") + "\n";
  }
  const now = (await printed(what)).join("\n") + "\n";
  // another machine's sines differ in their last bits
  return agree(old, now) ? old : now;
}

test("the page quotes what is there", { timeout: 300_000 }, async () => {
  const text = readFileSync(page, "utf8");
  let real = "";
  let at = 0;
  for (const found of text.matchAll(block)) {
    const [all, kind = "", what = "", language = "", old = ""] = found;
    const content = await contentOf(kind, what, old);
    real += text.slice(at, found.index);
    real += `<!-- ${kind}: ${what} -->\n\`\`\`${language}\n${content}\`\`\``;
    at = found.index + all.length;
  }
  await expect(real + text.slice(at)).toMatchFileSnapshot(page);
});

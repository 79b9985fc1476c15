import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compileProject } from "../compiler/compile.js";
import { codes, type Code } from "../compiler/diagnostics/codes.js";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.js";
import { renderPretty } from "../compiler/diagnostics/renderPretty.js";
import { newBox } from "./cliBox.js";

/**
 * docs/diagnostics has a page for each code that a user can meet, and none for others. The first example of a page
 * gives exactly the output that is shown below it; the second one compiles, without a word about the code. Run with
 * `--update`, the pages get today's output.
 */
const folder = fileURLToPath(new URL("../docs/diagnostics", import.meta.url));

interface Example {
  readonly files: Readonly<Record<string, string>>;
  /** The command line that is shown, where it is not just `diffc model.ts`. */
  readonly command: string | undefined;
}

interface Page {
  readonly code: string;
  readonly title: string;
  readonly bad: Example;
  readonly text: string;
  readonly good: Example;
}

const pages = readdirSync(folder)
  .filter((name) => name.endsWith(".md"))
  .sort()
  .map((name) => pageOf(basename(name, ".md")));

/** A fault of diffc's own has no program that provokes it; its page says how to report one. */
const withoutExample = ["DC9001"];
const examples = pages.filter(({ code }) => !withoutExample.includes(code));

function pageOf(code: string): Page {
  const text = readFileSync(`${folder}/${code}.md`, "utf8");
  const [before = "", after = ""] = text.split("## What to write instead");
  return {
    code,
    title: /^# (.*)$/m.exec(text)?.[1] ?? "",
    bad: exampleOf(before),
    text,
    good: exampleOf(after),
  };
}

function blocksOf(text: string): { info: string; text: string }[] {
  return [...text.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map((match) => ({
    info: match[1] ?? "",
    text: match[2] ?? "",
  }));
}

function exampleOf(text: string): Example {
  const files: Record<string, string> = {};
  let command: string | undefined;
  for (const { info, text: body } of blocksOf(text)) {
    const [language, name = "model.ts"] = info.split(" ");
    if (language === "sh" || language === "js") command = body.trim();
    else if (language !== "text") files[name] = body;
  }
  return { files, command };
}

/** All examples without a command in one run, in memory, each in a folder of its own. */
const shared = examples.flatMap((page) =>
  [page.bad, page.good].flatMap((example, k) =>
    example.command === undefined && page.code !== "DC1005"
      ? Object.entries(example.files).map(([name, text]): [string, string] => [
          `${page.code}/${k}/${name}`,
          text,
        ])
      : [],
  ),
);
const together = compileProject({ sources: Object.fromEntries(shared) });

/** What a run says, as it is shown in a terminal. */
async function said({ code }: Page, example: Example, k: number): Promise<Ran> {
  if (example.command !== undefined) return inBox(example);
  const alone = code === "DC1005";
  const sources = alone ? example.files : Object.fromEntries(shared);
  const { diagnostics } = alone ? compileProject({ sources }) : together;
  const own = alone
    ? diagnostics
    : diagnostics.filter(({ file }) => file.startsWith(`${code}/${k}/`));
  return {
    text: renderPretty(own, (file) => sources[file] ?? "", false, baseName),
    diagnostics: own,
  };
}

interface Ran {
  readonly text: string;
  readonly diagnostics: readonly Pick<Diagnostic, "code" | "severity">[];
}

const baseName = (file: string): string => basename(file);

async function inBox({ files, command = "" }: Example): Promise<Ran> {
  const box = newBox(files);
  const called = /compile\(\{ files: \["(.*)"\] \}\)/.exec(command)?.[1];
  const path = (file: string): string => relative(box.folder, file);
  if (called !== undefined) {
    const { diagnostics } = compileProject({
      files: [join(box.folder, called)],
    });
    const textOf = (file: string): string => files[path(file)] ?? "";
    const text = renderPretty(diagnostics, textOf, false, path);
    box.remove();
    return { text: text.replaceAll(`${box.folder}/`, ""), diagnostics };
  }
  const ran = await box.diffc(...command.split(" ").slice(1));
  const err = ran.err.replaceAll(`${box.folder}/`, "");
  box.remove();
  const found = [...err.matchAll(/(error|warning) (DC\d+):/g)];
  return {
    text: err,
    diagnostics: found.map(([, severity, code]) => ({
      severity: severity as Diagnostic["severity"],
      code: code as Code,
    })),
  };
}

describe("the pages of docs/diagnostics", () => {
  test("are those of the table of codes", () => {
    const expected = Object.entries(codes).map(
      ([code, { title }]) => `${code}: ${title}`,
    );
    expect(pages.map(({ title }) => title)).toEqual(expected.sort());
  });

  test.each(examples.map((page) => [page.code, page] as const))(
    "%s: the example gives it, as shown",
    async (code, page) => {
      const { text, diagnostics } = await said(page, page.bad, 0);
      expect(diagnostics.map((one) => one.code)).toEqual([code]);
      const block = "```text\n" + text.trimEnd() + "\n```";
      await expect(
        page.text.replace(/^```text\n.*?^```$/ms, () => block),
      ).toMatchFileSnapshot(`${folder}/${code}.md`);
    },
  );

  test.each(examples.map((page) => [page.code, page] as const))(
    "%s: what is written instead compiles",
    async (_code, page) => {
      expect((await said(page, page.good, 1)).text).toBe("");
    },
  );
});

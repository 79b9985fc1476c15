import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { commands } from "../src/cli/commands.js";
import { looksLikeStack, newBox } from "./cliBox.js";

/** What the command line says before it compiles anything. */

const box = newBox({
  "src/model.ts": "export const one = 1;\n",
  "src/types.d.ts": "declare const two: 2;\n",
  "notes.txt": "no code\n",
  "old/model.diff.ts": "// by hand\n",
});
mkdirSync(join(box.folder, "empty"));
afterAll(() => box.remove());

describe("help", () => {
  test("without arguments: a short help, status 2", async () => {
    const { status, err } = await box.diffc();
    expect(status).toBe(2);
    expect(err).toContain("usage: diffc [build] FILE|GLOB...");
    expect(err).toContain("diffc --help");
  });

  test.each([["--help"], ["-h"]])(
    "diffc %s lists the commands",
    async (flag) => {
      const { status, out } = await box.diffc(flag);
      expect(status).toBe(0);
      for (const { name, summary } of commands) {
        expect(out).toContain(name);
        expect(out).toContain(summary);
      }
      expect(out).toContain("Exit status:");
    },
  );

  test.each(commands.map(({ name }) => name))(
    "diffc %s --help shows every option",
    async (name) => {
      const { status, out } = await box.diffc(name, "--help");
      expect(status).toBe(0);
      const command = commands.find((one) => one.name === name);
      for (const option of command?.options ?? [])
        expect(out.includes(`--${option.name}`)).toBe(option.later !== true);
    },
  );

  test.each([["--version"], ["-v"]])("diffc %s", async (flag) => {
    const { status, out } = await box.diffc(flag);
    expect(status).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("help lines fit a terminal", async () => {
    const { out } = await box.diffc("build", "--help");
    for (const line of out.split("\n")) expect(line.length).toBeLessThan(110);
  });
});

const mistakes: readonly (readonly [string, readonly string[], string])[] = [
  ["missing file", ["src/none.ts"], "no such file: src/none.ts"],
  ["missing file without a suffix", ["none"], "neither a command"],
  ["path through a file", ["notes.txt/a.ts"], "no such file: notes.txt/a.ts"],
  [
    "folder",
    ["src"],
    "'src' is a folder: give a file, or a glob such as 'src/**/*.ts'",
  ],
  ["folder with a slash", ["src/"], "such as 'src/**/*.ts'"],
  [
    "another kind of file",
    ["notes.txt"],
    "'notes.txt' is not a .ts, .mts, .cts, .tsx, .js, .mjs or .cjs file",
  ],
  ["only a declaration file", ["src/types.d.ts"], "only declaration files"],
  [
    "glob without a match",
    ["lib/**/*.ts"],
    "no TypeScript file matches 'lib/**/*.ts'",
  ],
  [
    "glob that matches other files only",
    ["*.txt"],
    "no TypeScript file matches '*.txt'",
  ],
  [
    "command with a slip",
    ["biuld", "src/model.ts"],
    "unknown command 'biuld', did you mean 'build'?",
  ],
  ["gradchek", ["gradchek", "src/model.ts"], "did you mean 'gradcheck'?"],
  [
    "no command at all",
    ["frobnicate", "src/model.ts"],
    "'frobnicate' is neither a command",
  ],
  [
    "command after an option",
    ["--quiet", "build", "src/model.ts"],
    "a command comes first",
  ],
  [
    "later command",
    ["explain", "src/model.ts"],
    "'diffc explain' is not built yet",
  ],
  ["later command", ["init"], "'diffc init' is not built yet"],
  [
    "later option",
    ["build", "src/model.ts", "--watch"],
    "'--watch' is not built yet",
  ],
  [
    "later option",
    ["src/model.ts", "--config", "a.ts"],
    "'--config' is not built yet",
  ],
  [
    "unknown option",
    ["src/model.ts", "--frobnicate"],
    "unknown option '--frobnicate'",
  ],
  [
    "option with a slip",
    ["src/model.ts", "--chekc"],
    "unknown option '--chekc', did you mean '--check'?",
  ],
  ["unknown short option", ["src/model.ts", "-x"], "unknown option '-x'"],
  ["unknown option alone", ["--frobnicate"], "unknown option '--frobnicate'"],
  [
    "option without its value",
    ["src/model.ts", "--out-dir"],
    "'--out-dir' needs a value: DIR",
  ],
  [
    "option in place of a value",
    ["src/model.ts", "--out-dir", "--check"],
    "'--out-dir' needs a value",
  ],
  ["empty value", ["src/model.ts", "--fn="], "'--fn' needs a value"],
  [
    "flag with a value",
    ["src/model.ts", "--check=yes"],
    "'--check' takes no value",
  ],
  ["no operand", ["build", "--check"], "no file given"],
  ["no operand", ["--check"], "no file given"],
  [
    "unknown format",
    ["src/model.ts", "--format", "jsn"],
    "'--format' takes pretty or json, not 'jsn', did you mean 'json'?",
  ],
  [
    "unknown emit",
    ["src/model.ts", "--emit", "js"],
    "'--emit' takes ts or ir, not 'js'",
  ],
  [
    "faulty count",
    ["src/model.ts", "--max-warnings", "few"],
    "whole number from 0 up, not 'few'",
  ],
  [
    "negative count",
    ["src/model.ts", "--max-warnings=-1"],
    "whole number from 0 up, not '-1'",
  ],
  ["wrt without fn", ["src/model.ts", "--wrt", "x"], "go with '--fn NAME'"],
  [
    "modes without fn",
    ["src/model.ts", "--modes", "grad"],
    "go with '--fn NAME'",
  ],
  [
    "unknown mode",
    ["src/model.ts", "--fn", "f", "--modes", "grda"],
    "unknown mode 'grda', did you mean 'grad'?",
  ],
  [
    "later mode",
    ["src/model.ts", "--fn", "f", "--modes", "grad,hvp"],
    "mode 'hvp' is not built yet",
  ],
  [
    "empty entry",
    ["src/model.ts", "--fn", "f", "--wrt", "a,,b"],
    "has an empty entry",
  ],
  [
    "fn with many files",
    ["src/model.ts", "old/model.diff.ts", "--fn", "f", "--wrt"],
    "'--wrt' needs a value",
  ],
  [
    "check with ir",
    ["src/model.ts", "--check", "--emit", "ir"],
    "do not go together",
  ],
  [
    "json with ir",
    ["src/model.ts", "--format", "json", "--emit", "ir"],
    "both want standard output",
  ],
  [
    "missing tsconfig",
    ["src/model.ts", "--project", "none.json"],
    "no such tsconfig: none.json",
  ],
  [
    "folder without tsconfig",
    ["src/model.ts", "--project", "empty"],
    "no tsconfig.json in empty",
  ],
  [
    "gradcheck without a file",
    ["gradcheck"],
    "no file given: diffc gradcheck FILE",
  ],
  [
    "gradcheck of two files",
    ["gradcheck", "src/model.ts", "src/b.ts"],
    "one file at a time",
  ],
  [
    "gradcheck of no file",
    ["gradcheck", "src/none.ts"],
    "no such file: src/none.ts",
  ],
  [
    "gradcheck without its points",
    ["gradcheck", "src/model.ts", "--points", "p.json"],
    "no such file: p.json",
  ],
  [
    "option of another command",
    ["gradcheck", "src/model.ts", "--check"],
    "unknown option '--check'",
  ],
];

test.each(mistakes)("%s: diffc %j", async (_kind, argv, message) => {
  const { status, out, err } = await box.diffc(...argv);
  expect(err).toContain(message);
  expect(err.trim().split("\n")).toHaveLength(1);
  expect(looksLikeStack(err)).toBe(false);
  expect(out).toBe("");
  expect(status).toBe(2);
});

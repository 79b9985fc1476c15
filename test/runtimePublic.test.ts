import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ts } from "ts-morph";
import { expect, test } from "vitest";
import { runtimeNames } from "../compiler/codegen/runtimeManifest.js";
import * as runtime from "../runtime/index.js";

/** What holds for the runtime as a whole: it runs anywhere, costs nothing unused, and is documented. */

const folder = fileURLToPath(new URL("../runtime", import.meta.url));
const files = readdirSync(folder).map((name) => `${folder}/${name}`);

const parse = (file: string): ts.SourceFile =>
  ts.createSourceFile(
    file,
    readFileSync(file, "utf8"),
    ts.ScriptTarget.ES2022,
    true,
  );

const sources = files.map(parse);

test("it type-checks with nothing but the language: no DOM, no Node", () => {
  const options =
    "--ignoreConfig --noEmit --strict --target es2022 --module nodenext --lib es2022 --types";
  const tsc = join(folder, "../node_modules/typescript/bin/tsc");
  const run = spawnSync(
    process.execPath,
    [tsc, ...options.split(" "), "", ...files],
    { encoding: "utf8" },
  );
  expect(run.stdout + run.stderr).toBe("");
  expect(run.status).toBe(0);
});

test("it imports nothing but itself", () => {
  for (const source of sources)
    for (const { fileName } of ts.preProcessFile(source.text).importedFiles)
      expect(fileName).toMatch(/^\.\/\w+\.js$/);
});

/** Zeros, which a bundler leaves out where nobody asks for them. */
const isWorkArray = (node: ts.Node): boolean =>
  /^\/\* #__PURE__ \*\/ new Float64Array\([\w *]+\)$/.test(
    node.getFullText().trim(),
  );

test("importing it runs nothing: no calls at module level but for work arrays", () => {
  const ran: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isTypeNode(node)) return;
    const isCall = ts.isCallExpression(node) || ts.isNewExpression(node);
    if (isCall && !isWorkArray(node)) ran.push(node.getText());
    ts.forEachChild(node, visit);
  };
  for (const source of sources)
    for (const statement of source.statements) {
      expect(ts.isExpressionStatement(statement)).toBe(false);
      visit(statement);
    }
  expect(ran).toEqual([]);
});

/** The declarations that index.ts exports again, by name. */
const published = (): Map<string, ts.Node> => {
  const index = sources.find(({ fileName }) => fileName.endsWith("/index.ts"));
  const names = index!.statements
    .filter(ts.isExportDeclaration)
    .flatMap((e) => [...(e.exportClause as ts.NamedExports).elements])
    .map((element) => element.name.text);
  const found = new Map<string, ts.Node>();
  for (const { statements } of sources)
    for (const statement of statements) {
      const name = (statement as ts.DeclarationStatement).name?.text;
      if (name !== undefined && names.includes(name))
        found.set(name, statement);
    }
  expect([...found.keys()].sort()).toEqual([...names].sort());
  return found;
};

const docOf = (node: ts.Node): string =>
  ts
    .getJSDocCommentsAndTags(node)
    .map((doc) => doc.getText())
    .join("");

test("every export has a doc comment, every function an example", () => {
  for (const [name, node] of published()) {
    expect(docOf(node), name).not.toBe("");
    const isState =
      ts.isInterfaceDeclaration(node) && /State|Options/.test(name);
    for (const member of isState ? node.members : [])
      expect(docOf(member), `${name}: ${member.getText()}`).not.toBe("");
    if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node))
      expect(docOf(node), name).toContain("@example");
  }
});

test("the values that it exports", () => {
  expect(Object.keys(runtime).sort()).toEqual([
    "Tape",
    "absSlope",
    "adam",
    "adamW",
    "addMatMul",
    "addMatVec",
    "addOuter",
    "addSeed",
    "applyUpdates",
    "assertDistinct",
    "borrowTape",
    "checkStore",
    "cleared",
    "clipByGlobalNorm",
    "clipByValue",
    "copyApart",
    "copyDeep",
    "copyInto",
    "fieldsShape",
    "formatGradientCheck",
    "globalNorm",
    "gradOf",
    "gradOfEach",
    "gradientCheck",
    "growTape",
    "hypotSlope",
    "maxSlope",
    "maxSlope3",
    "maxSlopeAmong",
    "minSlope",
    "minSlope3",
    "minSlopeAmong",
    "momentum",
    "powSlopeX",
    "powSlopeY",
    "putBack",
    "recursiveShape",
    "releaseTape",
    "reused",
    "rowLength",
    "seedLike",
    "seededRandom",
    "sgd",
    "shadowIn",
    "shadowOfEachIn",
    "treeLeaves",
    "treeMap",
    "withClasses",
    "workRows",
    "workspace",
    "zeros",
    "zerosLike",
    "zerosOfEach",
  ]);
});

test("it has all that generated code may import", () => {
  for (const name of runtimeNames) expect(runtime).toHaveProperty(name);
});

test("the code in docs/runtime.md runs, and gives what it says", () => {
  const page = readFileSync(join(folder, "../docs/runtime.md"), "utf8");
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  expect(blocks.length).toBeGreaterThan(3);
  const lines: string[] = [];
  const console = { log: (text: unknown) => void lines.push(String(text)) };
  for (const [, code = ""] of blocks) {
    lines.length = 0;
    const js = ts.transpileModule(code, {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.CommonJS,
      },
    }).outputText;
    new Function("require", "exports", "console", js)(
      () => runtime,
      {},
      console,
    );
    const promised = [...code.matchAll(/console\.log\(.*?\); \/\/ (.+)$/gm)];
    expect(lines.slice(0, promised.length)).toEqual(
      promised.map(([, text]) => text),
    );
  }
});

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as prettier from "prettier";
import { describe, expect, test } from "vitest";
import { emitModule } from "../compiler/codegen/emitModule.js";
import { interpret } from "../compiler/ir/interpret.js";
import { loadModules } from "./harness/load.js";
import { randomArgs, randomIr } from "./oracle/randomIr.js";

/** Random IR, printed: it does what the interpreter does, in text that prettier and a strict compiler accept. */

const root = fileURLToPath(new URL("..", import.meta.url));

function emit(seed: number, uncheckedIndexed: boolean): string {
  const funcs = randomIr(seed);
  return emitModule({
    header: { version: "0.1", source: "a.ts", hash: "0" },
    exports: [{ func: funcs.get("f")! }],
    helpers: [funcs.get("g")!],
    sourceFile: "a.ts",
    importPath: (file) => file,
    uncheckedIndexed,
  });
}

/** The result and what became of the arguments, with every bit that shows; or what was thrown. */
function outcome(
  seed: number,
  f: (args: readonly unknown[]) => unknown,
): string {
  const { args } = randomArgs(seed);
  const shown = (_: string, value: unknown): unknown => {
    if (typeof value !== "number") return value;
    return Object.is(value, -0) ? "-0" : String(value);
  };
  try {
    return JSON.stringify([f(args), args], shown);
  } catch (error) {
    return `throws ${error instanceof Error ? error.message : ""}`;
  }
}

const seeds = Array.from({ length: 80 }, (_, seed) => seed);

describe("random IR, printed", () => {
  test("does what the interpreter does", () => {
    for (const seed of seeds) {
      const text = emit(seed, false);
      const funcs = randomIr(seed);
      const expected = outcome(seed, (args) => interpret({ funcs }, "f", args));
      const printed = outcome(seed, (args) => {
        const { f } = loadModules({ "a.ts": text })("a.ts");
        return (f as (...given: readonly unknown[]) => unknown)(...args);
      });
      expect(printed, text).toBe(expected);
    }
  });

  test("is left as it is by prettier", async () => {
    for (const seed of seeds.slice(0, 80)) {
      const text = emit(seed, seed % 2 === 1);
      expect(await prettier.format(text, { parser: "typescript" })).toBe(text);
    }
  });

  test("is the same text each time", () => {
    for (const seed of seeds.slice(0, 20))
      expect(emit(seed, false)).toBe(emit(seed, false));
  });

  test.each([false, true])(
    "is clean to a strict compiler, noUncheckedIndexedAccess %s",
    (unchecked) => {
      const texts = seeds.map((seed) => emit(seed, unchecked));
      expect(strictErrors(texts, unchecked)).toEqual([]);
    },
  );
});

function strictErrors(texts: readonly string[], unchecked: boolean): string[] {
  const cache = join(root, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "diffc-codegen-"));
  try {
    texts.forEach((text, k) => writeFileSync(join(folder, `f${k}.ts`), text));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const config = { compilerOptions: options(unchecked), include: ["*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const run = spawnSync(process.execPath, [tsc, "-p", folder], {
      encoding: "utf8",
    });
    return run.stdout.split("\n").filter((line) => line !== "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const options = (unchecked: boolean): unknown => ({
  strict: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
  noUncheckedIndexedAccess: unchecked,
  target: "es2022",
  module: "nodenext",
  lib: ["es2023"],
  types: [],
  noEmit: true,
  skipLibCheck: true,
  paths: { "diffc/runtime": [join(root, "runtime", "index.ts")] },
  rootDir: root,
});

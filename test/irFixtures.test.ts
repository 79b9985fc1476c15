import { join } from "node:path";
import { globSync } from "tinyglobby";
import { expect, test } from "vitest";
import { newReporter } from "../compiler/diagnostics/reporter.js";
import { lowerProject } from "../compiler/frontend/index.js";
import { parseFunc } from "../compiler/ir/parse.js";
import { printFunc } from "../compiler/ir/print.js";
import { verifyFunc } from "../compiler/ir/verify.js";

const root = join(import.meta.dirname, "..");
const files = globSync(["fixtures/**/*.ts", "examples/**/*.ts"], {
  cwd: root,
  absolute: true,
  ignore: ["**/error*", "**/*.diff.ts"],
}).sort();
const { modules } = lowerProject({ files }, newReporter());

test.each(
  modules.map(
    (module) => [module.file.slice(root.length + 1), module] as const,
  ),
)(
  "%s: the IR is sound, and the same after printing and parsing",
  (_, { program }) => {
    for (const fn of program.funcs.values()) {
      verifyFunc(fn, program);
      const text = printFunc(fn);
      const again = parseFunc(text);
      verifyFunc(again);
      expect(printFunc(again)).toBe(text);
    }
  },
);

test("there are fixtures", () => {
  expect(modules.length).toBeGreaterThan(10);
});

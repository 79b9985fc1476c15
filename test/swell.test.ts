import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** Derivatives that double with each step when written out as a formula: the code grows with the source. */

const root = fileURLToPath(new URL("..", import.meta.url));

/** Rows of `npm run bench:swell`: the family, n, and operations without and with sharing. */
function rowsOfBench(): { family: string; n: number; ops: number[] }[] {
  const script = join(root, "scripts/benchSwell.mjs");
  const out = execFileSync(process.execPath, [script], { encoding: "utf8" });
  return out
    .split("\n")
    .map((line) => line.match(/^(.*?\S)\s+((?:\d+\s+){4}\d+)$/))
    .filter((match) => match !== null)
    .map(([, family = "", numbers = ""]) => {
      const [n = NaN, ...ops] = numbers.trim().split(/\s+/).map(Number);
      return { family, n, ops };
    });
}

test("expression swell: with sharing, each step adds the same", () => {
  const all = rowsOfBench();
  const families = new Set(all.map(({ family }) => family));
  expect(families.size).toBe(4);
  for (const one of families) {
    const rows = all.filter(({ family }) => family === one);
    const perStep = rows.slice(1).map((row, k) => {
      const before = rows[k]!;
      return (row.ops[3]! - before.ops[3]!) / (row.n - before.n);
    });
    expect(Math.max(...perStep)).toBeLessThan(Math.min(...perStep) + 1);
    // no more than a handful of operations for one of the function
    for (const { ops } of rows)
      expect(ops[3]! / ops[2]!).toBeLessThanOrEqual(4);
  }
});

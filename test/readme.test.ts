import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { renderPretty } from "../compiler/diagnostics/renderPretty.js";
import { compile } from "../src/index.js";

/**
 * The README shows what the compiler really gives. After a change in the output:
 * `npx vitest run test/readme.test.ts --update`, and read the diff.
 */

const path = fileURLToPath(new URL("../README.md", import.meta.url));
const readme = readFileSync(path, "utf8");

const blockAfter = (marker: string): RegExp =>
  new RegExp(`(<!-- example: ${marker} -->\\n\`\`\`\\w*\\n)([^]*?)(\`\`\`)`);

const withBlock = (text: string, marker: string, content: string): string =>
  text.replace(blockAfter(marker), (_all, head, _old, tail) =>
    [head, content, tail].join(""),
  );

const refused = `/** @differentiable */
export function cellValue(x: number, table: number[]): number {
  const cell = x >> 2;
  return table[cell] * (x - 4 * cell);
}
`;

test("the examples are what the compiler gives", async () => {
  const input = blockAfter("input").exec(readme)?.[2] ?? "";
  const good = await compile({ sources: { "loss.ts": input } });
  expect(good.diagnostics).toEqual([]);
  const bad = await compile({ sources: { "cell.ts": refused } });
  const refusal = renderPretty(bad.diagnostics, () => refused, false);

  const output = good.outputs[0]?.text ?? "";
  const real = withBlock(
    withBlock(readme, "output", output),
    "refusal",
    refusal.trimEnd() + "\n",
  );
  await expect(real).toMatchFileSnapshot(path);
});

test("the first code block holds the two commands", () => {
  const first = /```\w*\n([^]*?)```/.exec(readme)?.[1];
  expect(first).toBe("npm ci && npm run demo\nnpm cit\n");
});

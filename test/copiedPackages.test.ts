import { afterAll, expect, test } from "vitest";
import { newBox } from "./cliBox.js";
import { idioms, type Idiom } from "./harness/packageIdioms.js";
import { optionIdioms } from "./harness/packageOptions.js";
import { wholeIdioms } from "./harness/packageWholes.js";

/** Files of packages that somebody copied into a project, without their declarations. */

const box = newBox({
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      strict: true,
      target: "es2022",
      module: "nodenext",
      allowJs: true,
      types: [],
    },
  }),
  "package.json": '{ "type": "module" }',
});
afterAll(() => box.remove());

const names = [
  "exported-instance",
  "exports-by-another-name",
  "exports-chosen",
  "options-mentioned-before",
  "own-scratch",
  "late-functions",
];

const copied = [...idioms, ...optionIdioms, ...wholeIdioms].filter(({ name }) =>
  names.includes(name),
);

test.each(copied.map((one) => [one.name, one] as const))(
  "%s",
  async (name, one) => {
    copyInto(one);
    const { status, out, err } = await box.diffc(
      "gradcheck",
      `${name}.ts`,
      "--points",
      `${name}.json`,
    );
    expect(err).toBe("");
    expect(out).toContain("no mismatch");
    expect(status).toBe(0);
  },
);

function copyInto({ name, files, wrapper, points }: Idiom): void {
  const isModule = files["package.json"]?.includes('"module"');
  const file = `./parts/${name}${isModule ? ".js" : ".cjs"}`;
  box.write(file, files["index.js"] ?? "");
  box.write(`${name}.ts`, wrapper.replace(`"${name}"`, `"${file}"`));
  box.write(`${name}.json`, JSON.stringify({ f: points }));
}

test("a result of JavaScript in the project, in a variable", async () => {
  box.write(
    "parts/pairs.js",
    "export function pair(a, b) { return { sum: a + b, product: a * b }; }\n",
  );
  box.write(
    "pairs.ts",
    `import { pair } from "./parts/pairs.js";
/** @differentiable */
export function f(x: number, y: number): number {
  const p = pair(x, y);
  return p.sum * p.product;
}
`,
  );
  const { status, err } = await box.diffc("gradcheck", "pairs.ts");
  expect(err).toBe("");
  expect(status).toBe(0);
});

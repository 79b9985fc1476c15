import { afterEach, describe, expect, test } from "vitest";
import { type Box, newBox } from "./cliBox.js";

/** What sources import from one another, through the command line: each way is checked against finite differences. */

let box: Box;
afterEach(() => box.remove());

async function checked(
  files: Readonly<Record<string, string>>,
  main = "main.ts",
): Promise<string> {
  box = newBox(files);
  const built = await box.diffc(main);
  expect(built.err).toBe("");
  const ran = await box.diffc("gradcheck", main);
  expect(ran.err + ran.out).toContain("no mismatch");
  return box.read(main.replace(/\.\w+$/, ".diff.ts"));
}

const one = (body: string): string =>
  `/** @differentiable */\nexport const f = (x: number): number => ${body};\n`;

describe("export default", () => {
  test.each([
    ["an arrow", "(x: number): number => x * x;", "part(x)"],
    [
      "a function without a name",
      "function (x: number) { return x ** 3; }",
      "part(x)",
    ],
    ["a number", "9.81;", "part * x * x"],
    ["a list", "[1, 2.5, 3];", "part.reduce((s, w) => s * x + w, 0)"],
    [
      "an object with functions",
      "{ k: 2, f: (x: number) => x * x, g(x: number) { return this.k * this.f(x); } };",
      "part.f(x) * part.k + part.g(x)",
    ],
    [
      "an object that satisfies a type",
      "{ ease: (t: number) => t * t * (3 - 2 * t) } satisfies Record<string, (t: number) => number>;",
      "part.ease(x)",
    ],
    [
      "a class without a name",
      "class { constructor(readonly x: number) {} square() { return this.x ** 2; } }",
      "new part(x).square()",
    ],
  ])("%s", async (_, exported, body) => {
    await checked({
      "part.ts": `export default ${exported}\n`,
      "main.ts": `import part from "./part.js";\n${one(body)}`,
    });
  });
});

test("keys come in the order of the literal, which another module made", async () => {
  await checked({
    "made.ts": `export type Three = { a: number; b: number; c: number };
export const made = (x: number, y: number): Three => ({ c: x, b: y, a: x * y });
`,
    "main.ts": `import { made, type Three } from "./made.js";
/** @differentiable */
export function f(x: number, y: number): number {
  const three = made(x, y);
  let s = 0;
  let w = 1;
  for (const v of Object.values(three)) s += (w *= 10) * v;
  for (const k of Object.keys(three) as (keyof Three)[]) s += (w *= 0.3) * three[k];
  for (const k in made(y, x)) w += w * (k === "c" ? 1 : k.length + 0.5);
  return s * w;
}
`,
  });
});

test("what declare global adds to Math, Array and Number leaves the rest the language's own", async () => {
  const text = await checked({
    "added.d.ts": `declare global {
  interface Math { readonly tau: number }
  interface Array<T> { lastOne(): T | undefined }
  interface Number { half(): number }
}
export {};
`,
    "patch.ts":
      "Array.prototype.lastOne = function () { return this[this.length - 1]; };\nexport const patched = true;\n",
    "more.ts":
      "declare global { interface Math { readonly half: number } }\nexport const two = 2;\n",
    "main.ts": `import { two } from "./more.js";
import type {} from "./added.js";
/** @differentiable */
export function f(xs: number[]): number {
  const turned = xs.map((x) => Math.cos(x * Math.PI));
  return Math.max(...turned) - turned[0] * Number(xs.length) + [...xs].reverse()[0] * two;
}
`,
  });
  expect(text).toContain("xs[i] * Math.PI");
});

describe("a table of functions that another module changes", () => {
  const table =
    "export const ops: { k: number; f: (x: number) => number } = { k: 2, f: (x) => x * x };\n";

  test.each([
    ["a field", 'import { ops } from "./ops.js";', "ops.k = 3;"],
    [
      "a field, by another name",
      'import { ops as o } from "./ops.js";',
      "o.k += 3;",
    ],
    [
      "a function, through the module",
      'import * as all from "./ops.js";',
      "all.ops.f = (x) => x;",
    ],
    [
      "all, at once",
      'import { ops } from "./ops.js";',
      "Object.assign(ops, { k: 3 });",
    ],
  ])("%s", async (_, imported, change) => {
    box = newBox({
      "ops.ts": table,
      "set.ts": `${imported}\nexport const setUp = (): void => {\n  ${change}\n};\n`,
      "main.ts": `import { ops } from "./ops.js";\nimport { setUp } from "./set.js";\nexport const start = setUp;\n${one("ops.f(x) * ops.k")}`,
    });
    const { status, err } = await box.diffc("main.ts");
    expect(status).toBe(1);
    expect(err).toContain("main.ts:5:");
    expect(err).toContain("DC2104");
  });
});

describe("what another module changes", () => {
  const fails = async (
    files: Readonly<Record<string, string>>,
    code: string,
  ): Promise<void> => {
    box = newBox({ "tsconfig.json": '{ "include": ["*.ts"] }', ...files });
    const { status, err } = await box.diffc("main.ts");
    expect(status).toBe(1);
    expect(err).toContain(code);
  };

  test("a list of functions, in a file that nothing here imports", () =>
    fails(
      {
        "ops.ts":
          "export const ops: ((x: number) => number)[] = [(x) => x, (x) => 2 * x];\n",
        "app.ts": 'import { ops } from "./ops.js";\nops.reverse();\n',
        "main.ts": `import { ops } from "./ops.js";\n${one("ops[0]!(x)")}`,
      },
      "DC2104",
    ));

  test("a part of a table of functions, under a name of its own", () =>
    fails(
      {
        "ops.ts":
          "export const ops = { part: { k: 2, f: (x: number) => x } };\n",
        "set.ts":
          'import { ops } from "./ops.js";\nexport const setUp = (): void => {\n  const { part } = ops;\n  const same = ops.part;\n  same.k = part.k + 1;\n};\n',
        "main.ts": `import { ops } from "./ops.js";\nimport { setUp } from "./set.js";\nexport const start = setUp;\n${one("ops.part.f(x) * ops.part.k")}`,
      },
      "DC2005",
    ));

  test("a static field, in a file that nothing here imports", () =>
    fails(
      {
        "config.ts": "export class Config {\n  static limit = 2;\n}\n",
        "app.ts": 'import { Config } from "./config.js";\nConfig.limit += 1;\n',
        "main.ts": `import { Config } from "./config.js";\n${one("Config.limit * x")}`,
      },
      "DC2005",
    ));

  test("a variable of a namespace", () =>
    fails(
      {
        "config.ts":
          "export namespace Config {\n  export let limit = 2;\n  export const scale = (x: number): number => limit * x;\n}\n",
        "set.ts":
          'import { Config } from "./config.js";\nexport const setUp = (): void => {\n  Config.limit = 3;\n};\n',
        "main.ts": `import { Config } from "./config.js";\nimport { setUp } from "./set.js";\nexport const start = setUp;\n${one("Config.scale(x)")}`,
      },
      "DC2005",
    ));
});

describe("data", () => {
  const data = '{ "weights": [0.5, 1.5], "k": 3 }';
  const config = (module: string, moduleResolution: string): string =>
    JSON.stringify({
      compilerOptions: {
        strict: true,
        target: "es2022",
        module,
        moduleResolution,
        resolveJsonModule: true,
      },
    });

  test("a JSON file as a whole is imported where the derivative needs it", async () => {
    const text = await checked({
      "tsconfig.json": config("esnext", "bundler"),
      "data.json": data,
      "main.ts": `import data from "./data.json";\n${one("data.weights.reduce((s, w) => s * x + w, 0) / data.k")}`,
    });
    expect(text).toContain('import data from "./data.json";');
  });

  test("names in one, with the attributes of the import", async () => {
    const text = await checked({
      "tsconfig.json": config("esnext", "bundler"),
      "data.json": data,
      "main.ts": `import { weights, k as three } from "./data.json" with { type: "json" };\n${one("weights[1]! * x ** three")}`,
    });
    expect(text).toContain(
      'import { k as three, weights } from "./data.json" with { type: "json" };',
    );
  });
});

test("functions beside components, in a .tsx file", async () => {
  const text = await checked(
    {
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          strict: true,
          target: "es2022",
          module: "esnext",
          moduleResolution: "bundler",
          jsx: "preserve",
        },
      }),
      "main.tsx": `declare global { namespace JSX { interface IntrinsicElements { p: { title: number } } } }\n${one("x * Math.sin(x)")}export const View = ({ x }: { x: number }) => <p title={f(x)}>{x}</p>;\n`,
    },
    "main.tsx",
  );
  expect(text).toContain("@generated by diffc 0.1 from main.tsx");
});

test("classes of errors of another module, through a barrel", async () => {
  const text = await checked({
    "errors/base.ts":
      'export abstract class AppError extends Error {\n  abstract readonly code: number;\n  constructor(message: string) { super(message); this.name = "AppError"; }\n}\n',
    "errors/range.ts":
      'import { AppError } from "./base.js";\nexport class OutOfRange extends AppError {\n  readonly code = 7;\n  constructor(readonly limit: number) { super(`above ${limit}`); }\n}\n',
    "errors/index.ts":
      'export { AppError } from "./base.js";\nexport * from "./range.js";\n',
    "main.ts": `import { AppError, OutOfRange as Range } from "./errors/index.js";
const bounded = (x: number): number => {
  if (x > 0.5) throw new Range(2);
  return x * x;
};
/** @differentiable */
export function f(x: number): number {
  try {
    return bounded(x) + bounded(x / 4);
  } catch (error) {
    if (error instanceof Range) return x * x * error.limit;
    return error instanceof AppError ? error.code * x : 0;
  }
}
`,
  });
  expect(text).toContain('import { OutOfRange } from "./errors/range.js";');
});

test("classes of the same name in two modules, which neither exports", async () => {
  const text = await checked({
    "near.ts":
      "export interface Shape { r: number; area(): number }\nclass Local implements Shape {\n  constructor(public r: number) {}\n  area() { return this.r * this.r; }\n}\nexport const near = (r: number): Shape => new Local(r);\n",
    "main.ts": `import { near, type Shape } from "./near.js";
class Local implements Shape {
  constructor(public r: number) {}
  area() { return this.r * 3; }
}
/** @differentiable */
export function f(x: number, y: number): number {
  const shapes: Shape[] = [];
  for (let i = 0; i < 4; i++) shapes.push(i % 2 === 0 ? near(x) : new Local(y));
  return shapes.reduce((sum, shape) => sum + shape.area(), 0);
}
`,
  });
  expect(text).toMatch(/x \* x[^]*y \* 3/);
});

test("a class that its module exports as a type only", async () => {
  const text = await checked({
    "disc.ts":
      "class Disc {\n  constructor(public r: number) {}\n  area() { return this.r * this.r; }\n}\nexport type { Disc };\nexport const disc = (r: number): Disc => new Disc(r);\n",
    "main.ts": `import { disc, type Disc } from "./disc.js";
class Square {
  constructor(public w: number) {}
}
const area = (one: Disc | Square): number =>
  one instanceof Square ? one.w * 3 : one.area();
/** @differentiable */
export function f(x: number, y: number): number {
  const shapes: (Disc | Square)[] = [disc(x), new Square(y)];
  return shapes.reduce((sum, shape) => sum + area(shape), 0);
}
`,
  });
  expect(text).not.toMatch(/import \{ Disc/);
});

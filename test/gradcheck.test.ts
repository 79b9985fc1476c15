import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { looksLikeStack, newBox } from "./cliBox.js";

/** `diffc gradcheck` with the real compiler. */

const tsconfig = JSON.stringify({
  compilerOptions: {
    strict: true,
    target: "es2022",
    module: "nodenext",
    lib: ["es2023"],
    types: [],
  },
});

const model = `import { half, table } from "./lib/half.js";

/** @differentiable modes=grad,vjp,jvp */
export function energy(x: Float64Array, b: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += half(x[i] * x[i]) + Math.sin(b * x[i]);
  return sum * table[0];
}

/** @differentiable wrt=p.w modes=vjp,jvp */
const scaled = (p: { w: number[]; name: string }, k: number): number[] => {
  if (p.name === "") throw new Error("no name");
  const out: number[] = [];
  for (const w of p.w) out.push(Math.exp(w * k));
  return out;
};
export const used = scaled;
`;

const box = newBox({
  "tsconfig.json": tsconfig,
  "model.ts": model,
  "lib/half.ts":
    "export const table = [2, 3];\nexport function half(x: number): number {\n  return x / 2;\n}\n",
});
afterAll(() => box.remove());

describe("right derivatives", () => {
  test("a row for each function, mode and point; nothing is written", async () => {
    const { status, out, err } = await box.diffc("gradcheck", "model.ts");
    expect(err).toBe("");
    expect(status).toBe(0);
    for (const mode of ["grad", "vjp", "jvp"])
      expect(out).toMatch(
        new RegExp(`^energy +${mode} +3 +\\d+ +\\S+ +ok$`, "m"),
      );
    expect(out).toMatch(/^scaled +jvp +1 +3 +\S+ +ok$/m);
    expect(out).toContain("2 functions, 15 checks: no mismatch\n");
    expect(box.has("model.diff.ts")).toBe(false);
    const again = await box.diffc("gradcheck", "model.ts");
    expect(again.out).toBe(out);
  });

  test("modules and data by the aliases of the tsconfig", async () => {
    const { include, compilerOptions = {} } = JSON.parse(tsconfig) as {
      include?: string[];
      compilerOptions?: object;
    };
    const paths = { "@lib/*": ["./lib/*"] };
    const own = { ...compilerOptions, resolveJsonModule: true, paths };
    const elsewhere = newBox({
      "tsconfig.json": JSON.stringify({ include, compilerOptions: own }),
      "lib/rates.json": '{ "short": 0.25, "long": [2, 3] }',
      "lib/half.ts": "export const half = (x: number) => x / 2;\n",
      "model.ts": `import { half } from "@lib/half.js";
import rates from "@lib/rates.json";
/** @differentiable */
export const f = (x: number): number => half(x * x) * rates.short + rates.long[1] * x;
`,
    });
    const { out, err } = await elsewhere.diffc("gradcheck", "model.ts");
    elsewhere.remove();
    expect(err).toBe("");
    expect(out).toContain("1 function, 3 checks: no mismatch\n");
  });

  test("a package of the same workspace, linked to its TypeScript", async () => {
    const workspace = newBox({
      "tsconfig.json": tsconfig,
      "package.json": '{ "type": "module" }',
      "packages/core/package.json":
        '{ "name": "@acme/core", "type": "module", "exports": "./src/index.ts" }',
      "packages/core/src/index.ts": 'export * from "./squash.js";\n',
      "packages/core/src/squash.ts":
        "export const squash = (x: number): number => 1 / (1 + Math.exp(-x));\n",
      "model.ts": `import { squash } from "@acme/core";
/** @differentiable */
export const f = (x: number): number => squash(x * x) * 3;
`,
    });
    mkdirSync(join(workspace.folder, "node_modules/@acme"), {
      recursive: true,
    });
    symlinkSync(
      "../../packages/core",
      join(workspace.folder, "node_modules/@acme/core"),
    );
    const { out, err } = await workspace.diffc("gradcheck", "model.ts");
    workspace.remove();
    expect(err).toBe("");
    expect(out).toContain("1 function, 3 checks: no mismatch\n");
  });

  test("--fn takes one function, annotated or not", async () => {
    const one = await box.diffc("gradcheck", "model.ts", "--fn", "scaled");
    expect([one.status, one.err]).toEqual([0, ""]);
    expect(one.out).not.toContain("energy");
    const plain = await box.diffc("gradcheck", "lib/half.ts", "--fn", "half");
    expect(plain.out).toMatch(/^half +grad +3 +1 +\S+ +ok$/m);
  });

  test("types that hold themselves, made up and given", async () => {
    box.write(
      "tree.ts",
      `interface Tree { value: number; children: Tree[] }
/** @differentiable */
export function sum(t: Tree, decay: number): number {
  let s = t.value ** 2;
  for (const c of t.children) s += decay * sum(c, decay);
  return s;
}
interface Link { v: number; next?: Link }
/** @differentiable */
export function along(l: Link): number {
  let s = 0;
  for (let p: Link | undefined = l; p !== undefined; p = p.next) s += p.v ** 2;
  return s;
}
`,
    );
    const made = await box.diffc("gradcheck", "tree.ts");
    expect(made.out).toContain("2 functions, 6 checks: no mismatch\n");
    const leaf = { value: 2, children: [] };
    box.write(
      "trees.json",
      JSON.stringify({ sum: [[{ value: 1, children: [leaf, leaf] }, 0.5]] }),
    );
    const given = await box.diffc(
      ...["gradcheck", "tree.ts", "--fn", "sum", "--points", "trees.json"],
    );
    expect(given.out).toMatch(/^sum +grad +1 +4 +\S+ +ok$/m);
  });

  test("methods, and instances of classes here and elsewhere, made up and given", async () => {
    box.write(
      "lib/vec.ts",
      "export class Vec {\n  constructor(public x: number, public y: number) {}\n  dot(o: Vec): number { return this.x * o.x + this.y * o.y; }\n}\n",
    );
    box.write(
      "ball.ts",
      `import { Vec } from "./lib/vec.js";
export class Ball {
  constructor(public at: Vec, private readonly mass: number) {}
  /** @differentiable */
  energy(speed: number): number { return this.mass * speed ** 2 + this.at.dot(this.at); }
  /** @differentiable */
  static between(a: Ball, b: Ball): number { return a.at.dot(b.at) * a.mass * b.mass; }
}
/** @differentiable */
export function all(balls: Ball[], origin: Vec): number {
  return balls.map((ball) => ball.energy(2) * ball.at.dot(origin)).reduce((a, b) => a + b, 0) + new Vec(1, 1).dot(origin);
}
`,
    );
    const made = await box.diffc("gradcheck", "ball.ts");
    expect([made.status, made.err]).toEqual([0, ""]);
    expect(made.out).toContain("3 functions, 9 checks: no mismatch");
    const at = { x: 1, y: 2 };
    box.write(
      "points.json",
      JSON.stringify({ ballEnergy: [[{ at, mass: 3 }, 2]] }),
    );
    const given = await box.diffc(
      ...["gradcheck", "ball.ts", "--fn", "ballEnergy"],
      ...["--points", "points.json"],
    );
    expect([given.status, given.err]).toEqual([0, ""]);
    expect(given.out).toMatch(/^ballEnergy +grad +1 +4 +\S+ +ok$/m);
  });

  test("a method by its class, without a tag", async () => {
    box.write(
      "spring.ts",
      `export class Spring {
  constructor(readonly stiffness: number, readonly length: number) {}
  energy(at: number): number { return 0.5 * this.stiffness * (at - this.length) ** 2; }
  static stretch(at: number): number { return at * at; }
}
`,
    );
    const own = await box.diffc(
      ...["gradcheck", "spring.ts", "--fn", "Spring.energy"],
    );
    expect([own.status, own.err]).toEqual([0, ""]);
    expect(own.out).toMatch(/^springEnergy +grad +1 +3 +\S+ +ok$/m);
    const fixed = await box.diffc(
      ...["gradcheck", "spring.ts", "--fn", "Spring.stretch"],
    );
    expect(fixed.out).toContain("1 function, 3 checks: no mismatch");
    const wrong = await box.diffc("spring.ts", "--fn", "Spring.enrgy");
    expect(wrong.err + wrong.out).toContain("did you mean Spring.energy?");
  });

  test("numbers of which there are a few only, in enums and tags", async () => {
    box.write(
      "terms.ts",
      `enum Kind { Line = 7, Square }
type Term = { kind: Kind.Line; a: number } | { kind: Kind.Square; a: number; b: number };
type Step = { way: 1; by: number } | { way: -1; by: number };
/** @differentiable */
export function total(terms: Term[], steps: Step[], power: 2 | 3): number {
  let sum = 0;
  for (const t of terms) {
    switch (t.kind) {
      case Kind.Line: sum += t.a; break;
      case Kind.Square: sum += t.a * t.b; break;
    }
  }
  for (const { way, by } of steps) sum += way === 1 ? by ** power : Math.sin(by);
  return sum;
}
`,
    );
    const { status, out, err } = await box.diffc("gradcheck", "terms.ts");
    expect([status, err]).toEqual([0, ""]);
    expect(out).toContain("1 function, 3 checks: no mismatch");
  });

  test("--points", async () => {
    box.write(
      "points.json",
      JSON.stringify({
        energy: [[[1, 2], 0.5]],
        scaled: [
          [{ w: [1], name: "n" }, 2],
          [{ w: [], name: "n" }, 2],
        ],
      }),
    );
    const { status, out } = await box.diffc(
      ...["gradcheck", "model.ts", "--points", "points.json"],
    );
    expect(status).toBe(0);
    expect(out).toMatch(/^energy +grad +1 +3 +\S+ +ok$/m);
    expect(out).toMatch(/^scaled +vjp +2 +0 +0e\+0 +ok$/m);
    expect(out).toContain("7 checks");
  });

  test("points at which the function throws are passed over, and said so", async () => {
    box.write(
      "picky.ts",
      `/** @differentiable */
export function picky(xs: number[]): number {
  if (xs.length !== 4) throw new RangeError("four, please");
  return xs[0] * xs[3];
}
`,
    );
    const { status, out } = await box.diffc("gradcheck", "picky.ts");
    expect(status).toBe(0);
    expect(out).toContain("not used: it throws RangeError: four, please");
    expect(out).toMatch(/^picky +grad +3 +4 +\S+ +ok$/m);
  });
});

describe("what goes wrong", () => {
  /** Checks a file whose value depends on the call: no derivative of it can be right. */
  test("a mismatch: status 1, the components and the point", async () => {
    box.write(
      "odd.ts",
      `/** @differentiable */
export function odd(x: number): number {
  return Math.floor(1e8 * x) / 1e8 + 2 * x;
}
`,
    );
    const { status, out } = await box.diffc("gradcheck", "odd.ts");
    expect(status).toBe(1);
    expect(out).toMatch(/^odd +grad +1 +1 +\S+ +WRONG$/m);
    expect(out).toMatch(/^odd grad at point 1: \[\d/m);
    expect(out).toMatch(/^x +2 +3(\.0*\d+)? /m);
    expect(out).toContain("1 function, 3 checks: 3 WRONG");
  });

  test("a parameter of which nothing is known: status 2, --points", async () => {
    box.write(
      "map.ts",
      `/** @differentiable wrt=x */
export function scale(x: number, by: Map<RegExp, number>): number {
  return x * by.size;
}
`,
    );
    const { status, out } = await box.diffc("gradcheck", "map.ts");
    expect(status).toBe(2);
    expect(out).toContain(
      "scale: nothing can be made up for by, of type Map<RegExp, number>; give points with --points FILE.json",
    );
    expect(out).toContain("1 function not checked");
  });

  test("an error in the source: the diagnostic, status 1", async () => {
    box.write(
      "broken.ts",
      "/** @differentiable */\nexport function f(x: number): number {\n  return x +;\n}\n",
    );
    const { status, err, out } = await box.diffc("gradcheck", "broken.ts");
    expect([status, out]).toEqual([1, ""]);
    expect(err).toContain("broken.ts:3:");
  });

  test("a module that throws when it is loaded", async () => {
    box.write(
      "bad.ts",
      '/** @differentiable */\nexport function f(x: number): number {\n  return x;\n}\nthrow new Error("at load");\n',
    );
    const { status, err } = await box.diffc("gradcheck", "bad.ts");
    expect(status).toBe(1);
    expect(err).toContain("bad.ts cannot be run: Error: at load");
    expect(looksLikeStack(err)).toBe(false);
  });

  test.each([
    [["lib/half.ts"], "nothing to check"],
    [["model.ts", "--fn", "enrgy"], "enrgy"],
    [
      ["model.ts", "--points", "tsconfig.json"],
      "no annotated function compilerOptions",
    ],
  ])("gradcheck %j is wrong usage or an error", async (argv, message) => {
    const { status, err } = await box.diffc("gradcheck", ...argv);
    expect(status).toBeGreaterThan(0);
    expect(err).toContain(message);
    expect(looksLikeStack(err)).toBe(false);
  });
});

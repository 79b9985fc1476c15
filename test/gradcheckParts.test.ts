import { afterAll, describe, expect, test } from "vitest";
import { join } from "node:path";
import {
  choicesFrom,
  javaScriptModules,
  type Signature,
  type Ty,
} from "../compiler/evaluation.js";
import {
  arrayOf,
  bool,
  maybe,
  num,
  recordOf,
  str,
} from "../compiler/ir/types.js";
import * as runtime from "../runtime/index.js";
import { seededRandom } from "../runtime/index.js";
import { checkAt, type Subject } from "../src/cli/gradcheckModes.js";
import { runnableModules } from "../src/cli/gradcheckModules.js";
import { readPoints } from "../src/cli/gradcheckPoints.js";
import { sampleArguments } from "../src/cli/gradcheckSamples.js";
import { gradcheckTable } from "../src/cli/gradcheckTable.js";
import { newBox } from "./cliBox.js";

/** The parts of `diffc gradcheck`, without the compiler. */

const box = newBox();
afterAll(() => box.remove());

const signature = (
  parameters: Readonly<Record<string, Ty>>,
  more: Partial<Signature> = {},
): Signature => ({
  name: "f",
  file: "f.ts",
  modes: ["grad"],
  wrt: Object.keys(parameters).map((name) => [name]),
  parameters: Object.entries(parameters).map(([name, ty]) => ({
    name,
    ty,
    optional: ty.kind === "maybe",
  })),
  result: num,
  ...more,
});

describe("made-up arguments", () => {
  const draw = (one: Signature, attempt = 0): unknown[] =>
    sampleArguments(one, seededRandom(1), attempt);

  test("have the shapes of the parameters", () => {
    const point = recordOf([
      { name: "x", ty: num },
      { name: "tags", ty: { kind: "opaque", text: "string[]" } },
      { name: "memo", ty: maybe(num), optional: true },
    ]);
    const [a, b, c, d, e] = draw(
      signature({
        a: num,
        b: arrayOf(arrayOf(num)),
        c: arrayOf(num, "f32"),
        d: { ...arrayOf(num), fixed: 2 },
        e: point,
      }),
    ) as [
      number,
      number[][],
      Float32Array,
      number[],
      { x: number; tags: string[] },
    ];
    expect(a).toBeGreaterThan(0.5);
    expect(b.map((row) => row.length)).toEqual([3, 3, 3]);
    expect(c).toBeInstanceOf(Float32Array);
    expect(d).toHaveLength(2);
    expect(e.tags).toEqual(["a", "a", "a"]);
    expect(Object.keys(e)).toEqual(["x", "tags", "memo"]);
  });

  test("differ from attempt to attempt", () => {
    const one = signature({ x: arrayOf(num), y: maybe(num) });
    const attempts = [0, 1, 2].map((k) => draw(one, k));
    expect(attempts.map(([x]) => (x as number[]).length)).toEqual([3, 4, 5]);
    expect(attempts[2]?.[1]).toBe(undefined);
  });

  test("counts and indices are integers that fit the arrays", () => {
    for (let k = 0; k < 8; k++) {
      const [xs, n, label] = draw(
        signature({ xs: arrayOf(num), n: num, label: num }, { wrt: [["xs"]] }),
        k,
      ) as [number[], number, number];
      expect(n).toBeLessThanOrEqual(xs.length);
      expect(Number.isInteger(n) && n > 0).toBe(true);
      expect(Number.isInteger(label) && label >= 0 && label < xs.length).toBe(
        true,
      );
    }
  });

  test("carried values: strings, literals, booleans, integer arrays", () => {
    const [s, kind, flag, ids] = draw(
      signature({
        s: str,
        kind: { kind: "opaque", text: '"call" | "put"' },
        flag: bool,
        ids: arrayOf(num, "i32"),
      }),
    );
    expect(s).toBe("a");
    expect(["call", "put"]).toContain(kind);
    expect(typeof flag).toBe("boolean");
    expect(ids).toBeInstanceOf(Int32Array);
  });

  test("a type that nothing is known of", () => {
    const table: Ty = { kind: "opaque", text: "Map<string, number>" };
    expect(() => draw(signature({ table }))).toThrow(
      "nothing can be made up for table, of type Map<string, number>",
    );
    expect(draw(signature({ table: maybe(table) }))).toEqual([undefined]);
  });
});

test("types that are a choice of strings, here and in imported modules", () => {
  box.write(
    "sides.ts",
    'import type { Unit } from "./units.js";\nexport type Side = "buy" | "sell";\nenum Mode { Fast = "fast" }\ntype Wide = string | "a";\nexport type U = Unit;',
  );
  box.write("units.ts", 'export type Unit = "m";\nexport type Side = "other";');
  const choices = choicesFrom(join(box.folder, "sides.ts"));
  expect(choices).toEqual(
    new Map([
      ["Side", ["buy", "sell"]],
      ["Mode", ["fast"]],
      ["Unit", ["m"]],
    ]),
  );
  const one = signature({ side: { kind: "opaque", text: "Side" } });
  const drawn = [0, 1, 2, 3, 4, 5].map(
    (k) => sampleArguments(one, seededRandom(k), k, choices)[0],
  );
  expect(new Set(drawn)).toEqual(new Set(["buy", "sell"]));
});

describe("points from a file", () => {
  const f = signature({
    x: arrayOf(num, "f64"),
    p: recordOf([{ name: "k", ty: num }]),
    y: maybe(num),
  });
  const read = (json: unknown) => {
    box.write("p.json", typeof json === "string" ? json : JSON.stringify(json));
    return readPoints(join(box.folder, "p.json"), [f], "p.json");
  };

  test("arrays become what the parameter asks for", () => {
    expect(
      read({
        f: [
          [[1, "NaN"], { k: 2 }],
          [[3], { k: 4 }, 5],
        ],
      }).of(f),
    ).toEqual([
      [Float64Array.of(1, NaN), { k: 2 }, undefined],
      [Float64Array.of(3), { k: 4 }, 5],
    ]);
  });

  test.each([
    ["{", "p.json is not JSON"],
    [[1], "expected an object"],
    [{ g: [[]] }, "there is no annotated function g"],
    [{ f: [] }, "f must be a list of points"],
    [{ f: [1] }, "f[0] must be the list of the arguments of f"],
    [{ f: [[[1]]] }, "f[0] has 1 arguments; f takes x, p, y"],
    [{ f: [[[1, "a"], { k: 1 }]] }, 'f[0].x[1] must be a number, not "a"'],
    [{ f: [[[1], { q: 1 }]] }, "f[0].p has no field q"],
    [{ f: [[[1], {}]] }, "f[0].p.k must be a number, not nothing"],
    [{ f: [[3, { k: 1 }]] }, "f[0].x must be an array, not 3"],
  ])("%j is refused", (json, message) => {
    expect(() => read(json)).toThrow(message);
  });

  test("a file that cannot be read", () => {
    expect(() => readPoints(box.folder, [f], "folder")).toThrow("cannot read");
  });
});

describe("modules", () => {
  test("run with their imports, in a cycle too, and give functions that are not exported", async () => {
    box.write(
      "tsconfig.json",
      '{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler", "paths": { "@/*": ["./lib/*"] } } }',
    );
    box.write(
      "main.ts",
      `import type { Nothing } from "./types.js";
       import { sep } from "node:path";
       import path from "node:path";
       import { fGrad } from "./main.diff.js";
       import { half } from "@/half";
       export const scale: number = 4;
       const hidden = (x: Nothing & number): number => half(x) * scale;
       export const g = (): unknown => [sep, path.sep, fGrad(1)];
       function kept(): number { return hidden(1 as never); }`,
    );
    box.write(
      "lib/half.ts",
      "export enum E { Two = 2 }\nexport const half = (x: number): number => x / E.Two;",
    );
    const main = join(box.folder, "main.ts");
    const diff = join(box.folder, "main.diff.ts");
    const overlay = new Map([
      [
        diff,
        'import { scale } from "./main.js";\nimport { absSlope } from "diffc/runtime";\nexport const fGrad = (x: number): number => scale * absSlope(x);',
      ],
    ]);
    const modules = javaScriptModules([main, diff], overlay);
    expect([...modules.keys()].sort()).toEqual(
      [diff, main, join(box.folder, "lib/half.ts")].sort(),
    );
    const ready = await runnableModules(
      modules,
      new Map([["diffc/runtime", runtime]]),
      new Map([[main, ["g", "kept"]]]),
    );
    const g = ready.functionIn(main, "g") as () => unknown[];
    expect(g()).toEqual(["/", "/", 4]);
    const kept = ready.functionIn(main, "kept") as () => number;
    expect(kept()).toBe(2);
    expect(Object.keys(ready.exportsOf(diff))).toEqual(["fGrad"]);
  });

  test("know what packages export, by whichever way they offer it", async () => {
    const hidden = "for (const k of ['half']) exports[k] = (x) => x / 2;";
    const parts = { type: "module", exports: { import: "./only.js" } };
    box.write("node_modules/hidden-names/index.js", hidden);
    box.write("node_modules/only-esm/package.json", JSON.stringify(parts));
    box.write("node_modules/only-esm/only.js", "export const third = 3;");
    const main = join(box.folder, "packages.ts");
    const text =
      'import { half } from "hidden-names";\nimport { third } from "only-esm";\nexport const g = (x: number): number => half(x) / third;';
    const modules = javaScriptModules([main], new Map([[main, text]]));
    const names = new Map([[main, ["g"]]]);
    const ready = await runnableModules(modules, new Map(), names);
    expect((ready.functionIn(main, "g") as (x: number) => number)(12)).toBe(2);
  });
});

describe("checks", () => {
  interface P {
    w: number[];
    name: string;
  }
  const original = (p: P, x: number): number[] => [
    p.w[0]! * x * x,
    Math.sin(p.w[1]!) + x,
  ];
  const point = [{ w: [2, 0.5], name: "n" }, 3] as const;
  const types = {
    p: recordOf([
      { name: "w", ty: arrayOf(num) },
      { name: "name", ty: str },
    ]),
    x: num,
  };
  const vjp = (p: P, x: number, c: number[]) => ({
    value: original(p, x),
    grad: {
      p: { w: [c[0]! * x * x, c[1]! * Math.cos(p.w[1]!)] },
      x: c[0]! * 2 * p.w[0]! * x + c[1]!,
    },
  });
  type Tangent = { p?: { w?: number[] }; x?: number };
  const jvp = (p: P, x: number, { p: dp, x: dx = 0 }: Tangent) => ({
    value: original(p, x),
    tangent: [
      (dp?.w?.[0] ?? 0) * x * x + 2 * p.w[0]! * x * dx,
      Math.cos(p.w[1]!) * (dp?.w?.[1] ?? 0) + dx,
    ],
  });

  const check = (
    exports: Readonly<Record<string, unknown>>,
    more: Partial<Signature>,
    f: unknown = original,
  ) => {
    const subject: Subject = {
      signature: signature(types, { result: arrayOf(num), ...more }),
      original: f as never,
      generated: (name) => exports[name] as never,
    };
    return checkAt(subject, point, seededRandom(3));
  };

  test("vjp and jvp that are right", () => {
    const checks = check({ fVjp: vjp, fJvp: jvp }, { modes: ["vjp", "jvp"] });
    expect(
      checks.map(({ problems, report }) => [problems, report?.ok]),
    ).toEqual([
      [[], true],
      [[], true],
    ]);
    expect(checks[0]?.report?.components.map(({ path }) => path)).toEqual([
      "p.w[0]",
      "p.w[1]",
      "x",
    ]);
    expect(checks[1]?.report?.components.map(({ path }) => path)).toEqual([
      "tangent[0]",
      "tangent[1]",
    ]);
  });

  test("wrt goes into fields: only those move", () => {
    const seen: Tangent[] = [];
    const spy = (p: P, x: number, t: Tangent) => {
      seen.push(t);
      return jvp(p, x, t);
    };
    const [one] = check({ fJvp: spy }, { modes: ["jvp"], wrt: [["p", "w"]] });
    expect(one?.report?.ok).toBe(true);
    expect(seen).toEqual([
      { p: { w: [expect.any(Number), expect.any(Number)] } },
    ]);
  });

  test("a wrong number, a wrong value, a changed argument, an exception", () => {
    const wrong = (p: P, x: number, c: number[]) => {
      const out = vjp(p, x, c);
      return { ...out, grad: { ...out.grad, x: out.grad.x + 1e-3 } };
    };
    const [numbers] = check({ fVjp: wrong }, { modes: ["vjp"] });
    expect(numbers?.report?.components.filter((c) => !c.ok)).toMatchObject([
      { path: "x", status: "mismatch" },
    ]);

    const offValue = (p: P, x: number, c: number[]) => ({
      ...vjp(p, x, c),
      value: [1, 2],
    });
    const [value] = check({ fVjp: offValue }, { modes: ["vjp"] });
    expect(value?.problems[0]).toContain("fVjp gives the value [1,2]");

    const writing = (p: P, x: number, c: number[]) => {
      const out = vjp(p, x, c);
      p.w[0] = 0;
      return out;
    };
    const [changed] = check({ fVjp: writing }, { modes: ["vjp"] });
    expect(changed?.problems).toEqual(["fVjp changed its arguments"]);

    const throwing = () => {
      throw new RangeError("too far");
    };
    const [thrown] = check({ fVjp: throwing }, { modes: ["vjp"] });
    expect(thrown?.problems).toEqual([
      "the derivative threw RangeError: too far",
    ]);
  });

  test("grad: both exports, and defaults that were used", () => {
    const f = (p: P, x = 3): number => p.w[0]! * x;
    const fGrad = (p: P, x = 3) => ({ p: { w: [x, 0] }, x: p.w[0]! });
    const fValueAndGrad = (p: P, x = 3) => ({
      value: p.w[0]! * x,
      grad: fGrad(p, x),
    });
    const subject: Subject = {
      signature: signature(types),
      original: f as never,
      generated: (name) => ({ fGrad, fValueAndGrad })[name] as never,
    };
    const args = [point[0], undefined];
    const [one] = checkAt(subject, args, seededRandom(3));
    expect([one?.problems, one?.report?.ok]).toEqual([[], true]);
    expect(one?.report?.total).toBe(2);
  });

  test("the table", () => {
    const good = check({ fVjp: vjp }, { modes: ["vjp"] });
    const bad = check({ fVjp: () => 1 }, { modes: ["vjp"] });
    const text = gradcheckTable([
      {
        name: "f",
        points: [
          { args: point, checks: good },
          { args: [Float64Array.of(1)], checks: bad },
        ],
        rejected: ["it throws E", "it throws E"],
        isWrong: true,
      },
      { name: "g", points: [], rejected: [], isWrong: false, unchecked: "why" },
    ]);
    expect(text).toMatch(/^f +vjp +1 +3 +\S+ +ok$/m);
    expect(text).toMatch(/^f +vjp +2 +- +- +WRONG$/m);
    expect(text).toMatch(/^g +not checked$/m);
    expect(text).toContain(
      "f: 2 made-up points beside these 2 not used: it throws E\n",
    );
    expect(text).toContain("f vjp at point 2: [[1]]");
    expect(text).toContain(
      "2 functions, 2 checks: 1 WRONG, 1 function not checked",
    );
  });
});

import { afterEach, describe, expect, test, vi } from "vitest";
import { compileSources, outputPath } from "./harness/compileSources.js";
import { loadModules } from "./harness/load.js";

/** A log shows what the original shows, in the same order, in reverse and in forward mode. */
const source = `
interface Point { x: number; y: number; label?: string; "two words"?: number }
class Vec {
  readonly #n = 2;
  constructor(readonly x: number, readonly y: number) {}
  get length(): number { return this.#n * Math.hypot(this.x, this.y) / 2; }
}
class Named extends Vec {
  constructor(x: number, readonly name: string) { super(x, 2 * x); }
  toString(): string { return \`\${this.name}(\${this.x})\`; }
}

/** @differentiable wrt=x modes=grad,jvp */
export function records(x: number, p: Point): number {
  console.log(p);
  console.info("p is", p, [x, [x * 2, p]], { p, deep: { x, list: [x] } });
  const q = { ...p, x };
  q.x *= 2;
  console.log(q, \`\${[q.x, q.y]}\`);
  q.x += 1;
  console.log("after:", q);
  return q.x * p.y;
}

/** @differentiable wrt=xs modes=grad,jvp */
export function lists(xs: number[], ys: Float64Array): number {
  console.log(xs, ys, xs.map((x) => x * 2), [...xs]);
  xs = xs.slice();
  for (let i = 0; i < xs.length; i++) {
    xs[i] *= 2;
    console.debug(\`step \${i}\`, xs, xs.map((x) => x.toFixed(2)).join("|"), String(xs));
  }
  const words: string[] = [];
  for (const x of xs) words.push(x.toFixed(1));
  console.log(words, words.join(" ") + "!", words.slice(1), words[0]);
  console.log("json " + JSON.stringify({ xs, at: [1, xs[0]] }), JSON.stringify(ys, null, 2));
  return xs[0] * xs[1] + ys[0];
}

/** @differentiable wrt=x modes=grad,jvp */
export function classes(x: number): number {
  const list: Vec[] = [new Vec(x, 2), new Named(x, "n")];
  console.log(list[0].length, new Vec(x, 3), new Named(3, "m"), \`\${new Named(x, "k")}\`);
  console.table([{ x, y: 1 }, { x: 2, y: x }]);
  return list[1].length * x;
}

/** @differentiable wrt=x modes=grad,jvp */
export function tables(x: number, names: string[]): number {
  const m = new Map<string, number>();
  const r: Record<string, Point> = {};
  for (const name of names) {
    m.set(name, x * m.size);
    r[name] = { x, y: m.size };
  }
  console.log(m, r, new Set([1, x]));
  let last: Point | undefined;
  let none: Point | null = null;
  for (const name of names) if (name !== "c") last = r[name];
  if (x > 100) none = { x, y: 1 };
  console.log(last, none, x > 1 ? last : none);
  return (last?.x ?? 1) * (m.get("b") ?? 2) * r.a.y;
}

/** @differentiable wrt=xs modes=grad,jvp */
export function throws(xs: number[], p: Point): number {
  if (xs[0] > 100)
    throw new RangeError(\`bad: \${xs.join(", ")}; \${JSON.stringify(p)}; \${xs.map((x) => x.toFixed(1)).join(" ")}\`);
  return xs[0] * p.x;
}
`;

type Said = readonly (readonly unknown[])[];
const path = "model.ts";
const { outputs, diagnostics } = compileSources({ [path]: source });
const made = outputs.get(path) ?? "";
const load = loadModules({ [path]: source, [outputPath(path)]: made });
type Fn = (...args: unknown[]) => unknown;
const original = load(path) as Record<string, Fn>;
const derived = load(outputPath(path)) as Record<string, Fn>;

const ways = ["log", "info", "debug", "table"] as const;
afterEach(() => vi.restoreAllMocks());

/** What is said in a call, as it is at that moment. */
function saidBy(call: () => unknown): Said {
  const said: unknown[][] = [];
  for (const way of ways)
    vi.spyOn(console, way).mockImplementation((...args: unknown[]) => {
      said.push([way, ...structuredClone(args)]);
    });
  call();
  return said;
}

const p = { x: 3, y: 4, label: "p", "two words": 2 };
const calls: readonly (readonly [string, readonly unknown[], unknown])[] = [
  ["records", [2, p], 1],
  ["records", [2, { x: 1, y: 2 }], 1],
  ["lists", [[1, 2, 3], Float64Array.of(4, 5)], [1, 0, 0]],
  ["classes", [3], 1],
  ["tables", [2, ["a", "b", "c"]], 1],
];

test("compiles", () => expect(diagnostics).toEqual([]));

describe("shows what the original shows", () => {
  test.each(calls)("%s", (name, args, tangent) => {
    const said = saidBy(() => original[name]!(...structuredClone(args)));
    expect(said.length).toBeGreaterThan(0);
    expect(saidBy(() => derived[`${name}Grad`]!(...args))).toEqual(said);
    const forward = derived[`${name}Jvp`]!;
    expect(saidBy(() => forward(...args, tangent))).toEqual(said);
  });
});

test("the message of an error", () => {
  const args = [[101, 2, 3.5], p];
  const messageOf = (call: () => unknown): unknown => {
    try {
      return call();
    } catch (error) {
      return (error as Error).message;
    }
  };
  const message = messageOf(() => original["throws"]!(...args));
  expect(message).toContain("bad: 101, 2, 3.5");
  expect(messageOf(() => derived["throwsGrad"]!(...args))).toBe(message);
});

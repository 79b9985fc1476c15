import { expect, test } from "vitest";
import { compileSources, outputPath } from "./harness/compileSources.js";
import { loadModules } from "./harness/load.js";

/** Instances that a function returns are instances of the classes of the original, whichever of several that is. */
const source = `
export abstract class Shape { abstract area(): number }
export class Circle extends Shape {
  constructor(readonly r: number) { super(); }
  area(): number { return Math.PI * this.r * this.r; }
}
export class Square extends Shape {
  constructor(readonly a: number) { super(); }
  area(): number { return this.a * this.a; }
}
export class Ray {
  readonly parts: Shape[] = [];
  constructor(readonly from: Square) {}
}

/** @differentiable modes=vjp,jvp */
export function grown(x: number, k: number): Shape | undefined {
  if (x < 0) return undefined;
  const circle = new Circle(x * k);
  return k > 5 ? circle : new Square(circle.area() * k);
}

/** @differentiable modes=vjp,jvp */
export function kept(s: Shape, k: number): { all: Shape[]; ray: Ray } {
  const ray = new Ray(new Square(k));
  ray.parts.push(s, new Circle(k * k));
  return { all: [s], ray };
}
`;

type Exports = Readonly<Record<string, never>>;
type Class = new (...numbers: number[]) => object;

const path = "model.ts";
const { outputs, diagnostics } = compileSources({ [path]: source });
const load = loadModules({
  [path]: source,
  [outputPath(path)]: outputs.get(path) ?? "",
});
const derived = (): Exports => load(outputPath(path)) as Exports;
const valueOf = (name: string, ...args: readonly unknown[]): unknown => {
  const fn = derived()[name] as (...args: readonly unknown[]) => unknown;
  return (fn(...args) as { value: unknown }).value;
};
const classNamed = (name: string): Class => load(path)[name] as Class;

test("compiles", () => expect(diagnostics).toEqual([]));

test.each([
  [2, "Square"],
  [6, "Circle"],
] as const)("one of two classes, for %s", (k, name) => {
  const original = load(path)["grown"] as (x: number, k: number) => object;
  for (const value of [
    valueOf("grownVjp", 1.5, k, {}),
    valueOf("grownJvp", 1.5, k, {}),
  ]) {
    expect(value).toBeInstanceOf(classNamed(name));
    expect(value).toStrictEqual(original(1.5, k));
  }
  expect(valueOf("grownVjp", -1, k, undefined)).toBe(undefined);
});

test("arguments stay what they are, parts of others are made", () => {
  const circle = new (classNamed("Circle"))(2);
  const value = valueOf("keptVjp", circle, 3, {}) as {
    all: object[];
    ray: { parts: object[]; from: object };
  };
  expect(value.all[0]).toStrictEqual(circle);
  expect(value.all[0]).not.toBe(circle);
  expect(value.ray).toBeInstanceOf(classNamed("Ray"));
  expect(value.ray.from).toStrictEqual(new (classNamed("Square"))(3));
  expect(value.ray.parts[1]).toStrictEqual(new (classNamed("Circle"))(9));
});

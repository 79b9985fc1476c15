import { expect, it } from "vitest";
import { seededRandom } from "../runtime/random.js";
import { compileBatch } from "./harness/batch.js";
import { type Exports, loadModules } from "./harness/load.js";

/**
 * Random functions made of dense layers, in many forms of loops and indices, compiled with products and without: the same
 * value to the bit, the same gradient to rounding. `SEEDS=400 FIRST=1000` for more.
 */
const seeds = Number(process.env["SEEDS"] ?? 40);
const first = Number(process.env["FIRST"] ?? 0);
const numbers = Array.from({ length: seeds }, (_, k) => first + k);
const name = (seed: number): string => `dense${seed}.ts`;
const sources = Object.fromEntries(
  numbers.map((seed) => [name(seed), denseSource(seed)]),
);

it("products change no bit of a value, and a gradient by rounding only", () => {
  const on = compileBatch(sources);
  const off = compileBatch(sources, { disable: ["products"] });
  let lifted = 0;
  for (const seed of numbers) {
    const [a, b] = [on, off].map((one) => one.get(name(seed))!);
    expect(a!.crash, name(seed)).toBeUndefined();
    expect(a!.errors, name(seed)).toEqual([]);
    if (/addMat|addOuter/.test(a!.text!)) lifted++;
    check(seed, a!.text!, b!.text!);
  }
  expect(lifted).toBeGreaterThan(seeds / 2);
});

type Fn = (...args: readonly unknown[]) => unknown;
interface Made {
  value: number;
  grad: { w: Float64Array; x: Float64Array };
}

function check(seed: number, withProducts: string, without: string): void {
  const path = `${name(seed)}`;
  const loaded = [withProducts, without].map((text) =>
    loadModules({ "made.ts": text })("made.ts"),
  );
  const random = seededRandom(seed + 1);
  const fill = (n: number): Float64Array =>
    new Float64Array(n).map(() => random.normal());
  const [w, x] = [fill(4000), fill(4000)];
  const primal = loadModules(sources)(path)["f"] as Fn;
  for (const extra of [0, 1, 0.5, -9, NaN])
    compare(path, primal, loaded, [w, x, extra]);
}

function compare(
  path: string,
  primal: Fn,
  loaded: readonly Exports[],
  args: readonly unknown[],
): void {
  const value = primal(...args);
  const [one, two] = loaded.map((exports) => {
    const run = exports["fValueAndGrad"] as Fn;
    run(...args);
    return run(...args) as Made;
  });
  expect(one!.value, path).toBe(value);
  for (const key of ["w", "x"] as const) {
    const [a, b] = [one!.grad[key], two!.grad[key]];
    const floor = 1e-6 * Math.max(1e-300, ...b.map((v) => Math.abs(v) || 0));
    b.forEach((v, i) => {
      if (a[i] === v || (Number.isNaN(v) && Number.isNaN(a[i]))) return;
      if (!(Math.abs(a[i]! - v) <= 1e-11 * (Math.abs(v) + floor)))
        expect.fail(`${path} ${key}[${i}]: ${a[i]} instead of ${v}`);
    });
  }
}

/** A function of w and x with loops that are, or look like, products. */
function denseSource(seed: number): string {
  const random = seededRandom(seed);
  const below = (n: number): number => Math.floor(random.uniform() * n);
  const pick = <T>(...choices: readonly T[]): T =>
    choices[below(choices.length)]!;
  const [B, ...sizes] = [
    pick(1, 5, 16, 17, 33, 48),
    pick(8, 13),
    pick(7, 12, 16),
    pick(4, 9),
  ] as const;
  // Sizes are constants, or depend on a number that the caller gives.
  const isGiven = pick(true, false, false);
  const [I, H, O] = sizes.map((size, k) =>
    isGiven ? ["I", "H", "O"][k]! : String(size),
  ) as [string, string, string];
  const layer = (
    out: string,
    n: string,
    k: string,
    read: (k: string) => string,
    at: number,
  ): string => {
    const [i, l, s] = [`i${at}`, `l${at}`, `s${at}`];
    const weight = pick(
      `w[${at} + ${i} * ${k} + ${l}]`,
      `w[${at} + ${l} * ${n} + ${i}]`,
      `w[${i} + ${l} * ${n}]`,
      `w[${l} + ${i} + ${at}]`,
    );
    const init = pick(
      "0",
      `w[${at} + ${n} * ${k} + ${i}]`,
      `x[${i}] * 2`,
      `0.5 * ${i}`,
    );
    const up = (v: string, end: string): string =>
      `for (let ${v} = 0; ${v} < ${end}; ${v}++)`;
    const down = (v: string, end: string): string =>
      `for (let ${v} = ${end} - 1; ${v} >= 0; ${v}--)`;
    const over = (v: string, end: string): string =>
      pick(up, up, up, isGiven ? up : down)(v, end);
    const product = pick(
      `${read(l)} * ${weight}`,
      `${weight} * ${read(l)}`,
      `${weight} * ${read(l)}`,
    );
    const use = pick(
      `${out}[${i}] = ${s} > 0 ? ${s} : 0.1 * ${s};`,
      `${out}[${i}] = Math.tanh(0.1 * ${s});`,
      `${out}[${i}] = ${s} * 0.3; if (${s} > top) top = ${s};`,
      `${out}[${i}] = 0.1 * ${out}[${i}] + 0.2 * ${s};`,
      `${out}[${i}] += 0.1 * ${s};`,
    );
    return `
    ${over(i, n)} {
      let ${s} = ${init};
      ${over(l, k)} ${s} += ${product};
      ${use}
    }`;
  };
  const rows = pick("b * " + I + " + ", "", "b + 3 * ");
  const spoil = pick(
    "",
    "",
    "",
    `v[b] = 0.5 * h[1];`,
    `h[2] = 0.1 * z[1];`,
    `w2[b] = z[0];`,
  );
  const body = `${layer("h", H, I, (l) => `v[${rows}${l}]`, 0)}
    ${layer("z", O, H, (l) => `h[${l}]`, 300)}
    ${pick(
      "",
      layer("h", H, O, (l) => `z[${l}]`, 700),
    )}
    ${spoil}
    ${pick("for (let o = 0; o < " + O + "; o++) loss += z[o] * z[o];", "loss += Math.sin(z[1] + h[0]);")}`;
  const scratch = `const h = new Float64Array(64);
  const z = new Float64Array(64);`;
  const isInner = pick(true, false, false);
  const loop = pick(
    `for (let b = 0; b < ${B}; b++) {`,
    `for (let b = 0; b < ${B}; b++) {`,
    `for (let b = ${B - 1}; b >= 0; b--) {`,
    `const rounds = Math.min(${B}, x.length);\n  for (let b = 0; b < rounds; b++) {`,
  );
  return `/** @differentiable wrt=w,x modes=grad,vjp */
export function f(w: Float64Array, x: Float64Array, extra: number): number {
${isGiven ? ["I", "H", "O"].map((n, k) => `  const ${n} = ${sizes[k]} + extra;`).join("\n") : ""}
  const v = ${spoil.startsWith("v") ? "x.slice()" : "x"};
  const w2 = new Float64Array(64);
  ${isInner ? "" : scratch}
  let top = 1;
  let loss = 0;
  ${loop}
    ${isInner ? scratch : ""}
    ${body}
  }
  return loss * 0.01 + top + w2[1];
}
`;
}

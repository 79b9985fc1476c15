import { expect, test } from "vitest";
import { differenceOf, lowerAll, type Case } from "./frontendHarness.js";

const f64 = (...values: number[]): Float64Array => new Float64Array(values);

const cases: readonly Case[] = [
  {
    name: "nested arrays",
    source: `export function f(a: number[][], b: readonly number[]): number[][] {
      const c: number[][] = [];
      for (let i = 0; i < a.length; i++) {
        const row: number[] = [];
        for (let j = 0; j < b.length; j++) row.push(a[i]![j]! * b[j]!);
        c.push(row);
        a[i]![0]! += 1;
      }
      const first = c[0]!;
      first[0] = 99;
      return c;
    }`,
    calls: [
      [
        [
          [1, 2],
          [3, 4],
        ],
        [5, 6],
      ],
    ],
  },
  {
    name: "arrays that are made",
    source: `export function f(n: number, x: number): number[] {
      const a = new Float64Array(n);
      const b = new Array<number>(n).fill(x);
      const c = Array.from({ length: n }, (_, i) => i * x);
      const d: number[] = Array(n).fill(0);
      const e = Array.from({ length: 3 }, () => x);
      const g = [x, ...b, 1, ...c];
      const h = new Float64Array([1, x, 3]);
      const k = Float64Array.of(1, 2);
      const l = Float64Array.from(b);
      const m = Array.from(l);
      const o = new Float64Array(l);
      const p = [...m];
      const q = Array.from(p, (v, i) => v * i);
      const r = new Array<number>();
      const s = new Array<number>(1, 2, x);
      const t = Array.from({ length: n }, (_, i) => [i, x]);
      const u = new Int32Array(n).fill(3.7);
      b[0] = -5; l[0] = 17; p[0] = 4;
      r.push(x, 2, ...c);
      let z = 0;
      const w = Array.from({ length: n }, (_, i) => { z += i; if (i > 1) return z; return -1; });
      return [...a, ...b, ...c, ...d, ...e, ...g, ...h, ...k, ...l, ...m, ...o, ...p, ...q, ...r, ...s, ...u, ...w, t.length, t[1]![0]!, z];
    }`,
    calls: [
      [3, 0.5],
      [2, -1],
    ],
  },
  {
    name: "Array.from with an odd length",
    source: `export function f(n: number): number {
      const a = Array.from({ length: n }, () => 2);
      const b = Array.from({ length: n }).fill(1) as number[];
      return a.length * 100 + b.length;
    }`,
    calls: [[2.5], [-3], [0], [NaN]],
  },
  {
    name: "new Array without fill",
    source: `export function f(x: number[]): number[] {
      const n = x.length;
      const out = new Array<number>(n);
      const rows = new Array<number[]>(n);
      for (let i = 0; i < n; i++) { out[i] = x[i]! * 2; rows[i] = [x[i]!, i]; }
      for (let i = 0; i < n; i++) out[i]! += rows[n - 1 - i]![0]!;
      return out;
    }`,
    calls: [[[1, 2, 3]], [[]]],
  },
  {
    name: "fill, slice, subarray, set",
    source: `export function f(x: Float64Array, s: number, e: number): number[] {
      const a = x.slice();
      const b = x.slice(1), c = x.slice(1, 3), d = x.slice(-2), g = x.slice(s, e), h = x.slice(0, -1);
      const v = x.subarray(1, 4);
      v[0] = 77;
      const w = x.subarray(s, e);
      w.fill(0.5);
      a.fill(9, 1, 2);
      a.fill(8, -1);
      a.set(v.subarray(0, 1), 2);
      x.set(x.subarray(0, 2), 1);
      a.set([4, 5]);
      const out: number[] = [];
      for (const y of [a, b, c, d, g, h, v, w, x]) { for (const z of y) out.push(z); out.push(-1000); }
      return out;
    }`,
    calls: [
      [f64(1, 2, 3, 4, 5), 1, 3],
      [f64(1, 2, 3, 4, 5), -2, 9],
      [f64(1, 2, 3, 4, 5), 3, 1],
      [f64(1, 2, 3, 4, 5), NaN, 2.7],
      [f64(1, 2, 3, 4, 5), -100, -1],
      [f64(1, 2, 3, 4, 5), -1.5, Infinity],
    ],
  },
  {
    name: "set throws where it does not fit",
    source: `export function f(x: Float64Array, k: number): number {
      const a = new Float64Array(3);
      a.set(x, k);
      return a[2]! + a[1]!;
    }`,
    calls: [
      [f64(1, 2), 1],
      [f64(1, 2), 2],
      [f64(1, 2), -1],
      [f64(1), 0.5],
    ],
  },
  {
    name: "overlapping set",
    source: `export function f(x: Float64Array): number {
      x.set(x.subarray(0, 3), 1);
      x.subarray(0, 3).set(x.subarray(1));
      return x[1]!;
    }`,
    calls: [[f64(1, 2, 3, 4)]],
  },
  {
    name: "push, pop, concat, at, reverse",
    source: `export function f(x: number[]): number[] {
      const a: number[] = [];
      for (const v of x) a.push(v * 2);
      const last = a.pop();
      if (last !== undefined) a.push(last, last + 1);
      const n = a.push(5);
      const none = ([] as number[]).pop() ?? -1;
      const c = a.concat(x, 3);
      const at = c.at(-1)! + (c.at(100) ?? 0.25) + c.at(0)!;
      const b = c.slice().reverse();
      while (a.length > 2) { const p = a.pop()!; b.push(p); }
      return [n, none, at, ...b, ...a];
    }`,
    calls: [[[1, 2, 3]], [[]]],
  },
  {
    name: "typed arrays round and wrap",
    source: `export function f(x: number): number {
      const a = new Float32Array(2), b = new Uint8Array(2), c = new Int16Array(1), d = new Uint8ClampedArray(1);
      a[0] = x; b[0] = x * 300; c[0] = x * 40000; d[0] = x * 400;
      const y = (a[1] = x);
      a[5] = 3;
      b[0]! += 1; b[1]!--;
      return a[0]! + b[0]! + b[1]! + c[0]! + d[0]! + y;
    }`,
    calls: [[0.1], [1.7], [-3.3]],
  },
  {
    name: "two names for one array",
    source: `export function f(x: number[], y: number[], k: number): number {
      const a = x;
      let b = k > 0 ? x : y;
      a[0] = 5;
      b[0]! *= 2;
      b = y;
      b[1] = a[0]! + b[0]!;
      const rows = [x, y];
      rows[1]![0] = 100;
      [rows[0], rows[1]] = [rows[1]!, rows[0]!];
      rows[0]![1]! += 0.5;
      return x[0]! + y[0]! + y[1]!;
    }`,
    calls: [
      [[1, 2], [3, 4], 1],
      [[1, 2], [3, 4], -1],
    ],
  },
  {
    name: "growing a number[] by stores",
    source: `export function f(n: number): number[] {
      const out: number[] = [];
      let k = 0;
      for (let i = 0; i < n; i++) if (i % 2 === 0) out[k++] = i;
      out[out.length] = -1;
      return out;
    }`,
    calls: [[5], [0]],
  },
  {
    name: "elements outside",
    source: `export function f(x: number[], i: number): number {
      const v = x[i] ?? 10;
      const w = x[i] === undefined ? 1 : 2;
      const u = x[i + 1] == null ? 4 : 8;
      return v + w * 100 + u * 1000 + (x[i]! > 0 ? 1 : 0) + (x?.[i] ?? 0.5);
    }`,
    calls: [
      [[1, 2, 3], 0],
      [[1, 2, 3], 2],
      [[1, 2, 3], 3],
      [[1, 2, 3], -1],
      [[1, 2, 3], 0.5],
      [[], NaN],
    ],
  },
  {
    name: "tuples",
    source: `type Pair = [number, number];
    type Mixed = readonly [string, number, number[]];
    export function f(p: Pair, q: readonly [number, number, number], m: Mixed): Pair {
      const t: [number, number, number] = [p[0] + q[1], p[1] * q[2], q.length];
      p[0] = 100;
      t[1] += p[0];
      const mixed: [string, number] = ["a", t[1]];
      mixed[1] *= 2;
      const c = [1, 2, 3] as const;
      m[2][0] = mixed[1];
      return [t[0] + c[1] + m[1], t[1] + t[2] + mixed[1] + (m[0] === "x" ? 1 : 2)];
    }`,
    calls: [
      [
        [1, 2],
        [3, 4, 5],
        ["x", 2, [1]],
      ],
      [
        [1, 2],
        [3, 4, 5],
        ["y", 2, [1]],
      ],
    ],
  },
  {
    name: "records",
    source: `interface Point { x: number; y: number }
    interface Body { readonly name: string; pos: Point; v: number[]; tag?: number }
    export function f(b: Body, k: number): Body {
      const p: Point = { y: k, x: b.pos.x * 2 };
      const q = b.pos;
      q.x += 1;
      b.pos.y *= b.pos.x;
      b.v[0]! += q.y;
      b.tag ??= 7;
      const c: Body = { ...b, pos: { ...p, y: 3 }, name: "c" };
      c.tag = (c.tag ?? 0) + 1;
      const list: Body[] = [b, c];
      for (const one of list) { one.pos.x += 0.5; one.pos = { x: one.pos.y, y: one.pos.x }; }
      return list[1]!;
    }`,
    calls: [
      [{ name: "b", pos: { x: 1, y: 2 }, v: [1, 2] }, 3],
      [{ name: "b", pos: { x: 1, y: 2 }, v: [1, 2], tag: 1 }, 3],
    ],
  },
  {
    name: "spread with defaults",
    source: `interface Options { rate?: number; steps?: number; bias?: number }
    const defaults = { rate: 0.5, steps: 3 };
    export function f(x: number, options?: Options): number {
      const { rate, steps, bias = 1 } = { ...defaults, ...options };
      let s = x;
      for (let i = 0; i < steps; i++) s = s * rate + bias;
      return s;
    }`,
    calls: [[1], [1, {}], [1, { rate: 2 }], [1, { steps: 1, bias: 0 }]],
  },
  {
    name: "destructuring",
    source: `interface P { a: number; b: { c: number[]; d?: number }; e: [number, number] }
    export function f(p: P, xs: number[]): number {
      const { a, b: { c, d = 10 }, e: [, e1] } = p;
      const [first, second = 20, ...others] = xs;
      let { a: renamed, ...left } = p;
      let [u, v] = [a, e1];
      [u, v] = [v + 1, u];
      [xs[0], xs[1]] = [xs[1]!, xs[0]!];
      ({ a: renamed, b: { d: u = 3 } } = p);
      [v = 9] = others;
      let s = a + c[0]! + d + e1 + first! * 2 + second + others.length + renamed + u + v + left.e[0];
      for (const [k, x] of xs.entries()) s += k * x;
      for (const { c: [z = 0] } of [p.b]) s += z;
      for (const k of xs.keys()) s += k;
      return s;
    }`,
    calls: [
      [{ a: 1, b: { c: [2, 3] }, e: [4, 5] }, [1, 2, 3]],
      [{ a: 1, b: { c: [2, 3], d: 0.5 }, e: [4, 5] }, [1]],
    ],
  },
  {
    name: "swaps and rotations",
    source: `export function f(x: number[], n: number): number {
      let a = 1, b = x[0]!, c = 2;
      for (let i = 0; i < n; i++) {
        [a, b] = [b, a + b];
        [a, b, c] = [c, a, b];
        const j = i % x.length;
        [x[0], x[j]] = [x[j]!, x[0]!];
      }
      return a + 10 * b + 100 * c + x[0]!;
    }`,
    calls: [
      [[1, 2, 3], 0],
      [[1, 2, 3], 5],
    ],
  },
  {
    name: "destructured parameters and defaults",
    source: `export function f({ a, b = 2 }: { a: number; b?: number }, [c, d]: [number, number], k = a * 2, m: number | null = null): number {
      return a + b * 10 + c * 100 + d * 1000 + k * 1e4 + (m ?? 0.5);
    }`,
    calls: [
      [{ a: 1 }, [2, 3]],
      [{ a: 1, b: 5 }, [2, 3], 7, 8],
      [{ a: 1 }, [2, 3], undefined, null],
    ],
  },
  {
    name: "optional parameters",
    source: `export function f(x: number, y?: number, z?: number[], o?: { a?: number; b: number[] }): number {
      let s = x;
      if (y !== undefined) s += y;
      s += y ?? 0.25;
      if (y) s *= 2;
      if (z) s += z[0]!;
      s += z?.[1] ?? 1000;
      s += z?.length ?? 500;
      s += o?.b[0] ?? 3;
      s += o?.a ?? 4;
      if (o && o.a !== undefined && o.a > 2) s += o.a;
      if (typeof y === "number") s += y * 3;
      y ??= 5;
      y ||= 6;
      y &&= y + 1;
      return s + y;
    }`,
    calls: [
      [1],
      [1, 0],
      [1, 2, [3, 4]],
      [1, 2, [3], { b: [7] }],
      [1, NaN, [], { a: 5, b: [] }],
    ],
  },
  {
    name: "calls, with arguments that they write into",
    source: `function scale(x: number[], k: number): void {
      for (let i = 0; i < x.length; i++) x[i]! *= k;
    }
    const dot = (a: readonly number[], b: readonly number[]): number => {
      let s = 0;
      for (let i = 0; i < a.length; i++) s += a[i]! * b[i]!;
      return s;
    };
    function both(x: number): [number, number] { return [x * 2, x + 1]; }
    function point(x: number): { x: number; list: number[] } { return { x, list: [x, x] }; }
    function same(x: number[]): number[] { return x; }
    export function f(x: number[], k: number): number {
      scale(x, k);
      const [a, b] = both(x[0]!);
      const { x: px, list } = point(a);
      const y = same(x);
      y[1] = 1000;
      list.push(b);
      if (k > 2) scale(list, 2);
      return dot(x, list) + px;
    }`,
    calls: [
      [[1, 2, 3], 2],
      [[1, 2, 3], 3],
    ],
  },
  {
    name: "recursion",
    source: `function fib(n: number): number { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
    function power(x: number, n: number): number {
      if (n === 0) return 1;
      const half = power(x, n >> 1);
      return n % 2 === 0 ? half * half : half * half * x;
    }
    function sum(x: Float64Array, lo: number, hi: number): number {
      if (hi - lo < 2) return hi > lo ? x[lo]! : 0;
      const mid = (lo + hi) >> 1;
      return sum(x, lo, mid) + sum(x, mid, hi);
    }
    function isEven(n: number): boolean { return n === 0 || isOdd(n - 1); }
    function isOdd(n: number): boolean { return n !== 0 && isEven(n - 1); }
    export function f(x: Float64Array, n: number): number {
      return fib(n) + power(x[0]!, n) + sum(x, 0, x.length) + (isEven(n) ? 0.5 : 0);
    }`,
    calls: [
      [f64(1.5, 2, 3), 5],
      [f64(), 4],
    ],
  },
  {
    name: "default and rest parameters of callees",
    source: `function g(x: number, k = 2, ...others: number[]): number {
      let s = x * k;
      for (const o of others) s += o;
      return s;
    }
    function h(x: number, scale?: number, o: { a: number } = { a: 3 }): number { return x * (scale ?? 10) + o.a; }
    export function f(x: number, xs: number[]): number {
      return g(x) + g(x, 3) + g(x, undefined, 5, 6) + g(x, 1, ...xs) + h(x) + h(x, 4) + h(x, undefined, { a: x });
    }`,
    calls: [
      [2, [1, 2]],
      [-1, []],
    ],
  },
  {
    name: "imports",
    source: `import { area, SIZE, table as rows, Mode } from "./shapes.js";
    import * as shapes from "./shapes.js";
    import twice from "./twice.js";
    export function f(x: number, mode: Mode): number {
      let s = area(x, SIZE) + shapes.area(x, shapes.SIZE) + twice(x);
      for (let i = 0; i < rows.length; i++) s += rows[i]! * x;
      if (mode === Mode.Fast) s += 1000;
      return s + Mode.Slow;
    }`,
    others: {
      shapes: `export const SIZE = 3;
        export const table = [1, 2, 3];
        export enum Mode { Slow = 2, Fast }
        export function area(a: number, b: number): number { return a * b; }`,
      twice: `export default function twice(x: number): number { return x * 2; }`,
    },
    calls: [
      [1.5, 2],
      [1.5, 3],
    ],
  },
  {
    name: "module constants and tables",
    source: `const N = 3;
    const HALF = 1 / 2;
    const ROOT = Math.sqrt(2);
    const weights = [0.5, 0.25, 0.125];
    const grid: readonly (readonly number[])[] = [[1, 2], [3, 4]];
    const config = { rate: 0.1, nested: { list: [7, 8] } } as const;
    const { sqrt, PI: pi } = Math;
    const sine = Math.sin;
    export function f(x: number): number {
      let s = 0;
      for (let i = 0; i < N; i++) s += weights[i]! * x;
      for (const row of grid) for (const v of row) s += v;
      const { cos } = Math, tangent = Math.tan;
      return s * HALF + ROOT + config.rate + config.nested.list[1] + sqrt(x * x) + pi + sine(x) + cos(x) + tangent(x);
    }`,
    calls: [[1.5], [-2]],
  },
  {
    name: "every member of Math",
    source: `export function f(x: number, y: number): number[] {
      return [
        Math.abs(x), Math.sign(x), Math.sqrt(x), Math.cbrt(x), Math.exp(x), Math.expm1(x), Math.log(x), Math.log1p(x),
        Math.log2(x), Math.log10(x), Math.sin(x), Math.cos(x), Math.tan(x), Math.asin(x), Math.acos(x), Math.atan(x),
        Math.sinh(x), Math.cosh(x), Math.tanh(x), Math.asinh(x), Math.acosh(x), Math.atanh(x), Math.floor(x),
        Math.ceil(x), Math.round(x), Math.trunc(x), Math.fround(x), Math.atan2(x, y), Math.pow(x, y), Math.hypot(x, y, 3),
        Math.max(x, y, 1), Math.min(x, y, 1), Math.max(), Math.min(), Math.hypot(), Math.max(x), Math.imul(x, y),
        Math.clz32(x), x ** y, Math.PI, Math.E, Math.LN2, Math.LN10, Math.LOG2E, Math.LOG10E, Math.SQRT2, Math.SQRT1_2,
      ];
    }`,
    calls: [
      [0.5, 2],
      [-1.5, 3],
      [0, 0],
      [NaN, 1],
    ],
  },
  {
    name: "what strict users write",
    source: `export function f(x: number, xs: readonly number[]): number {
      const a = xs[0]! as number;
      const b = { k: x } satisfies { k: number };
      const c = (x as number)!;
      const d = <number>x;
      const modes = ["a", "b"] as const;
      return a + b.k + (c) + d + modes.length;
    }`,
    calls: [[1, [2]]],
  },
  {
    name: "maybe results",
    source: `function find(xs: number[], t: number): number | undefined {
      for (const x of xs) if (x > t) return x;
      return undefined;
    }
    function first(xs: number[]): number | null { return xs.length > 0 ? xs[0]! : null; }
    function nothing(x: number): number | undefined { if (x > 1) return x; return; }
    export function f(xs: number[], t: number): number {
      const y = find(xs, t);
      if (y === undefined) return -1;
      let best: number | null = null;
      for (const x of xs) if (best === null || x > best) best = x;
      return y + (first(xs) ?? 5) + best! + (nothing(y) ?? 7);
    }`,
    calls: [
      [[1, 2, 3], 1],
      [[1], 5],
      [[], 0],
      [[0.5], 0],
    ],
  },
  {
    name: "returned parameters, fields and nothing else",
    source: `export const f = (p: { a: number[]; b: number }) => p.a;`,
    calls: [[{ a: [1, 2], b: 3 }]],
  },
  {
    name: "objects with arrays in arrays of objects",
    source: `interface Layer { w: number[][]; b: Float64Array; act: "relu" | "tanh" }
    export function f(layers: Layer[], x: number[]): number[] {
      let h = x;
      for (const { w, b, act } of layers) {
        const out: number[] = [];
        for (let i = 0; i < w.length; i++) {
          let s = b[i]!;
          const row = w[i]!;
          for (let j = 0; j < h.length; j++) s += row[j]! * h[j]!;
          out.push(act === "relu" ? Math.max(0, s) : Math.tanh(s));
        }
        h = out;
      }
      return h;
    }`,
    calls: [
      [
        [
          {
            w: [
              [1, 2],
              [3, 4],
            ],
            b: f64(0.5, -20),
            act: "relu",
          },
          { w: [[1, 1]], b: f64(0), act: "tanh" },
        ],
        [1, 2],
      ],
    ],
  },
  {
    name: "evaluation order",
    source: `function note(log: number[], k: number): number { log.push(k); return k; }
    export function f(log: number[], x: number[]): number {
      x[note(log, 0)] = note(log, 1) + note(log, 2) * note(log, 3);
      x[note(log, 1)]! += x[note(log, 0)]!;
      const o = { a: note(log, 5), b: note(log, 4) };
      const q: { b: number; a: number } = { a: note(log, 7), b: note(log, 6) };
      const t = note(log, 0) > 0 && note(log, 8) > 0 ? note(log, 9) : note(log, 10);
      [x[note(log, 0)], x[note(log, 1)]] = [note(log, 11), note(log, 12)];
      let y = 1;
      y = y + (y = 5) * y;
      y += y++ * 2;
      return Math.max(note(log, 1), note(log, 2)) + o.a + q.b + t + y;
    }`,
    calls: [[[], [0, 0]]],
  },
  {
    name: "a closure of the loop over rows",
    source: `export function f(x: Float64Array, d: number): number {
      const n = x.length / d;
      let s = 0;
      for (let i = 0; i < n; i++) {
        const row = x.subarray(i * d, (i + 1) * d);
        let q = 0;
        for (let j = 0; j < row.length; j++) q += row[j]! * row[j]!;
        s += Math.sqrt(q);
      }
      return s;
    }`,
    calls: [
      [f64(1, 2, 3, 4, 5, 6), 2],
      [f64(1, 2, 3), 3],
    ],
  },
  {
    name: "boolean values",
    source: `export function f(x: number, flags: boolean[], on: boolean): number {
      let any = false;
      const big = x > 1 || on;
      for (const flag of flags) any ||= flag;
      const all = flags[0]! && flags[1]! && !any === false;
      let count = 0;
      for (let i = 0; i < flags.length; i++) { flags[i] = flags[i] !== big; if (flags[i]) count++; }
      return (any ? x : -x) + (big === on ? 1 : 2) + (all ? 4 : 8) + count * 16;
    }`,
    calls: [
      [2, [true, false], false],
      [0.5, [false, false, true], true],
      [0, [], false],
    ],
  },
  {
    name: "objects with more fields, or in another order",
    source: `interface P { x: number; y: number }
    interface Q extends P { z: number; list: P[] }
    const norm = (p: P): number => Math.sqrt(p.x * p.x + p.y * p.y);
    function move(p: P): P { p.x += 1; return p; }
    export function f(q: Q, k: number): number {
      const r = { y: k, x: 2 };
      let p: P = q;
      if (k > 1) p = r;
      q.list.push(r);
      move(q); move(r);
      const twice = norm;
      return norm(p) + twice(q) + norm(move(p)) + q.list[0]!.x;
    }`,
    calls: [
      [{ x: 1, y: 2, z: 3, list: [{ x: 5, y: 5 }] }, 2],
      [{ x: 1, y: 2, z: 3, list: [{ x: 5, y: 5 }] }, 0],
    ],
  },
];

const lowered = lowerAll(cases);

test.each(cases.map((one) => [one.name, one] as const))("%s", (_, one) => {
  const result = lowered.get(one);
  expect(result && differenceOf(one, result)).toBe(undefined);
});

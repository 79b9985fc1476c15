import { expect, test } from "vitest";
import { differenceOf, lowerAll, type Case } from "./frontendHarness.js";

/** Parts of the language in twos and threes, where one might stand in the other's way. */
const f64 = (...values: number[]): Float64Array => new Float64Array(values);

const simple = (
  name: string,
  body: string,
  params = "x: number[], n: number",
  calls: Case["calls"] = [
    [[1, 2, 3, 4], 2],
    [[0.5, -1, 7], 3],
    [[], 0],
  ],
): Case => ({
  name,
  source: `export function f(${params}): number { ${body} }`,
  calls,
});

const cases: readonly Case[] = [
  simple(
    "evolving arrays",
    "const out = []; for (const v of x) out.push(v * n); let y; y = n + 1; return out.length + (out[0] ?? 0) + y;",
  ),
  simple(
    "spread tuples",
    "const v: [number, number] = [n, 2]; const g = h; return Math.hypot(...v, 1) + h(...v) + g(1, ...[n] as const) + Math.max(...v) + x.length; }\nfunction h(a: number, b: number, c = 3): number { return a * 10 + b + c;",
  ),
  simple(
    "switch (true) in a loop",
    "let s = 0; for (const v of x) { switch (true) { case v < 0: s -= 1; continue; case v > 3: s += 10; break; default: s += v; } s *= 2; } return s;",
  ),
  simple(
    "a switch in a switch with labels",
    "let s = 0; outer: switch (n) { case 2: switch (x.length) { case 4: s = 1; break outer; case 0: s = 2; break; default: s = 3; } s += 10; case 3: s += 100; break; default: s += 1000; } return s;",
  ),
  simple(
    "labelled blocks in loops",
    "let s = 0; for (const v of x) { skip: { if (v < 0) break skip; s += v; if (v > 2) { s += 1; break skip; } s += 0.5; } s *= 1.5; } return s;",
  ),
  simple(
    "continue to an outer while",
    "let s = 0, i = 0; outer: while (i < x.length) { i++; let j = 0; do { j++; if (j * i > 5) continue outer; if (j > n) break; s += j; } while (j < 4); s += 100; } return s;",
  ),
  simple(
    "break from three loops",
    "let s = 0; a: for (let i = 0; i < 3; i++) { b: for (let j = 0; j < 3; j++) { for (let k = 0; k < 3; k++) { if (k === n) continue b; if (i + j > n) break a; s += i * 9 + j * 3 + k; if (s > 50) continue a; } s += 0.5; } s += 0.25; } return s;",
  ),
  simple(
    "return from a switch in do in for-of",
    "for (const v of x) { let t = v; do { switch (n) { case 0: return t; case 2: t += 1; if (t > 4) return t * 100; break; default: t += 3; } } while (t < 6); x[0] = t; } return -1;",
  ),
  simple(
    "throw in nested loops",
    "let s = 0; for (let i = 0; i < n; i++) for (const v of x) { if (v > 3 && i > 0) throw new Error(`at ${i}`); s += v; } return s;",
  ),
  simple(
    "a loop that always leaves",
    "for (const v of x) { if (v > 1) { return v; } else { break; } } for (let i = 0; i < 3; i++) { x.push(i); break; } return x.length;",
  ),
  simple(
    "logical assignment on elements and fields",
    "const o: { a?: number; b: number } = { b: 0 }; o.a ??= n; o.b ||= 5; o.b &&= o.b + 1; x[0] ||= 9; x[n] ??= 11; return o.a + o.b + (x[0] ?? 0) + x.length;",
  ),
  simple(
    "comma and nested assignment in loop heads",
    "let s = 0; for (let i = 0, m = x.length, t = 1; i < m; i++, t *= 2) { s += t * x[i]!; if (s > 8) s -= i, s /= 2; } return s;",
  ),
  simple(
    "assignment in a condition",
    "let s = 0, v; let i = 0; while ((v = x[i++]) !== undefined) s += v; if ((s = s * 2) > 5) s -= 1; return s;",
  ),
  simple(
    "do with a condition that writes",
    "let i = 0, s = 0; do { s += i; } while (++i < n && (s += 0.5) < 100); return s + i;",
  ),
  simple(
    "sorting by hand",
    "for (let i = 1; i < x.length; i++) { const v = x[i]!; let j = i - 1; while (j >= 0 && x[j]! > v) { x[j + 1] = x[j]!; j--; } x[j + 1] = v; } return x[0] ?? -1;",
  ),
  simple(
    "a running maximum with its place",
    "let best = -Infinity, at = -1; for (const [i, v] of x.entries()) if (v > best) { best = v; at = i; } return at < 0 ? 0 : best * 10 + at;",
  ),
  simple(
    "prefix sums and a binary search",
    "const p = new Float64Array(x.length + 1); for (let i = 0; i < x.length; i++) p[i + 1] = p[i]! + x[i]!; let lo = 0, hi = x.length; while (lo < hi) { const mid = (lo + hi) >> 1; if (p[mid]! < n) lo = mid + 1; else hi = mid; } return lo + (p[lo] ?? 0);",
  ),
  simple(
    "matrices as rows",
    "const m = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => i * n + j)); for (let i = 0; i < n; i++) { for (let j = 0; j < i; j++) [m[i]![j], m[j]![i]] = [m[j]![i]!, m[i]![j]!]; } let s = 0; for (const [i, row] of m.entries()) for (const [j, v] of row.entries()) s += v * (i + 1) * (j + 2); return s + x.length;",
  ),
  simple(
    "rows swapped by reference",
    "const rows = [x, [n, n + 1], [5]]; const t = rows[0]!; rows[0] = rows[1]!; rows[1] = t; rows[1]!.push(7); rows[0]![0]! += 1; return x.length * 100 + rows[0]![0]! + rows[1]![0]!;",
  ),
  simple(
    "a stack",
    "const stack = [n]; let s = 0; while (stack.length > 0) { const k = stack.pop()!; s += k; if (k > 1) stack.push(k - 1, k >> 1); } return s + x.length;",
  ),
  simple(
    "callbacks that return early",
    "const a = Array.from({ length: 4 }, (_, i) => { if (i === n) return -1; for (const v of x) if (v > i) return v * i; return 0.5; }); let s = 0; for (const v of a) s = s * 3 + v; return s;",
  ),
  simple(
    "Simpson",
    "let s = 0; const h = 1 / 4; for (let i = 0; i <= 4; i++) { const w = i === 0 || i === 4 ? 1 : i % 2 ? 4 : 2; s += w * Math.exp(-((i * h) ** 2) * n); } return (s * h) / 3 + x.length;",
  ),
  simple(
    "Newton until it has converged",
    "let y = n + 1; for (let i = 0; i < 50; i++) { const next = 0.5 * (y + (n + 1) / y); if (Math.abs(next - y) < 1e-12) { y = next; break; } y = next; } return y + x.length;",
  ),
  simple(
    "Horner downwards",
    "let p = 0; for (let i = x.length - 1; i >= 0; i--) p = p * n + x[i]!; return p;",
  ),
  simple(
    "two pointers",
    "let i = 0, j = x.length - 1, s = 0; while (i < j) { if (x[i]! < x[j]!) s += x[i++]!; else s -= x[j--]!; } return s;",
  ),
  simple(
    "modules of state in a record",
    "const st = { sum: 0, seen: [] as number[], last: undefined as number | undefined }; for (const v of x) { st.sum += v; if (st.last !== undefined && st.last < v) st.seen.push(v - st.last); st.last = v; } return st.sum * 100 + st.seen.length + (st.last ?? n);",
  ),
  simple(
    "nested objects and defaults in loops",
    "const ps: { a: number; q?: { b?: number } }[] = [{ a: 1 }, { a: 2, q: {} }, { a: 3, q: { b: n } }]; let s = x.length; for (const { a, q: { b = 7 } = {} } of ps) s = s * 10 + a * b; for (const p of ps) s += p.q?.b ?? 0.5; return s;",
  ),
  simple(
    "spreads of arrays and objects in a loop",
    "let acc: number[] = []; let o = { k: 0, v: x }; for (let i = 0; i < n; i++) { acc = [i, ...acc, o.k]; o = { ...o, k: o.k + i }; } o.v.push(1); let s = x.length; for (const v of acc) s = s * 2 + v; return s + o.k;",
  ),
  simple(
    "shadowed names in every block",
    "let s = n; { let s = 5; s++; for (let n = 0; n < 2; n++) { const s = n; x.push(s); } } for (const n of x) { if (n > 1) { const x = n; s += x; } } return s;",
  ),
  simple(
    "an index that is computed and out of range",
    "let s = 0; for (let i = -1; i <= x.length; i++) { const v = x[i]; if (v === undefined) s += 100; else s += v; } return s + (x[n * 2] ?? -0.5);",
  ),
  simple(
    "NaN, infinities and signed zero",
    "let s = 0; for (const v of x) { const r = v / 0; if (Number.isNaN(r)) s += 1; else if (r === Infinity) s += 10; else s += 100; } return s - 0 * -n + (1 / (-n * 0) < 0 ? 0.5 : 0.25);",
  ),
  simple(
    "compound assignment of every kind",
    "let a = n + 2; a += 3; a -= 1; a *= 2; a /= 3; a **= 2; a %= 7; let k = 37; k <<= 2; k >>= 1; k >>>= 1; k &= 31; k |= 64; k ^= 3; x[0]! **= 2; x[1]! %= 2; return a + k + (x[0] ?? 0) + (x[1] ?? 0);",
  ),
  simple(
    "increments in places",
    "const o = { c: 0, d: [1, 2] }; let i = 0; o.c++; --o.d[i++]!; o.d[i]!++; const a = o.c++ + ++o.c; x[i - 1]!--; return a + o.c * 10 + o.d[0]! * 100 + o.d[1]! * 1000 + i + (x[0] ?? 0);",
  ),
  simple(
    "ternaries with effects in their arms",
    "let a = 0, b = 0; for (const v of x) { v > n ? a++ : (b += v); const w = v > 1 ? (a += 2) : v < 0 ? (b -= 1) : a; b += w; } return a * 1000 + b;",
  ),
  simple(
    "var in loops and after them",
    "for (var i = 0; i < n; i++) { var last = x[i] ?? -1; if (last > 2) break; } return i * 10 + (last! ?? 0.5);",
  ),
  simple(
    "typed arrays in records in arrays",
    "const layers = [{ w: new Float32Array([0.1, n]), k: new Int32Array(2) }, { w: new Float32Array(2), k: new Int32Array([3, 4]) }]; for (const { w, k } of layers) { w[0]! += k[1]! / 3; k[0] = w[0]! * 10; } return layers[0]!.w[0]! + layers[1]!.w[0]! + layers[1]!.k[0]! + x.length;",
  ),
  simple(
    "a view written through",
    "const a = new Float64Array([1, 2, 3, 4, 5]); const v = a.subarray(1, 4), w = v.subarray(1); w[0] = n; v[2]! += w[0]!; a[1] = 100; let s = x.length; for (const u of v) s = s * 2 + u; return s;",
  ),
  simple(
    "truth and NaN of elements outside",
    "let s = 0; for (let i = -1; i < 6; i++) { if (x[i]) s += 1; if (!x[i]) s += 10; s += (x[i] || 0.5) * 100; if (isNaN(x[i]!)) s += 1000; if (x[i]! > 1) s += 1e4; s += x[i] && 1 ? 1e5 : 0; } return s + n;",
  ),
  {
    name: "the largest and the least of an array",
    source: `export function f(x: number[], y: Float64Array): number[] {
      return [Math.max(...x), Math.min(...x), Math.max(0, ...x), Math.min(...y, ...x, 3), Math.max(...y)];
    }`,
    calls: [
      [[1, 3, 2, 3], f64(1)],
      [[], f64()],
      [[-0, -0, 0], f64(-0, -0)],
      [[0, -0, -0], f64(0, 0, 0)],
      [[NaN, 1], f64(Infinity, Infinity, Infinity)],
      [[-Infinity, -Infinity], f64(-0)],
      [[0.1, 0.1, 0.1], f64(5e-324, 5e-324)],
    ],
  },
  {
    name: "out-parameters and results of several kinds",
    source: `interface Stats { mean: number; extent: [number, number] }
      function stats(x: readonly number[], out: number[]): Stats | undefined {
        if (x.length === 0) return undefined;
        let lo = Infinity, hi = -Infinity, s = 0;
        for (const v of x) { lo = Math.min(lo, v); hi = Math.max(hi, v); s += v; }
        const mean = s / x.length;
        for (let i = 0; i < x.length; i++) out[i] = x[i]! - mean;
        return { mean, extent: [lo, hi] };
      }
      export function f(x: number[]): number {
        const centred: number[] = [];
        const found = stats(x, centred);
        if (!found) return -1;
        const { mean, extent: [lo, hi] } = found;
        stats(centred, x);
        return mean + (hi - lo) * 10 + centred.length + (stats(x, x)?.mean ?? 0);
      }`,
    calls: [[[1, 2, 4]], [[]]],
  },
  {
    name: "mutual recursion with arrays",
    source: `function down(x: Float64Array, i: number, k: number): number {
        if (i >= x.length) return k;
        x[i]! *= 2;
        return up(x, i + 1, k + 1) + x[i]!;
      }
      function up(x: Float64Array, i: number, k: number): number {
        return i < x.length ? down(x, i + 1, k * 2) - x[i]! : k;
      }
      export const f = (x: Float64Array): number => down(x, 0, 1) * 2;`,
    calls: [[f64(1, 2, 3, 4, 5)], [f64()]],
  },
  {
    name: "void helpers that leave early",
    source: `function clip(x: number[], t: number): void {
        if (t <= 0) return;
        for (let i = 0; i < x.length; i++) {
          if (x[i]! <= t) continue;
          x[i] = t;
          if (i > 2) return;
        }
        x.push(t);
      }
      export function f(x: number[], t: number): number { clip(x, t); clip(x, t / 2); return x[x.length - 1]!; }`,
    calls: [
      [[5, 1, 7], 2],
      [[1, 2, 3, 4, 5], 2],
      [[1], -1],
    ],
  },
  {
    name: "a tree in arrays",
    source: `const LEFT = [1, 3, -1, -1], RIGHT = [2, -1, -1, -1];
      function depth(k: number): number { return k < 0 ? 0 : 1 + Math.max(depth(LEFT[k]!), depth(RIGHT[k]!)); }
      export function f(x: number): number { return x * depth(0); }`,
    calls: [[2]],
  },
  {
    name: "options objects",
    source: `export interface Options { readonly steps?: number; readonly method?: "euler" | "midpoint"; readonly scale?: { readonly a: number } | undefined }
      export function f(x: number, { steps = 3, method = "euler", scale }: Options = {}, late?: Options): number {
        const h = 1 / steps;
        const a = scale?.a ?? 2; const { steps: again = 1 } = late ?? {}; x += again;
        for (let i = 0; i < steps; i++) {
          if (method === "midpoint") { const m = x + 0.5 * h * x; x += h * m * a; }
          else x += h * x * a;
        }
        return x;
      }`,
    calls: [
      [1],
      [1, {}],
      [1, { steps: 5, method: "midpoint" }],
      [1, { scale: { a: 0.5 } }, { steps: 9 }],
    ],
  },
];

const lowered = lowerAll(cases);

test.each(cases.map((one) => [one.name, one] as const))("%s", (_, one) => {
  const result = lowered.get(one);
  expect(result && differenceOf(one, result)).toBe(undefined);
});

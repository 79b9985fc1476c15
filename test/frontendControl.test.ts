import { expect, test } from "vitest";
import { differenceOf, lowerAll, type Case } from "./frontendHarness.js";

const cases: readonly Case[] = [
  {
    name: "straight line",
    source: `export function f(x: number, y: number): number {
      const a = x * y + 1;
      let b = a - x / y;
      b += a ** 2;
      b = b % 7;
      return -b;
    }`,
    calls: [
      [1, 2],
      [0.5, -3],
      [-0, 0],
    ],
  },
  {
    name: "a loop over an array written in place, with a branch",
    source: `export function f(x: Float64Array, k: number): number {
      let s = 0;
      for (let i = 0; i < x.length; i++) {
        if (x[i]! > k) x[i] = x[i]! * 2;
        else x[i] = x[i]! + s;
        s += x[i]!;
      }
      return s;
    }`,
    calls: [
      [new Float64Array([1, 2, 3]), 1.5],
      [new Float64Array(), 0],
    ],
  },
  {
    name: "early returns",
    source: `export function f(x: number): number {
      if (x < 0) return -1;
      if (x > 10) { const y = x * 2; return y; }
      let s = x;
      if (x > 5) { s += 1; if (x > 7) return s * 100; s += 2; }
      s *= 3;
      if (x === 3) { return s; } else if (x === 4) { s = 0; } else { return s + 0.5; }
      return s - 1;
    }`,
    calls: [[-1], [11], [6], [8], [3], [4], [2], [5], [0], [NaN]],
  },
  {
    name: "return from a loop",
    source: `export function f(x: number[], t: number): number {
      for (let i = 0; i < x.length; i++) {
        if (x[i]! > t) return x[i]! * i;
      }
      return -1;
    }`,
    calls: [
      [[1, 2, 3, 4], 2.5],
      [[1, 2], 5],
      [[], 0],
    ],
  },
  {
    name: "return from nested loops, code after them",
    source: `export function f(x: number[], t: number): number {
      let n = 0;
      for (let i = 0; i < x.length; i++) {
        let j = 0;
        while (j < 3) {
          n += x[i]! * j;
          if (n > t) return n;
          j++;
        }
        n += 0.5;
      }
      n *= 2;
      return n + 1;
    }`,
    calls: [
      [[1, 2, 3, 4], 2.5],
      [[1, 2], 500],
      [[], 0],
      [[1, 2], 9],
    ],
  },
  {
    name: "break and continue",
    source: `export function f(x: number[]): number {
      let s = 0;
      for (let i = 0; i < x.length; i++) {
        if (x[i]! < 0) continue;
        if (x[i]! > 100) break;
        s += x[i]!;
        if (s > 10) { s -= 1; if (s > 20) break; s += 0.25; continue; }
        s += 0.125;
      }
      return s;
    }`,
    calls: [[[1, -2, 3]], [[1, 101, 3]], [[9, 9, 9, 9]], [[9, 2, 1, 3]]],
  },
  {
    name: "continue in while and do",
    source: `export function f(n: number): number {
      let i = 0, s = 0;
      while (i < n) { i++; if (i % 2 === 0) continue; s += i; }
      do { i--; if (i % 3 === 0) continue; s += 100 * i; } while (i > 0);
      return s;
    }`,
    calls: [[0], [5], [6]],
  },
  {
    name: "break in do",
    source: `export function f(n: number): number {
      let s = 0;
      do { s += 1; if (s > n) break; s += n; } while (s < 100);
      return s;
    }`,
    calls: [[0], [5], [200]],
  },
  {
    name: "labels",
    source: `export function f(a: number[][], t: number): number {
      let s = 0;
      outer: for (let i = 0; i < a.length; i++) {
        for (let j = 0; j < a[i]!.length; j++) {
          if (a[i]![j]! < 0) continue outer;
          if (a[i]![j]! > t) break outer;
          s += a[i]![j]!;
        }
        s += 1000;
      }
      block: { if (s > 5000) break block; s += 1; if (s > 2000) { s += 2; break block; } s += 4; }
      return s;
    }`,
    calls: [
      [[[1, 2], [3, -1, 5], [6]], 100],
      [[[1, 2], [3, 101, 5], [6]], 100],
      [[[1], [2], [3], [4], [5], [6]], 100],
    ],
  },
  {
    name: "return through two loops and a switch",
    source: `export function f(a: number[], t: number): number {
      let s = 0;
      for (const x of a) {
        for (let k = 0; k < 4; k++) {
          switch (k) {
            case 0: s += x; break;
            case 1: if (s > t) return s; continue;
            case 2: s *= 2;
            default: s += 0.5;
          }
          s += 0.25;
        }
      }
      return -s;
    }`,
    calls: [
      [[1, 2, 3], 100],
      [[1, 2, 3], 5],
      [[], 0],
    ],
  },
  {
    name: "switch with fall-through",
    source: `export function f(k: number, x: number): number {
      let s = x;
      switch (k) {
        case 0:
        case 1:
          s += 1;
        case 2: {
          s *= 2;
          break;
        }
        case 3:
          return s;
        default:
          s -= 5;
        case 4:
          s += 0.25;
          if (x > 2) break;
          s += 100;
        case 5:
          s += 1000;
      }
      return s;
    }`,
    calls: [0, 1, 2, 3, 4, 5, 6].flatMap((k) => [
      [k, 1],
      [k, 3],
    ]),
  },
  {
    name: "switch on strings, all returning",
    source: `type Kind = "sin" | "cos" | "id";
    export function f(kind: Kind, x: number): number {
      switch (kind) {
        case "sin": return Math.sin(x);
        case "cos": return Math.cos(x);
        case "id": return x;
      }
    }`,
    calls: [
      ["sin", 1],
      ["cos", 1],
      ["id", 1],
    ],
  },
  {
    name: "default first",
    source: `export function f(k: number, x: number): number {
      switch (k) {
        default: x += 10;
        case 1: x += 1; break;
        case 2: x += 2;
        case 3: x += 3;
      }
      return x;
    }`,
    calls: [
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
    ],
  },
  {
    name: "for loops of every shape",
    source: `export function f(n: number, x: number[]): number {
      let s = 0;
      for (let i = n; i > 0; i--) s += i * 0.5;
      for (let i = x.length - 1; i >= 0; i--) s += x[i]! * i;
      for (let i = 0; i <= 10; i += 3) s += i;
      for (let t = 0; t < 1; t += 0.1) s += t;
      for (let i = 0, j = 10; i < j; i++, j--) s += i * j;
      for (let i = 0; ; i++) { if (i > n) break; s += i; }
      let k = 0;
      for (; k < 5; ) { k += 2; s += k; }
      for (k = 0; k < 7; k++) { if (k === n) break; s += k; }
      s += 1000 * k;
      for (var v = 0; v < 3; v++) s += v;
      s += v;
      for (let i = 0; 5 > i; ++i) s += i;
      for (let i = 10; i >= 1; i -= 4) s -= i;
      for (let i = 0; i < n && s < 200; i++) s += 7;
      for (let i = 0; i !== 4; i++) s += i;
      return s;
    }`,
    calls: [
      [3, [1, 2, 3]],
      [0, []],
      [4.5, [1]],
      [20, [5, 6]],
    ],
  },
  {
    name: "the loop's variable is assigned in the body",
    source: `export function f(n: number): number {
      let s = 0;
      for (let i = 0; i < n; i++) { s += i; if (i === 3) i += 2; }
      return s;
    }`,
    calls: [[10], [3]],
  },
  {
    name: "the bound changes in the body",
    source: `export function f(n: number, x: number[]): number {
      let s = 0;
      for (let i = 0; i < n; i++) { s += i; if (i === 1) n--; }
      for (let i = 0; i < x.length; i++) { if (i < 3) x.push(x[i]! * 2); s += x[i]!; }
      for (let i = 0; i < x.length; i++) { x[x.length - 1] = 1; if (i === 1) x.pop(); s += 1; }
      return s;
    }`,
    calls: [
      [5, [1, 2]],
      [0, []],
    ],
  },
  {
    name: "infinite loops",
    source: `export function f(x: number): number {
      let s = 1;
      for (;;) { s *= 1.5; if (s > x) break; }
      while (true) { s += x; if (s > 100) return s; if (s < -100) { s = 7; break; } }
      return s;
    }`,
    calls: [[3], [50], [-3]],
  },
  {
    name: "an infinite loop that is left by return only",
    source: `export function f(x: number): number {
      let s = 1;
      while (true) { s *= 1.5; if (s > x) return s; }
    }`,
    calls: [[3], [50]],
  },
  {
    name: "shadowing and blocks",
    source: `export function f(x: number): number {
      const y = x + 1;
      { const y = x * 2; x += y; }
      for (let x = 0; x < 2; x++) { const y = x; if (y > 5) return y; }
      if (x > 3) { let x = 9; x++; return x + y; }
      return x + y;
    }`,
    calls: [[0.5], [3]],
  },
  {
    name: "var in a branch and in a loop",
    source: `export function f(x: number): number {
      if (x > 0) { var y = x * 2; } else { y = 1; }
      for (var i = 0; i < 3; i++) { var z = i + y; }
      return y + z! + i;
    }`,
    calls: [[1], [-1]],
  },
  {
    name: "variables without a value",
    source: `export function f(x: number): number {
      let y: number;
      let best: number | undefined;
      if (x > 1) y = x; else if (x > 0) y = 2; else return 0;
      if (y > 1.5) best = y;
      for (let i = 0; i < 3; i++) { if (best === undefined || i > best) best = i * x; }
      return y + (best ?? 100);
    }`,
    calls: [[2], [0.5], [-1], [1.2]],
  },
  {
    name: "throw guards",
    source: `export function f(x: number, n: number): number {
      if (n < 0) throw new RangeError(\`n is \${n}, not \${1 + 2}\`);
      let s = 0;
      for (let i = 0; i < n; i++) {
        if (i > 3) throw new Error("too long: " + n);
        s += x;
      }
      if (s > 10) { s = 1; throw new TypeError("big"); } else if (s > 5) { s = 3; } else { s += 1; }
      return s;
    }`,
    calls: [
      [1, 2],
      [1, -1],
      [1, 9],
      [5, 3],
      [2, 3],
    ],
  },
  {
    name: "everything throws or returns",
    source: `export function f(x: number): number {
      if (x > 0) { if (x > 1) throw new Error("a"); else return 1; }
      else { if (x < -1) throw new Error("b"); return 2; }
    }`,
    calls: [[2], [0.5], [-2], [-0.5]],
  },
  {
    name: "short circuits",
    source: `export function f(x: number[], n: number): number {
      let s = 0, calls = 0;
      for (let i = 0; i < 6; i++) {
        if (i < n && x[i]! > 1) s += 1;
        if (i >= n || x[i]! < 1) s += 10;
        if (n > 2 && n < 5 || n === 7) s += 100;
        if (!(i > 2 && (calls++, true))) s += 1000;
        const ok = i > 1 && n > 1;
        if (ok) s += 0.5;
        const v = x[i]! || 7;
        const w = n && x[0]!;
        s += v * 0.001 + w;
        i > 3 && (s += 5);
        i > 3 || (s -= 5);
      }
      return s + calls * 1e6;
    }`,
    calls: [
      [[0, 1, 2, 3, 4, 5], 3],
      [[0, 1, 2, 3, 4, 5], 7],
      [[NaN, 1, 2, 0, 0, -0], 0],
    ],
  },
  {
    name: "truth of numbers",
    source: `export function f(x: number): number {
      let s = 0;
      if (x) s += 1;
      if (!x) s += 2;
      s += x ? 4 : 8;
      while (x) { s += 16; x = 0; }
      return s + (Boolean(x) ? 1 : 0) + Number(!!x) + +(s > 3);
    }`,
    calls: [[0], [-0], [NaN], [1], [-1], [Infinity]],
  },
  {
    name: "assignments as expressions",
    source: `export function f(x: number, a: number[]): number {
      let i = 0, y = 0;
      a[i++] = a[i]! + (y = x * 2);
      a[i++]! += y++ + ++y;
      const z = (y += 3, y * 2);
      a[(i = 0)] = i = 1;
      let p = x, q = p = p + 1;
      if ((y = z - 1) > 3) q += y;
      x += x++ + --x;
      return x + y * z + i + p + q + a[0]! + a[1]!;
    }`,
    calls: [
      [1, [1, 2, 3]],
      [-2, [0, 5, 1]],
    ],
  },
  {
    name: "bit operations and integers",
    source: `export function f(x: number, n: number): number {
      let k = n | 0;
      k ^= 5; k &= 255; k |= 8; k <<= 2; k >>= 1; k >>>= 1;
      const m = ~k + (n >> 1) + (n >>> 30) + (1 << n) + Math.imul(n, 3) + Math.clz32(n);
      let s = 0;
      for (let i = k & 3; i < (n & 7); i++) s += x;
      return s + m;
    }`,
    calls: [
      [1, 5],
      [2, -7],
      [1, 1e10],
    ],
  },
  {
    name: "nested ternaries",
    source: `export function f(x: number): number {
      const a = x > 0 ? (x > 1 ? x * 2 : x * 3) : x < -1 ? -x : 0;
      return a > 3 ? a : a + (x === 0 ? 1 : 2);
    }`,
    calls: [[2], [0.5], [-2], [0], [-0.5]],
  },
  {
    name: "numbers of every spelling",
    source: `export function f(x: number): number {
      return x * 1_000.5 + 0xff + 0b101 + 0o17 + 1e-3 + .5 + 5. + Number.EPSILON + Number.MAX_SAFE_INTEGER +
        (Number.isNaN(x) ? 1 : 0) + (isNaN(x) ? 2 : 0) + (isFinite(x) ? 4 : 0) + (Number.isFinite(x) ? 8 : 0) +
        (Number.isInteger(x) ? 16 : 0) + (Number.isSafeInteger(x) ? 32 : 0) + (x === Infinity ? 64 : 0) + Number(x);
    }`,
    calls: [[1], [0.5], [NaN], [Infinity], [1e300]],
  },
  {
    name: "continue in for with an increment that is no integer",
    source: `export function f(h: number): number {
      let s = 0;
      for (let t = 0; t < 2; t += h) { if (t > 1) continue; s += t; if (s > 3) break; }
      return s;
    }`,
    calls: [[0.25], [0.1]],
  },
  {
    name: "loops in branches in loops",
    source: `export function f(n: number, x: number): number {
      let s = x;
      for (let i = 0; i < n; i++) {
        if (i % 2 === 0) {
          for (let j = 0; j < i; j++) { s = s * 0.9 + j; if (s > 10) break; }
        } else {
          let k = i;
          while (k > 0) { k = k >> 1; if (k === 2) continue; s += k * x; }
        }
        if (s > 50) return s;
      }
      return s / 2;
    }`,
    calls: [
      [5, 1],
      [9, 2],
      [0, 3],
      [30, 4],
    ],
  },
];

const lowered = lowerAll(cases);

test.each(cases.map((one) => [one.name, one] as const))("%s", (_, one) => {
  const result = lowered.get(one);
  expect(result && differenceOf(one, result)).toBe(undefined);
});

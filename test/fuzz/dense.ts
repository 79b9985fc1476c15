import type { GeneratedProgram } from "./generate.js";
import { newRandom, type Random } from "./random.js";

/**
 * Slice 8: loops that are products of matrices, or nearly: what else they do, where they write, how they count and where
 * the sizes come from is up to chance. The same program for the same seed.
 */
export function generateDense(seed: number): GeneratedProgram {
  const random = newRandom(seed * 8 + 7);
  const dense = denseProgram(random);
  const { sizes, isGiven } = dense;
  const counts = isGiven ? (["n", "r", "d"] as const) : [];
  const list = ["w: Float64Array", "x: Float64Array", "v: Float64Array"];
  const all = [...list, ...counts.map((name) => `${name}: number`)].join(", ");
  const modes = random.pick([
    ["grad", "jvp"],
    ["vjp", "jvp"],
    ["grad", "vjp", "jvp"],
  ] as const);
  const point = (by: Sizes): unknown[] => [
    floats(random, sizes.r * sizes.d),
    floats(random, sizes.n * sizes.d),
    floats(random, Math.max(sizes.r, sizes.d, sizes.n)),
    ...counts.map((name) => by[name]),
  ];
  const odd = { ...sizes };
  const moved = random.pick(["n", "r", "d"] as const);
  odd[moved] = random.pick([odd[moved] - 1, odd[moved] - 0.5, 1, 0, -1]);
  return {
    seed,
    source: [
      `/** @differentiable wrt=w,x,v modes=${modes.join(",")} */`,
      `export function model(${all}): number {`,
      ...dense.lines.map((line) => `  ${line}`),
      "}",
      "",
    ].join("\n"),
    entry: "model",
    points: [point(sizes), ...(isGiven ? [point(odd)] : [])],
    // places between the elements give NaN, which may be computed and then not used
    isAtKinks: isGiven && !Number.isInteger(odd[moved]),
    parameters: ["w", "x", "v", ...counts],
    wrt: ["w", "x", "v"],
    modes,
  };
}

type Sizes = { n: number; r: number; d: number };

const floats = (random: Random, length: number): Float64Array =>
  Float64Array.from({ length }, () => random.decimal(-1, 1, 2));

function denseProgram(random: Random): {
  sizes: Sizes;
  isGiven: boolean;
  lines: string[];
} {
  const sizes = random.pick([
    { n: 5, r: 7, d: 8 },
    { n: 35, r: 4, d: 4 },
    { n: 33, r: 2, d: 5 },
    { n: 3, r: 9, d: 6 },
    { n: 64, r: 4, d: 1 },
  ]);
  const isGiven = random.chance(0.6);
  const { n, r, d } = sizes;
  const known = isGiven
    ? []
    : random.pick([
        [`const n = ${n};`, `const r = ${r};`, `const d = ${d};`],
        [
          `const d = ${d};`,
          "const n = x.length / d;",
          "const r = w.length / d;",
        ],
        [
          `const d = ${d};`,
          "const n = Math.floor(x.length / d);",
          `const r = ${r};`,
        ],
      ]);
  const uses: Uses = { random, hasRow: random.chance(0.4) };
  const lines = [
    ...known,
    "let total = 0;",
    "const h = new Float64Array(r);",
    "const seen = new Float64Array(Math.max(d, r, n));",
    ...(uses.hasRow ? ["const row = new Float64Array(d);"] : []),
    ...outer(uses),
    "for (let k = 0; k < h.length; k++) total += h[k] * (k + 1) * 0.1;",
    "for (let k = 0; k < seen.length; k++) total += seen[k] * seen[k] * 0.1;",
    "return total;",
  ];
  return { sizes, isGiven, lines };
}

interface Uses {
  readonly random: Random;
  readonly hasRow: boolean;
}

const indent = (lines: readonly string[]): string[] =>
  lines.map((line) => `  ${line}`);

/** `for (let i = 0; i < n; i++)`, or the same backwards. */
const head = (random: Random, i: string, n: string): string =>
  random.weighted([
    [6, `for (let ${i} = 0; ${i} < ${n}; ${i}++) {`],
    [1, `for (let ${i} = ${n} - 1; ${i} >= 0; ${i}--) {`],
    [0.5, `for (let ${i} = 0; ${i} <= ${n} - 1; ${i}++) {`],
    [0.3, `for (let ${i} = 1; ${i} < ${n}; ${i}++) {`],
  ] as const);

function outer(uses: Uses): string[] {
  const { random, hasRow } = uses;
  const before: string[] = [];
  if (hasRow)
    before.push(
      "for (let j = 0; j < d; j++) row[j] = x[i * d + j] * (1 + 0.1 * v[j]);",
    );
  if (random.chance(0.15)) before.push("if (i === 2) continue;");
  if (random.chance(0.1)) before.push("if (total > 50) break;");
  if (random.chance(0.15)) before.push("w[(i * 3) % w.length] *= 0.9;");
  const after: string[] = [];
  if (random.chance(0.4)) after.push(...second(uses));
  if (random.chance(0.15)) after.push("x[(i * 5) % x.length] += 0.1 * h[0];");
  if (random.chance(0.2)) after.push("h.fill(0);");
  return [
    head(random, "i", "n"),
    ...indent([...before, ...middle(uses), ...after]),
    "}",
  ];
}

const matrixAt = (random: Random): string =>
  random.weighted([
    [5, "w[c * d + j]"],
    [1.5, "w[j * r + c]"],
    [0.7, "w[c * d + d - 1 - j]"],
    [0.5, "w[(c * d + j) | 0]"],
  ] as const);

const vectorAt = ({ random, hasRow }: Uses): string =>
  random.weighted([
    [4, "x[i * d + j]"],
    [hasRow ? 6 : 0, "row[j]"],
    [1, "v[j]"],
    [0.7, "x[j * n + i]"],
  ] as const);

/** Sums over j for each c, and what becomes of them. */
function middle(uses: Uses): string[] {
  const { random } = uses;
  const inner: string[] = [
    `s ${random.pick(["+=", "+=", "+=", "-="])} ${matrixAt(random)} * ${vectorAt(uses)};`,
  ];
  const extras = [
    "seen[j] += w[c * d + j] + 0.1 * i;",
    "q += w[c * d + j] * v[j];",
    "p = 0.5 * Math.sin(p + x[i * d + j]);",
    "if (j === 2) seen[0] += s;",
    "if (s > 3) break;",
    "h[c] = 0.3 * h[c] + x[i * d + j];",
    "s *= 0.99;",
    "seen[1] = v[j] * s;",
  ];
  while (random.chance(0.35)) inner.push(random.pick(extras));
  const text = inner.join(" ");
  const start = random.pick(["0", "0", "v[c]", "h[c]", "0.1 * c", "seen[c]"]);
  const declared = [
    `let s = ${start};`,
    ...(text.includes("q +=") ? ["let q = 0;"] : []),
    ...(text.includes("p =") ? ["let p = 0.1;"] : []),
  ];
  const used = random.pick([
    ["total += s * s * 0.1;"],
    ["h[c] = Math.tanh(s);"],
    ["h[c] += s;"],
    ["h[c] = s;"],
    ["total += Math.sin(s) * v[c];", "seen[c] += 0.1 * s;"],
    ["if (s > 0) total += s;", "h[c] = s * 0.5;"],
  ]);
  const more = [
    ...(text.includes("q +=") ? ["total += Math.cos(q);"] : []),
    ...(text.includes("p =") ? ["total += p;"] : []),
  ];
  return [
    head(random, "c", "r"),
    ...indent([
      ...declared,
      head(random, "j", "d"),
      ...indent(inner),
      "}",
      ...used,
      ...more,
    ]),
    "}",
  ];
}

/** A second product with what the first one gave: `w` transposed, or a sum over h. */
const second = ({ random }: Uses): string[] =>
  random.pick([
    [
      "for (let j = 0; j < d; j++) {",
      "  let t = 0;",
      "  for (let c = 0; c < r; c++) t += w[c * d + j] * h[c];",
      "  total += Math.sin(t) * x[i * d + j];",
      "}",
    ],
    [
      "for (let c = 0; c < r; c++) {",
      "  for (let j = 0; j < d; j++) seen[j] += h[c] * w[c * d + j] * 0.1;",
      "}",
    ],
    [
      "for (let c = 0; c < r; c++) {",
      "  for (let j = 0; j < d; j++) total += h[c] * w[c * d + j] * x[i * d + j];",
      "}",
    ],
    [
      "let t = 0;",
      "for (let c = 0; c < r; c++) t += h[c] * v[c];",
      "total += t * t * 0.01;",
    ],
  ]);

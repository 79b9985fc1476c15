import type { GeneratedProgram } from "./generate.js";
import { newRandom, type Random } from "./random.js";

/**
 * Slice 9: loops at the edge of their arrays. Bounds that are not whole, beyond the end or below 0, cells that are not there
 * and what is made of them, counters of both signs, sizes that come from anywhere. The same program for the same seed.
 */
export function generateEdges(seed: number): GeneratedProgram {
  const random = newRandom(seed * 8 + 6);
  const edges: Edges = { random, arrays: [], next: 0 };
  const lines = [
    "let s = 0;",
    "let p = 0;",
    `let q = ${random.pick(["0", "1", "n", "xs.length", "-2"])};`,
    ...Array.from({ length: random.int(1, 3) }, () => newArray(edges)),
  ];
  for (let k = random.int(2, 4); k > 0; k--) lines.push(...loop(edges));
  for (const { name, isTyped } of edges.arrays)
    if (random.chance(0.5)) lines.push(visit(random, name, isTyped));
  lines.push(random.pick(["return s;", "return s + Math.atan(x / p);"]));
  const modes = random.pick([
    ["grad", "jvp"],
    ["vjp", "jvp"],
  ] as const);
  const point = (): unknown[] => [
    random.decimal(-2, 2),
    random.decimal(-2, 2),
    Array.from({ length: random.int(0, 5) }, () => random.decimal(-2, 2)),
    Float64Array.from({ length: random.int(0, 5) }, () =>
      random.decimal(-2, 2),
    ),
    random.pick([0, 1, 2, 3, 4, 5, 2.5, 3.5, 0.5, -1]),
  ];
  return {
    seed,
    source: [
      "const near = (v: number): number => (v > -20 && v < 20 ? v : 0.25);",
      `/** @differentiable wrt=x,y,xs,fs modes=${modes.join(",")} */`,
      "export function model(x: number, y: number, xs: number[], fs: Float64Array, n: number): number {",
      ...lines.map((line) => `  ${line}`),
      "}",
      "",
    ].join("\n"),
    entry: "model",
    points: [point(), point(), point()],
    parameters: ["x", "y", "xs", "fs", "n"],
    wrt: ["x", "y", "xs", "fs"],
    modes,
  };
}

/** Going through a whole array, which may have places where nothing is. */
const visit = (random: Random, name: string, isTyped: boolean): string =>
  random.pick([
    `for (const v of ${name}) s += near(v);`,
    `for (const v of ${name}) s += near(v);`,
    `${name}.forEach((v, i) => { s += near(v) * i; });`,
    `s = ${name}.reduce((a, v) => a * 0.5 + near(v), s);`,
    `s = ${name}.reduceRight((a, v, i) => a + near(v) * i, s);`,
    `s += ${name}.map((v) => near(v) * x).reduce((a, v) => a + v, 0);`,
    `s += ${name}.filter((v) => !(v > 1)).length * y;`,
    `s += ${name}.findIndex((v) => !(v > 0)) * x + ${name}.indexOf(2);`,
    `if (${name}.some((v) => v > y) && !${name}.every((v) => v > 0)) s += x;`,
    `s += near(${name}.slice(1).reverse()[0]!) * y;`,
    isTyped
      ? `s += near(${name}[0]!) * x;`
      : `for (const k in ${name}) s += near(${name}[k]!) * x;`,
  ]);

interface Edges {
  readonly random: Random;
  readonly arrays: { name: string; isTyped: boolean; isHollow: boolean }[];
  next: number;
}

function newArray(edges: Edges): string {
  const { random, arrays } = edges;
  const name = `t${edges.next++}`;
  const size = random.pick(["4", "xs.length", "fs.length + 1", "Math.abs(n)"]);
  const from = random.pick(["0", "1", "2", "-2"]);
  const to = random.pick(["n", "3", "-1", "xs.length - 1", "4.5"]);
  const typed = [
    `new Float64Array(${size})`,
    `new Float64Array(${size})`,
    `new Float32Array(${size})`,
    `fs.slice(${from}, ${to})`,
    `fs.slice()`,
    `Float64Array.from(xs)`,
    "new Float64Array(xs)",
    "new Float64Array([x, y, x * y])",
    "fs.map((v) => v * x)",
  ];
  const plain = [
    "[x, y, x + y, x * y]",
    "[...xs]",
    `xs.slice(${from}, ${to})`,
    "xs.map((v, i) => v * v + i)",
    "Array.from({ length: 3 }, (_, i) => x * i)",
    "new Array<number>(4).fill(y)",
    "new Array<number>(4)",
    "new Array<number>(xs.length)",
    "Array.from(fs)",
  ];
  const isTyped = random.chance(0.55);
  const text = random.pick(isTyped ? typed : plain);
  arrays.push({
    name,
    isTyped,
    isHollow: /^new Array<number>\([^)]*\)$/.test(text),
  });
  return `const ${name} = ${text};`;
}

const indent = (lines: readonly string[]): string[] =>
  lines.map((line) => `  ${line}`);

function loop(edges: Edges, depth = 0): string[] {
  const { random, arrays } = edges;
  const i = depth === 0 ? "i" : "j";
  const all = [...arrays.map(({ name }) => name), "xs", "fs"];
  const bound = random.pick([
    ...["n", "n - 1", "n + 0.5", "3", "4.5", "3 - n"],
    ...all.flatMap((one) => [
      `${one}.length`,
      `${one}.length - ${random.pick(["1", "2", "0.5", "n"])}`,
      `${one}.length + ${random.pick(["1", "0.5"])}`,
    ]),
    ...(depth > 0 ? ["i", "i + 1"] : []),
  ]);
  const start = random.pick(["0", "0", "0", "1", "2", "-1"]);
  const step = random.weighted([
    [6, `${i}++`],
    [1, `${i} += 2`],
  ] as const);
  const head = random.weighted([
    [6, `for (let ${i} = ${start}; ${i} < ${bound}; ${step}) {`],
    [1, `for (let ${i} = ${start}; ${i} <= ${bound}; ${step}) {`],
    [
      2,
      `for (let ${i} = ${random.pick(["4", "xs.length - 1", "fs.length"])}; ${i} ${random.pick([">", ">="])} ${random.pick(["0", "0", "-1", "0.5", "n - 3"])}; ${i}--) {`,
    ],
  ] as const);
  const body: string[] = [];
  for (let k = random.int(1, 4); k > 0; k--)
    body.push(...statement(edges, i, depth));
  return [head, ...indent(body), "}"];
}

function statement(edges: Edges, i: string, depth: number): string[] {
  const { random, arrays } = edges;
  const value = (): string => expression(edges, i);
  const kinds: (readonly [number, () => string[]])[] = [
    [3, () => [`s += near(${value()});`]],
    [
      1,
      () => [
        `p ${random.pick(["+=", "-=", "-="])} ${random.pick(["1", "2", i, "q"])};`,
      ],
    ],
    [0.5, () => [`q ${random.pick(["+=", "-="])} ${random.pick(["1", i])};`]],
    [0.7, () => [`s += Math.atan(${random.pick(["x", "y"])} / p);`]],
    [
      1,
      () => {
        const inner = statement(edges, i, depth);
        return [`if (${condition(edges, i)}) {`, ...indent(inner), "}"];
      },
    ],
    [5, () => store(edges, i, value())],
  ];
  if (depth === 0 && arrays.length > 0) kinds.push([0.8, () => loop(edges, 1)]);
  return random.weighted(kinds)();
}

function store(edges: Edges, i: string, value: string): string[] {
  const { random, arrays } = edges;
  const { name, isTyped, isHollow } = random.pick(arrays);
  const at = index(edges, i);
  const op = random.weighted([
    [5, "="],
    [2, "+="],
    [1, "*="],
  ] as const);
  const cell = `${name}[${at}]`;
  const text =
    op === "*="
      ? `${cell} = near(${cell}!) * near(${value});`
      : op === "+="
        ? `${cell}! += near(${value});`
        : `${cell} = near(${value});`;
  const raw = `${name}[${at}] = ${load(edges, i)};`;
  // an undefined that is stored among holes counts as one (conventions)
  const line = random.chance(0.3) && !isHollow ? raw : text;
  // beyond the end of a plain array a store is a thrown error
  return isTyped
    ? [line]
    : [`if (${at} >= 0 && ${at} < ${name}.length) ${line}`];
}

const index = ({ random, arrays }: Edges, i: string): string =>
  random.weighted([
    [5, i],
    [1.5, `${i} + 1`],
    [1.5, `${i} - 1`],
    [0.7, `${random.pick(arrays).name}.length - 1 - ${i}`],
    [0.5, `${i} >> 1`],
    [0.5, "p"],
    [0.5, "1"],
  ] as const);

function load(edges: Edges, i: string): string {
  const { random, arrays } = edges;
  const name = random.pick([...arrays.map((one) => one.name), "xs", "fs"]);
  return `${name}[${index(edges, i)}]!`;
}

const condition = (edges: Edges, i: string): string =>
  edges.random.pick([
    `${load(edges, i)} > 0`,
    `${i} % 2 === 0`,
    `${load(edges, i)} === undefined`,
    `${load(edges, i)} !== undefined`,
    `p < 0`,
  ]);

function expression(edges: Edges, i: string): string {
  const { random } = edges;
  const cell = load(edges, i);
  // 0 * NaN is NaN, also where the slope of what is not taken is 0: what is multiplied is a number
  return random.weighted([
    [3, `near(${cell}) * x`],
    [2, `near(${cell}) * near(${load(edges, i)})`],
    [2, `near(${cell} ?? y) * x`],
    [1, `(${cell} || y) + x`],
    [1, `(${cell} === undefined ? x * y : ${cell})`],
    [1, `near(Math.max(${cell}, x)) * y`],
    [1, `Math.sin(${cell} + ${i})`],
    [1, `${cell} - y * ${i}`],
    [1, `s * 0.5 + ${cell}`],
    [0.5, `x * p + q`],
  ] as const);
}

import { bounded, condition, numExpr } from "./expressions.js";
import { findPlace } from "./places.js";
import { declare, type Gen, inner, type Loop, type Scope } from "./scope.js";
import { num, type Shape } from "./shapes.js";
import { exit } from "./branches.js";
import {
  blockLines,
  type FormTable,
  indent,
  statements,
} from "./statements.js";

export const loopForms: FormTable = [
  [7, 1, (g, s) => countedLoop(g, s)],
  [2, 1, (g, s) => lengthLoop(g, s)],
  [2, 1, (g, s) => forOf(g, s)],
  [2, 1, (g, s) => whileLoop(g, s)],
  [1, 1, (g, s) => doWhile(g, s)],
  [1, 1, (g, s) => floatLoop(g, s)],
  [1, 1, (g, s) => twoEnded(g, s)],
  [1, 2, (g, s) => endless(g, s)],
];

const maxTimes = 200;

/** The body of a loop of `trips` rounds: statements, and sometimes an exit. */
function body(
  gen: Gen,
  scope: Scope,
  trips: number,
  options: {
    vars?: readonly [string, Shape][];
    mayGrow?: boolean;
    label?: string | undefined;
  } = {},
): string[] {
  const loop: Loop = { label: options.label, isSwitch: false };
  const inside = inner(scope, {
    times: scope.times * trips,
    loops: [...scope.loops, loop],
    mayGrow: scope.mayGrow && (options.mayGrow ?? true),
  });
  for (const [name, shape] of options.vars ?? []) declare(inside, name, shape);
  const { random } = gen;
  const lines: string[] = [];
  if (random.chance(0.25)) lines.push(...exit(gen, inside));
  lines.push(...blockLines(gen, scope, inside, random.int(1, 3)));
  if (random.chance(0.2)) lines.push(...exit(gen, inside));
  if (random.chance(0.1)) lines.push(...statements(gen, inside, 1));
  return indent(lines);
}

const roomFor = (scope: Scope, trips: number): boolean =>
  scope.depth < 5 && scope.times * trips <= maxTimes;

/** A label for one loop in ten: `outer: for (...)`. */
function labelFor(gen: Gen): string | undefined {
  return gen.random.chance(0.12) ? gen.fresh("outer") : undefined;
}
const labelled = (label: string | undefined, head: string): string =>
  label === undefined ? head : `${label}: ${head}`;

function countedLoop(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  const n = random.int(2, 5);
  if (!roomFor(scope, n)) return undefined;
  const i = gen.fresh(random.pick(["i", "j"]));
  const outer = scope.vars.filter(
    (one) => one.shape.k === "int" && one.shape.hi < 6 && one.shape.lo >= 0,
  );
  const [head, lo, hi] = random.pick<[string, number, number]>([
    [`let ${i} = 0; ${i} < ${n}; ${i}++`, 0, n - 1],
    [`let ${i} = 0; ${i} < ${n}; ++${i}`, 0, n - 1],
    [`let ${i} = 0; ${i} <= ${n - 1}; ${i} += 1`, 0, n - 1],
    [`let ${i} = 1; ${i} < ${n}; ${i}++`, 1, n - 1],
    [`let ${i} = ${n - 1}; ${i} >= 0; ${i}--`, 0, n - 1],
    [`let ${i} = ${n}; ${i} > 0; ${i}--`, 1, n],
    [`let ${i} = 0; ${i} < ${n}; ${i} += 2`, 0, n - 1],
    [`let ${i} = ${n - 1}; ${i} >= 0; ${i} -= 2`, 0, n - 1],
    ...outer
      .slice(0, 2)
      .flatMap(({ name, shape }): [string, number, number][] => {
        const top = (shape as { hi: number }).hi;
        return [
          [`let ${i} = 0; ${i} < ${name}; ${i}++`, 0, Math.max(0, top - 1)],
          [`let ${i} = 0; ${i} <= ${name}; ${i}++`, 0, top],
        ];
      }),
  ]);
  const label = labelFor(gen);
  return [
    `${labelled(label, `for (${head}) {`)}`,
    ...body(gen, scope, Math.max(n, hi + 1), {
      vars: [[i, { k: "int", lo, hi }]],
      label,
    }),
    "}",
  ];
}

const sequences = (shape: Shape): boolean =>
  shape.k === "arr" || shape.k === "mat" || shape.k === "recs";

function lengthLoop(gen: Gen, scope: Scope): string[] | undefined {
  const place = findPlace(gen, scope, sequences);
  if (place === undefined || !roomFor(scope, 5)) return undefined;
  const { shape } = place;
  const len = shape.k === "arr" || shape.k === "recs" ? shape.len : 3;
  const rows = shape.k === "mat" ? shape.rows : len;
  const i = gen.fresh("i");
  // the place must mean the same array in every round: only a plain variable, which the body does not assign
  if (!place.whole || place.root.mutable) return undefined;
  const down = gen.random.chance(0.25);
  const head = down
    ? `let ${i} = ${place.text}.length - 1; ${i} >= 0; ${i}--`
    : `let ${i} = 0; ${i} < ${place.text}.length; ${i}++`;
  // an array may have grown, or a parameter may stand for a longer one: its loop variable is then just an integer
  return [
    `for (${head}) {`,
    ...body(gen, scope, 5, {
      vars: [[i, { k: "int", lo: 0, hi: gen.slice >= 2 ? 1000 : rows - 1 }]],
      mayGrow: false,
    }),
    "}",
  ];
}

function forOf(gen: Gen, scope: Scope): string[] | undefined {
  const place = findPlace(gen, scope, sequences);
  if (place === undefined || !roomFor(scope, 5)) return undefined;
  const { shape } = place;
  const label = labelFor(gen);
  const one = gen.fresh("v");
  const element: Shape =
    shape.k === "mat"
      ? { k: "arr", store: shape.store, len: shape.cols }
      : shape.k === "recs"
        ? { k: "rec", decl: shape.decl }
        : num;
  if (element.k !== "num" && (place.root.frozen || gen.slice < 3))
    return undefined;
  // for (const { x, y } of points), for (const [a, b] of rows)
  if (element.k !== "num" && gen.random.chance(0.3)) {
    const parts: [string, string, Shape][] =
      element.k === "rec"
        ? element.decl.fields
            .filter((field) => field.shape.k !== "str")
            .map((field) => [field.name, gen.fresh(field.name), field.shape])
        : [
            ["", gen.fresh("p"), num],
            ["", gen.fresh("q"), num],
          ];
    const pattern = parts
      .map(([key, name]) =>
        key === "" || key === name ? name : `${key}: ${name}`,
      )
      .join(", ");
    return [
      `for (const ${element.k === "rec" ? `{ ${pattern} }` : `[${pattern}]`} of ${place.text}) {`,
      ...body(gen, scope, 5, {
        vars: parts.map(([, name, part]) => [name, part]),
        mayGrow: false,
      }),
      "}",
    ];
  }
  return [
    labelled(label, `for (const ${one} of ${place.text}) {`),
    ...body(gen, scope, 5, { vars: [[one, element]], mayGrow: false, label }),
    "}",
  ];
}

/** Counts its rounds, and may also look at a float. The counter moves first, so that `continue` does no harm. */
function whileLoop(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  const n = random.int(2, 5);
  if (!roomFor(scope, n)) return undefined;
  const w = gen.fresh("w");
  const extra = random.chance(0.5)
    ? ` && ${conditionOperand(condition(gen, scope, 0))}`
    : "";
  const label = labelFor(gen);
  const up = random.chance(0.6);
  const range: [string, Shape] = [w, { k: "int", lo: up ? 1 : 0, hi: n }];
  const lines = body(gen, scope, n, { vars: [range], label });
  return up
    ? [
        `let ${w} = 0;`,
        labelled(label, `while (${w} < ${n}${extra}) {`),
        `  ${w}++;`,
        ...lines,
        "}",
      ]
    : [
        `let ${w} = ${n};`,
        labelled(label, `while (${w}-- > 0${extra}) {`),
        ...lines,
        "}",
      ];
}

const conditionOperand = (text: string): string =>
  text.includes("?") ? `(${text})` : text;

function doWhile(gen: Gen, scope: Scope): string[] | undefined {
  const n = gen.random.int(2, 4);
  if (!roomFor(scope, n)) return undefined;
  const w = gen.fresh("w");
  const extra = gen.random.chance(0.4)
    ? ` && ${conditionOperand(condition(gen, scope, 0))}`
    : "";
  return [
    `let ${w} = 0;`,
    "do {",
    `  ${w}++;`,
    ...body(gen, scope, n, { vars: [[w, { k: "int", lo: 1, hi: n }]] }),
    `} while (${w} < ${n}${extra});`,
  ];
}

/** A loop whose variable is no integer, sometimes an active one. */
function floatLoop(gen: Gen, scope: Scope): string[] | undefined {
  if (!roomFor(scope, 5)) return undefined;
  const h = gen.fresh("h");
  const start = gen.random.chance(0.5)
    ? "0.1"
    : `0.1 * ${bounded(gen, scope, 1, 1).text}`.replace(/\* (.*)$/, "* ($1)");
  const step = gen.random.chance(0.6)
    ? "0.25"
    : `0.3 + 0.1 * Math.sin(${numExpr(gen, scope, 1).text})`;
  return [
    `for (let ${h} = ${start}; ${h} < 1; ${h} += ${step}) {`,
    ...body(gen, scope, 5, { vars: [[h, num]] }),
    "}",
  ];
}

/** `for (;;)` and `while (true)`, left by a break. */
function endless(gen: Gen, scope: Scope): string[] | undefined {
  const n = gen.random.int(1, 4);
  if (!roomFor(scope, n)) return undefined;
  const w = gen.fresh("w");
  const test = gen.random.chance(0.5)
    ? `${w} >= ${n}`
    : `${w} >= ${n} || ${conditionOperand(condition(gen, scope, 0))}`;
  return [
    `let ${w} = 0;`,
    gen.random.chance(0.5) ? "for (;;) {" : "while (true) {",
    `  if (${test}) break;`,
    `  ${w}++;`,
    ...body(gen, scope, n, { vars: [[w, { k: "int", lo: 1, hi: n }]] }),
    "}",
  ];
}

function twoEnded(gen: Gen, scope: Scope): string[] | undefined {
  const n = gen.random.int(3, 5);
  if (!roomFor(scope, n)) return undefined;
  const [l, r] = [gen.fresh("l"), gen.fresh("h")];
  return [
    `for (let ${l} = 0, ${r} = ${n - 1}; ${l} < ${r}; ${l}++, ${r}--) {`,
    ...body(gen, scope, n, {
      vars: [
        [l, { k: "int", lo: 0, hi: n - 1 }],
        [r, { k: "int", lo: 0, hi: n - 1 }],
      ],
    }),
    "}",
  ];
}

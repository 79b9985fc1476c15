import type { Random } from "./random.js";
import type { TinyParameter } from "./tinyParameters.js";

/** What the code of one tiny function can see. */
export interface Tiny {
  readonly random: Random;
  readonly atoms: string[];
  /** Variables that may be assigned, without the places of parameters. */
  readonly variables: string[];
  /** Everything that may be assigned. */
  readonly targets: string[];
  readonly lists: string[];
  readonly records: string[];
  readonly tests: string[];
  /** Functions of numbers. */
  readonly calls: ((a: string, b: string) => string)[];
  fresh(): string;
  /** What a `return` in the middle gives, where there may be one. */
  readonly leave: (() => string) | undefined;
  readonly inLoop: boolean;
}

export function tinyScope(
  random: Random,
  parameters: readonly TinyParameter[],
  fresh: () => string,
): Tiny {
  return {
    random,
    atoms: parameters.flatMap((one) => one.atoms),
    variables: [],
    targets: parameters.flatMap((one) => one.targets),
    lists: parameters.flatMap((one) => one.lists),
    records: parameters.flatMap((one) => one.records),
    tests: parameters.flatMap((one) => one.tests),
    calls: [],
    fresh,
    leave: undefined,
    inLoop: false,
  };
}

/** A block sees what is around it, and keeps what it declares. */
const within = (tiny: Tiny, change: Partial<Tiny> = {}): Tiny => ({
  ...tiny,
  atoms: [...tiny.atoms],
  variables: [...tiny.variables],
  targets: [...tiny.targets],
  lists: [...tiny.lists],
  records: [...tiny.records],
  calls: [...tiny.calls],
  ...change,
});

const constants = ["0", "1", "2", "0.5", "-1", "1e-3", "Math.PI", "3", "1.7"];

const functions: readonly string[] = [
  ...["sin", "cos", "tan", "tanh", "exp", "log", "sqrt", "abs", "cbrt", "atan"],
  ...["sin", "cos", "tanh", "exp", "abs", "asin", "acos", "sinh", "cosh"],
  ...["asinh", "acosh", "atanh", "log1p", "expm1", "log2", "log10", "sign"],
  ...["floor", "trunc", "fround", "round"],
];

/** A number; its parts are in parentheses, so that it may stand anywhere. */
export function tinyNumber(tiny: Tiny, depth: number): string {
  const { random } = tiny;
  const inner = (): string => tinyNumber(tiny, depth - 1);
  if (depth <= 0 || random.chance(0.1))
    return random.chance(0.15) || tiny.atoms.length === 0
      ? random.pick(constants)
      : random.pick(tiny.atoms);
  const two = (op: string): string => `(${inner()} ${op} ${inner()})`;
  return random.weighted<() => string>([
    [5, () => two("*")],
    [4, () => two("+")],
    [3, () => two("-")],
    [1.5, () => two("/")],
    [0.3, () => `(${inner()} % ${inner()})`],
    [0.7, () => `((${inner()}) ** ${random.pick(["2", "3", "0.5", "-1"])})`],
    [0.3, () => `Math.pow(${inner()}, ${inner()})`],
    [5, () => `Math.${random.pick(functions)}(${inner()})`],
    [1, () => `(-${inner()})`.replace("--", "- -")],
    [0.7, () => `Math.max(${inner()}, ${inner()})`],
    [0.5, () => `Math.min(${inner()}, ${inner()}, ${inner()})`],
    [0.4, () => `Math.atan2(${inner()}, ${inner()})`],
    [0.4, () => `Math.hypot(${inner()}, ${inner()})`],
    [1.2, () => `(${tinyTest(tiny)} ? ${inner()} : ${inner()})`],
    [0.3, () => `(${variable(tiny)} ${random.pick(["||", "&&"])} ${inner()})`],
    [0.8, () => ofList(tiny, inner)],
    [0.4, () => assigned(tiny, inner)],
    [1, () => called(tiny, inner)],
  ])();
}

/** No constant: TypeScript knows whether those are 0. */
const variable = (tiny: Tiny): string =>
  tiny.atoms.length === 0 ? "Math.cos(2)" : tiny.random.pick(tiny.atoms);

function ofList(tiny: Tiny, inner: () => string): string {
  const { random, lists } = tiny;
  if (lists.length === 0) return inner();
  const list = random.pick(lists);
  const own = tiny.fresh();
  const u = tinyNumber(within(tiny, { atoms: [own, own, ...tiny.atoms] }), 1);
  return random.pick([
    `${list}.reduce((${own}1, ${own}) => ${own}1 + ${u}, 0)`,
    `${list}.reduce((${own}1, ${own}) => ${own}1 * ${own}, 1)`,
    `Math.max(...${list})`,
    `Math.hypot(...${list})`,
    `${list}.map((${own}) => ${u})[0]!`,
    `${list}.slice(1).length`,
    `(${list}.find((${own}) => ${own} > 0) ?? ${variable(tiny)})`,
  ]);
}

function assigned(tiny: Tiny, inner: () => string): string {
  const { random, variables } = tiny;
  if (variables.length === 0) return inner();
  const target = random.pick(variables);
  return random.pick([
    `${target}++`,
    `(--${target})`,
    `(${target} = ${inner()})`,
    `(${target} *= ${inner()})`,
  ]);
}

const called = (tiny: Tiny, inner: () => string): string =>
  tiny.calls.length === 0
    ? inner()
    : tiny.random.pick(tiny.calls)(inner(), inner());

export function tinyTest(tiny: Tiny): string {
  const { random } = tiny;
  if (tiny.tests.length > 0 && random.chance(0.3))
    return random.pick(tiny.tests);
  const op = random.pick(["<", ">", ">=", "<=", "===", "!=="]);
  const first = random.chance(0.5)
    ? variable(tiny)
    : `Math.sin(${tinyNumber(tiny, 1)})`;
  const one = `${first} ${op} ${random.pick(["0", "1", "0.5", "-1", tinyNumber(tiny, 0)])}`;
  return random.chance(0.1) ? `(${one} && ${tinyTest(tiny)})` : one;
}

/** `count` statements. */
export function tinyStatements(tiny: Tiny, count: number): string[] {
  const lines: string[] = [];
  for (let k = 0; k < count; k++) lines.push(...statement(tiny));
  return lines;
}

const indent = (lines: readonly string[]): string[] =>
  lines.map((line) => `  ${line}`);

function statement(tiny: Tiny): string[] {
  const { random } = tiny;
  const isNested = tiny.inLoop;
  return random.weighted<() => string[]>([
    [4, () => declared(tiny)],
    [4, () => written(tiny)],
    [1, () => listMade(tiny)],
    [0.7, () => recordMade(tiny)],
    [0.7, () => functionMade(tiny)],
    [2, () => branch(tiny)],
    [isNested ? 0.4 : 2.5, () => loop(tiny)],
    [0.5, () => swap(tiny)],
    [1, () => resized(tiny)],
    [0.6, () => inPlace(tiny)],
    [0.5, () => unpacked(tiny)],
    [0.4, () => effect(tiny)],
    [0.3, () => viaMap(tiny)],
    [0.4, () => choice(tiny)],
    [0.3, () => guarded(tiny)],
  ])();
}

function declared(tiny: Tiny): string[] {
  const e = tinyNumber(tiny, tiny.random.int(1, 3));
  const name = tiny.fresh();
  // TypeScript knows what a constant is, and which comparisons make no sense
  const isConst = tiny.random.chance(0.4) && !/^[-\d.]/.test(e);
  tiny.atoms.push(name, name);
  if (!isConst) {
    tiny.variables.push(name);
    tiny.targets.push(name);
  }
  // `let a = 0` may be assigned what is no whole number
  return [`${isConst ? "const" : "let"} ${name} = ${e};`];
}

/** An assignment of any kind to whatever may be assigned. */
function written(tiny: Tiny): string[] {
  const { random, targets } = tiny;
  if (targets.length === 0) return declared(tiny);
  const target = random.pick(targets);
  const e = tinyNumber(tiny, random.int(1, 3));
  // an element that is read before it is written
  const read = target.endsWith("]") ? `${target}!` : target;
  return [
    random.weighted([
      [3, `${target} = ${e};`],
      [3, `${read} += ${e};`],
      [1, `${read} -= ${e};`],
      [2, `${read} *= ${e};`],
      [0.7, `${read} /= ${e};`],
      [0.3, `${read} **= 2;`],
      [0.2, `${read} %= ${e};`],
      [0.3, `${read}++;`],
      [0.3, `--${read};`],
      [0.3, `${target} ||= ${e};`],
      [0.3, `${target} &&= ${e};`],
      [0.3, `${target} ??= ${e};`],
      [0.5, `${target} = ${target};`],
    ] as const),
  ];
}

function listMade(tiny: Tiny): string[] {
  const { random, lists } = tiny;
  const e = (): string => tinyNumber(tiny, 1);
  const name = tiny.fresh();
  const from = lists.length === 0 ? `[${e()}, ${e()}]` : random.pick(lists);
  const u = tiny.fresh();
  const text = random.pick([
    `[${e()}, ${e()}]`,
    `Float64Array.of(${e()}, ${e()})`,
    `[...${from}, ${e()}]`,
    `${from}.slice()`,
    `${from}.map((${u}, ${u}1) => ${u} * ${e()} + ${u}1)`,
    `Array.from({ length: 2 }, (_0, ${u}) => ${u} * ${e()})`,
    `new Float32Array([${e()}, ${e()}])`,
    from,
  ]);
  tiny.lists.push(name);
  tiny.atoms.push(`${name}[0]!`, `${name}[1]!`);
  // a second name for what may only be read
  // or what may be too short for a store
  if (!text.includes(from) || tiny.targets.includes(`${from}[0]`))
    tiny.targets.push(`${name}[0]`, `${name}[1]`);
  return [`const ${name} = ${text};`];
}

function recordMade(tiny: Tiny): string[] {
  const { random, records } = tiny;
  const e = (): string => tinyNumber(tiny, 1);
  const name = tiny.fresh();
  if (random.chance(0.5) && records.length > 0) {
    const own = tiny.fresh();
    const lines = [
      `const ${name} = { ...${random.pick(records)}, extra: ${e()} };`,
    ];
    tiny.atoms.push(`${name}.extra`);
    tiny.targets.push(`${name}.extra`);
    if (random.chance(0.4)) {
      lines.push(`const { extra: ${own} } = ${name};`);
      tiny.atoms.push(own);
    }
    return lines;
  }
  const line = `const ${name} = { p: ${e()}, q: [${e()}, ${e()}] };`;
  tiny.atoms.push(`${name}.p`, `${name}.q[0]!`);
  tiny.targets.push(`${name}.p`, `${name}.q[0]`);
  tiny.lists.push(`${name}.q`);
  return [line];
}

function functionMade(tiny: Tiny): string[] {
  const name = tiny.fresh();
  const u = tiny.fresh();
  const inside = within(tiny, {
    atoms: [u, u, ...tiny.atoms],
    variables: [],
    calls: [],
  });
  const text = tinyNumber(inside, 2);
  tiny.calls.push((a) => `${name}(${a})`);
  tiny.atoms.push(`${name}(${tinyNumber(tiny, 1)})`);
  return [`const ${name} = (${u}: number): number => ${text};`];
}

function branch(tiny: Tiny): string[] {
  const { random } = tiny;
  const test = tinyTest(tiny);
  if (tiny.leave !== undefined && random.chance(0.25))
    return [`if (${test}) ${tiny.leave()}`];
  if (tiny.inLoop && random.chance(0.3))
    return [`if (${test}) ${random.pick(["break", "continue"])};`];
  const arm = (): string[] =>
    indent(tinyStatements(within(tiny), random.int(1, 2)));
  if (random.chance(0.5)) return [`if (${test}) {`, ...arm(), "}"];
  return [`if (${test}) {`, ...arm(), "} else {", ...arm(), "}"];
}

function loop(tiny: Tiny): string[] {
  const { random, lists } = tiny;
  const i = tiny.fresh();
  const body = (atoms: string[], targets: string[] = []): string[] =>
    indent(
      tinyStatements(
        within(tiny, {
          atoms: [...atoms, ...atoms, ...tiny.atoms],
          targets: [...targets, ...tiny.targets],
          inLoop: true,
        }),
        random.int(1, 2),
      ),
    );
  const trips = random.int(1, 4);
  const list = lists.length === 0 ? undefined : random.pick(lists);
  if (list === undefined || random.chance(0.4))
    return random.weighted<() => string[]>([
      [
        2,
        () => [
          `for (let ${i} = 0; ${i} < ${trips}; ${i}++) {`,
          ...body([i]),
          "}",
        ],
      ],
      [
        1,
        () => [
          `for (let ${i} = ${trips}; ${i} > 0; ${i}--) {`,
          ...body([i]),
          "}",
        ],
      ],
      [
        1,
        () => [
          `let ${i} = 0;`,
          `while (${i} < ${trips} && ${tinyTest(tiny)}) {`,
          `  ${i}++;`,
          ...body([i]),
          "}",
        ],
      ],
      [
        1,
        () => [
          `let ${i} = 0;`,
          "do {",
          `  ${i}++;`,
          ...body([i]),
          `} while (${i} < ${trips} && ${tinyTest(tiny)});`,
        ],
      ],
    ])();
  const cell = `${list}[${i}]!`;
  const cells = tiny.targets.includes(`${list}[0]`) ? [`${list}[${i}]`] : [];
  return random.weighted<() => string[]>([
    [
      3,
      () => [
        `for (let ${i} = 0; ${i} < ${list}.length; ${i}++) {`,
        ...body([cell, cell, i], cells),
        "}",
      ],
    ],
    [
      1,
      () => [
        `for (let ${i} = ${list}.length - 1; ${i} >= 0; ${i}--) {`,
        ...body([cell], cells),
        "}",
      ],
    ],
    [2, () => [`for (const ${i} of ${list}) {`, ...body([i]), "}"]],
    [
      1,
      () => [
        `for (const [${i}, ${i}0] of ${list}.entries()) {`,
        ...body([i, `${i}0`]),
        "}",
      ],
    ],
    [
      1,
      () => [
        `for (let ${i} = 1; ${i} < ${list}.length; ${i}++) {`,
        ...body([cell, `${list}[${i} - 1]!`], cells),
        "}",
      ],
    ],
  ])();
}

function swap(tiny: Tiny): string[] {
  const { random, targets } = tiny;
  if (targets.length < 2) return declared(tiny);
  const [a, b] = [random.pick(targets), random.pick(targets)];
  const value = (target: string): string =>
    target.endsWith("]") ? `${target}!` : target;
  if (random.chance(0.6)) return [`[${a}, ${b}] = [${value(b)}, ${value(a)}];`];
  return [`${a} = ${b} = ${tinyNumber(tiny, 2)};`];
}

/** A list of its own that grows and shrinks. */
function resized(tiny: Tiny): string[] {
  const { random, lists } = tiny;
  const e = (): string => tinyNumber(tiny, 1);
  const name = tiny.fresh();
  const from = lists.length === 0 ? e() : `...${random.pick(lists)}`;
  const more = (): string =>
    random.pick([
      `${name}.push(${e()});`,
      `${name}.push(${e()}, ${name}[0]!);`,
      `${name}.unshift(${e()});`,
      `${name}.pop();`,
      `${name}.shift();`,
      `${name}.splice(0, 1, ${e()}, ${e()});`,
      `${name}.reverse();`,
      `${name}.length = Math.min(1, ${name}.length);`,
      `${name}[0]! *= ${e()};`,
    ]);
  const lines = [
    `const ${name} = [${e()}, ${from}, ${e()}];`,
    ...Array.from({ length: random.int(1, 3) }, more),
  ];
  tiny.lists.push(name);
  const last = tiny.fresh();
  if (random.chance(0.4)) {
    lines.push(`const ${last} = ${name}.pop() ?? 0.5;`);
    tiny.atoms.push(last);
  }
  tiny.atoms.push(`${name}[0]!`, `${name}.length`, `${name}.at(-1)!`);
  return lines;
}

/** Methods that change a list, or make a new one. */
function inPlace(tiny: Tiny): string[] {
  const { random, lists } = tiny;
  const own = lists.filter((one) => tiny.targets.includes(`${one}[0]`));
  if (own.length === 0) return resized(tiny);
  const list = random.pick(own);
  const [a, b] = [tiny.fresh(), tiny.fresh()];
  return [
    random.pick([
      `${list}.fill(${tinyNumber(tiny, 1)});`,
      `${list}.fill(${tinyNumber(tiny, 1)}, 1);`,
      `${list}.reverse();`,
      `${list}.forEach((${a}, ${b}) => { ${list}[${b}] = ${a} * ${tinyNumber(tiny, 1)}; });`,
    ]),
  ];
}

/** Names for the parts of a list or of a record. */
function unpacked(tiny: Tiny): string[] {
  const { random, lists, records } = tiny;
  const [a, b] = [tiny.fresh(), tiny.fresh()];
  if (records.length > 0 && random.chance(0.3)) {
    const line = `const ${a} = { ...${random.pick(records)} };`;
    tiny.records.push(a);
    return [line];
  }
  if (lists.length === 0) return declared(tiny);
  const list = random.pick(lists);
  const other = tinyNumber(tiny, 0);
  tiny.atoms.push(a);
  if (random.chance(0.5)) {
    tiny.atoms.push(b);
    tiny.variables.push(a);
    tiny.targets.push(a);
    return [`let [${a} = 0.5, ${b} = ${other}] = ${list};`];
  }
  tiny.lists.push(b);
  return [`const [${a} = 0.5, ...${b}] = ${list};`];
}

/** A local function that writes what is around it. */
function effect(tiny: Tiny): string[] {
  const { random, targets } = tiny;
  if (targets.length === 0) return declared(tiny);
  const [f, u] = [tiny.fresh(), tiny.fresh()];
  const inside = within(tiny, { atoms: [u, ...tiny.atoms], calls: [] });
  const target = random.pick(targets);
  const read = target.endsWith("]") ? `${target}!` : target;
  const lines = [
    `const ${f} = (${u}: number): number => {`,
    `  ${read} ${random.pick(["+=", "*="])} ${tinyNumber(inside, 1)};`,
    `  return ${u} * ${read};`,
    "};",
  ];
  const name = tiny.fresh();
  lines.push(`const ${name} = ${f}(${tinyNumber(tiny, 1)});`);
  tiny.atoms.push(name);
  tiny.calls.push((a) => `${f}(${a})`);
  return lines;
}

/** Numbers under keys. */
function viaMap(tiny: Tiny): string[] {
  const e = (): string => tinyNumber(tiny, 1);
  const [first, second] = [e(), e()];
  const name = tiny.fresh();
  const line = `const ${name} = new Map<string, number>([["a", ${first}], ["b", ${second}]]);`;
  const more = tiny.random.chance(0.5)
    ? [`${name}.set("a", ${e()} * ${name}.get("b")!);`]
    : [];
  tiny.atoms.push(
    `${name}.get("a")!`,
    `(${name}.get("c") ?? ${name}.get("b")!)`,
  );
  return [line, ...more];
}

function choice(tiny: Tiny): string[] {
  const { random } = tiny;
  const on =
    tiny.lists.length === 0 ? "2" : `${random.pick(tiny.lists)}.length`;
  const arm = (): string[] => indent(indent(written(within(tiny))));
  return [
    `switch (${on} as number) {`,
    "  case 2:",
    ...arm(),
    ...(random.chance(0.6) ? ["    break;"] : []),
    "  case 3:",
    ...arm(),
    ...(random.chance(0.6) ? ["    break;"] : []),
    "  default:",
    ...arm(),
    "}",
  ];
}

function guarded(tiny: Tiny): string[] {
  const { random } = tiny;
  if (random.chance(0.5))
    return [
      `if (Number.isNaN(${tinyNumber(tiny, 0)})) throw new RangeError("no number");`,
    ];
  return [
    "try {",
    ...indent(written(within(tiny))),
    "} finally {",
    ...indent(written(within(tiny))),
    "}",
  ];
}

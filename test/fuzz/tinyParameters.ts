import type { Random } from "./random.js";

/** A parameter of a tiny program, and what its body may make of it. */
export interface TinyParameter {
  readonly name: string;
  /** As it stands in the list. */
  readonly text: string;
  /** Numbers that it gives. */
  readonly atoms: readonly string[];
  /** Places of it that may be written. */
  readonly targets: readonly string[];
  /** Lists of numbers in it. */
  readonly lists: readonly string[];
  /** Objects with numbers that may be spread. */
  readonly records: readonly string[];
  /** Conditions that it gives. */
  readonly tests: readonly string[];
  /** It holds no number. */
  readonly isPassive: boolean;
  /** It may be left out. */
  readonly isOptional: boolean;
  /** Paths by which derivatives can be taken, other than itself. */
  readonly paths: readonly string[];
  /** An argument. */
  value(random: Random): unknown;
  /** The text of an argument, of two numbers. */
  build(a: string, b: string): string;
}

/** Names that the compiler also gives, or that JavaScript has its own use for. */
export const names: readonly string[] = [
  ...["x", "y", "t", "t1", "v", "v0", "i", "n", "d", "bx", "b", "s", "k", "a"],
  ...["grad", "out", "value", "tangent", "cotangent", "tape", "fill", "sum"],
  ...["cleared", "seedLike", "workspace", "modelGrad", "result", "result1"],
  ...["of", "get", "set", "type", "as", "from", "async", "number", "object"],
  ...["cos", "tanh", "cosT", "max", "sqrt", "pow", "hypot", "abs", "name"],
  ...["$", "_", "_x", "$1", "length", "index", "entries", "shadow", "adjoint"],
  ...["state", "self", "event", "unused", "bgrad", "bout", "dt", "bt", "xs0"],
];

const fieldNames: readonly string[] = [
  ...["x", "y", "grad", "value", "tangent", "length", "get", "default", "in"],
  ...["first", "w", "b", "size", "kind", "of", "class", "n", "t", "name"],
];

/** Often where a function has a kink. */
export const number = (random: Random): number =>
  random.chance(0.3)
    ? random.pick([0, -0, 1, -1, 0.5, 2, -0.5, 3])
    : random.decimal(-2, 2, 3);

const numbers = (random: Random, lengths = [2, 2, 3, 4, 1, 0]): number[] =>
  Array.from({ length: random.pick(lengths) }, () => number(random));

type Form = (random: Random, name: string) => Partial<TinyParameter>;

const scalar: Form = (_, name) => ({
  text: `${name}: number`,
  atoms: [name],
  targets: [name],
  value: number,
  build: (a) => a,
});

const list =
  (type: string, isWritable: boolean): Form =>
  (random, name) => {
    const cells = [`${name}[0]`, `${name}[1]`];
    const typed = /Float(32|64)Array/.exec(type)?.[0];
    const wrap = (values: number[]): unknown =>
      typed === "Float64Array"
        ? Float64Array.from(values)
        : typed === "Float32Array"
          ? Float32Array.from(values)
          : values;
    // a store beyond the end is a thrown error
    const lengths = isWritable || random.chance(0.7) ? [2, 2, 3, 4] : undefined;
    return {
      text: `${name}: ${type}`,
      atoms: [
        ...cells,
        ...cells,
        ...cells,
        `${name}.length`,
        `${name}[${name}.length - 1]!`,
        `${name}.at(-1)!`,
      ],
      targets: isWritable ? cells : [],
      lists: [name],
      tests: [`${name}.length > 2`, `${name}[0]! > ${name}[1]!`],
      value: (one) => wrap(numbers(one, lengths)),
      build: (a, b) =>
        typed === undefined ? `[${a}, ${b}]` : `${typed}.of(${a}, ${b})`,
    };
  };

const pair =
  (type: string, isWritable: boolean): Form =>
  (_, name) => ({
    text: `${name}: ${type}`,
    atoms: [`${name}[0]`, `${name}[1]`],
    targets: isWritable ? [`${name}[0]`, `${name}[1]`] : [],
    lists: [name],
    value: (one) => numbers(one, [2]),
    build: (a, b) => `[${a}, ${b}]`,
  });

const record: Form = (random, name) => {
  const [p, q] = twoFields(random);
  const isWritable = random.chance(0.6);
  const only = isWritable ? "" : "readonly ";
  return {
    text: `${name}: { ${only}${p}: number; ${only}${q}: number }`,
    atoms: [`${name}.${p}`, `${name}.${q}`],
    targets: isWritable ? [`${name}.${p}`, `${name}.${q}`] : [],
    records: [name],
    paths: [`${name}.${p}`, `${name}.${q}`],
    value: (one) => ({ [p]: number(one), [q]: number(one) }),
    build: (a, b) => `{ ${p}: ${a}, ${q}: ${b} }`,
  };
};

/** A number, a list and a switch in one. */
const mixed: Form = (random, name) => {
  const [p, q] = twoFields(random);
  return {
    text: `${name}: { ${p}: number; ${q}: number[]; on?: boolean }`,
    atoms: [`${name}.${p}`, `${name}.${q}[0]`, `${name}.${q}[1]`],
    targets: [`${name}.${p}`, `${name}.${q}[0]`, `${name}.${q}[1]`],
    lists: [`${name}.${q}`],
    tests: [`${name}.on === true`, `${name}.on`, `!${name}.on`],
    paths: [`${name}.${p}`, `${name}.${q}`],
    value: (one) => ({
      [p]: number(one),
      [q]: numbers(one, [2, 3]),
      ...(one.chance(0.5) ? { on: one.chance(0.5) } : {}),
    }),
    build: (a, b) => `{ ${p}: ${a}, ${q}: [${b}, ${a}] }`,
  };
};

const deep: Form = (random, name) => {
  const [p, q] = twoFields(random);
  return {
    text: `${name}: { ${p}: { ${q}: number; list: [number, number] } }`,
    atoms: [
      `${name}.${p}.${q}`,
      `${name}.${p}.list[1]`,
      `${name}.${p}.list[0]`,
    ],
    targets: [`${name}.${p}.${q}`, `${name}.${p}.list[1]`],
    lists: [`${name}.${p}.list`],
    records: [],
    paths: [`${name}.${p}.${q}`, `${name}.${p}`],
    value: (one) => ({ [p]: { [q]: number(one), list: numbers(one, [2]) } }),
    build: (a, b) => `{ ${p}: { ${q}: ${a}, list: [${b}, ${a}] } }`,
  };
};

/** A list of records, or of lists that need not be equally long. */
const many: Form = (random, name) => {
  const [p, q] = twoFields(random);
  if (random.chance(0.5))
    return {
      text: `${name}: { ${p}: number; ${q}: number }[]`,
      atoms: [`${name}[0]!.${p}`, `${name}[1]!.${q}`],
      targets: [`${name}[0]!.${p}`, `${name}[1]!.${q}`],
      records: [`${name}[0]!`],
      lists: [`${name}.map((one) => one.${p})`],
      value: (one) =>
        Array.from({ length: one.int(2, 3) }, () => ({
          [p]: number(one),
          [q]: number(one),
        })),
      build: (a, b) =>
        `[{ ${p}: ${a}, ${q}: ${b} }, { ${p}: ${b}, ${q}: ${a} }]`,
    };
  const typed = random.chance(0.3);
  return {
    text: `${name}: ${typed ? "Float64Array" : "number[]"}[]`,
    atoms: [`${name}[0]![0]!`, `${name}[1]![1]!`, `${name}[1]!.length`],
    targets: [`${name}[0]![0]`, `${name}[1]![1]`],
    lists: [`${name}[0]!`, `${name}[1]!`, ...(typed ? [] : [`${name}.flat()`])],
    value: (one) =>
      Array.from({ length: one.int(2, 3) }, () => {
        const row = numbers(one, [2, 3, 4]);
        return typed ? Float64Array.from(row) : row;
      }),
    build: (a, b) =>
      typed
        ? `[Float64Array.of(${a}, ${b}), Float64Array.of(${b}, ${a})]`
        : `[[${a}, ${b}], [${b}, ${a}, ${b}]]`,
  };
};

/** `{ x, y }: { ... }`, `[a, b]: [number, number]` */
const pattern: Form = (random, name) => {
  const [a, b] = [`${name}9`, `${name}10`];
  if (random.chance(0.5))
    return {
      text: `[${a}, ${b}]: [number, number]`,
      atoms: [a, b],
      targets: [a, b],
      value: (one) => numbers(one, [2]),
      build: (p, q) => `[${p}, ${q}]`,
    };
  const hasDefault = random.chance(0.5);
  return {
    text: `{ x: ${a}, y: ${b}${hasDefault ? " = 0.5" : ""} }: { x: number; y${hasDefault ? "?" : ""}: number }`,
    atoms: [a, b],
    targets: [a, b],
    value: (one) => ({
      x: number(one),
      ...(hasDefault && one.chance(0.4) ? {} : { y: number(one) }),
    }),
    build: (p, q) => `{ x: ${p}, y: ${q} }`,
  };
};

const left: Form = (random, name) =>
  random.pick([
    {
      text: `${name}?: number`,
      atoms: [`(${name} ?? 0.5)`, `(${name} === undefined ? 1 : ${name})`],
      tests: [`${name} === undefined`],
      isOptional: true,
      value: (one: Random) => (one.chance(0.6) ? number(one) : undefined),
      build: (a: string) => a,
    },
    {
      text: `${name} = 1.5`,
      atoms: [name],
      targets: [name],
      isOptional: true,
      value: (one: Random) => (one.chance(0.6) ? number(one) : undefined),
      build: (a: string) => a,
    },
    {
      text: `${name}: number[] = [0.5, 2]`,
      atoms: [`${name}[0]`, `${name}[1]`],
      targets: [`${name}[0]`],
      lists: [name],
      isOptional: true,
      value: (one: Random) =>
        one.chance(0.6) ? numbers(one, [2, 3]) : undefined,
      build: (a: string, b: string) => `[${a}, ${b}]`,
    },
  ]);

const table: Form = (_, name) => ({
  text: `${name}: Record<string, number>`,
  atoms: [`${name}["a"]!`, `(${name}["b"] ?? 0)`],
  targets: [`${name}["a"]`],
  lists: [`Object.values(${name})`],
  value: (one) => ({
    a: number(one),
    ...(one.chance(0.5) ? { b: number(one) } : {}),
  }),
  build: (a, b) => `{ a: ${a}, b: ${b} }`,
});

const passive: Form = (random, name) =>
  random.pick([
    {
      text: `${name}: boolean`,
      tests: [name, `!${name}`],
      isPassive: true,
      value: (one: Random) => one.chance(0.5),
      build: () => "true",
    },
    {
      text: `${name}: "up" | "down"`,
      tests: [`(${name} as string) === "up"`, `(${name} as string) !== "up"`],
      isPassive: true,
      value: (one: Random) => one.pick(["up", "down"]),
      build: () => `"up"`,
    },
  ]);

const forms: readonly (readonly [number, Form])[] = [
  [5, scalar],
  [4, list("number[]", true)],
  [2, list("readonly number[]", false)],
  [2, list("Float64Array", true)],
  [1, list("Float32Array", true)],
  [1.5, pair("[number, number]", true)],
  [1, pair("readonly [number, number]", false)],
  [2, record],
  [1.5, mixed],
  [1, deep],
  [1.5, many],
  [1, pattern],
  [1, table],
  [0.7, passive],
];

export function tinyParameters(
  random: Random,
  fresh: () => string,
): TinyParameter[] {
  const count = random.pick([1, 1, 1, 2, 2, 3]);
  const made = Array.from({ length: count }, (_, k) => {
    // what may be left out comes last
    const isLast = k === count - 1 && k > 0;
    const form = isLast && random.chance(0.25) ? left : random.weighted(forms);
    return asParameter(form(random, fresh()), k);
  });
  return made.every(({ isPassive }) => isPassive)
    ? [
        ...made.filter((one) => !one.isOptional),
        asParameter(scalar(random, fresh()), made.length),
      ]
    : made;
}

function asParameter(
  given: Partial<TinyParameter>,
  place: number,
): TinyParameter {
  return {
    // a pattern is known by its place
    name: /^[\w$]+/.exec(given.text ?? "")?.[0] ?? `arg${place}`,
    text: "",
    atoms: [],
    targets: [],
    lists: [],
    records: [],
    tests: [],
    paths: [],
    isPassive: false,
    isOptional: false,
    value: () => undefined,
    build: () => "",
    ...given,
  };
}

function twoFields(random: Random): [string, string] {
  const p = random.pick(fieldNames);
  const q = random.pick(fieldNames.filter((one) => one !== p));
  return [p, q];
}

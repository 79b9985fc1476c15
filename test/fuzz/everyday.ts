import { bounded, condition, fits } from "./expressions.js";
import { findPlace, findTarget, indexBelow } from "./places.js";
import { declare, type Gen, inner, type Scope } from "./scope.js";
import { num, type Shape, typeText } from "./shapes.js";
import { blockLines, built, type FormTable, indent } from "./statements.js";

/**
 * Slice 7: what people write beside all that. Buffers that change places, labelled blocks, local functions that write into
 * what they capture and give records back, getters, patterns with defaults, spreads, stacks, objects with methods.
 */

type Arr = Extract<Shape, { k: "arr" }>;
const isArr = (shape: Shape): boolean => shape.k === "arr";
const isJs = (shape: Shape): boolean =>
  shape.k === "arr" && shape.store === "js";
const e = (gen: Gen, scope: Scope, bound = 2, depth = 1): string =>
  bounded(gen, scope, depth, bound).text;
const arr = (store: Arr["store"], len: number): Shape => ({
  k: "arr",
  store,
  len,
});
const closure = (scope: Scope): Scope =>
  inner(scope, {
    loops: [],
    result: num,
    times: scope.times * 4,
    mayGrow: false,
  });

/** `for (...) { for (...) next[i] = ...; [now, next] = [next, now]; }` */
function doubleBuffer(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  const from = findPlace(gen, scope, isArr);
  if (from === undefined || scope.times > 20) return undefined;
  const { store, len } = from.shape as Arr;
  const [a, b, t, s, i] = ["now", "next", "old", "s", "i"].map(gen.fresh);
  const trips = random.int(1, 4);
  const zeros =
    store === "js"
      ? `new Array<number>(${from.text}.length).fill(0)`
      : `new ${typeText(from.shape)}(${from.text}.length)`;
  const inside = inner(scope, { times: scope.times * trips * len });
  declare(inside, i!, { k: "int", lo: 0, hi: len - 1 });
  declare(inside, a!, arr(store, len), { frozen: true });
  const value = e(gen, inside, 1, 2);
  const near = random.pick([
    `(${i} + 1) % ${a}.length`,
    `${i} === 0 ? 0 : ${i} - 1`,
    `${a}.length - 1 - ${i}`,
  ]);
  const change = random.pick([
    [`[${a}, ${b}] = [${b}, ${a}];`],
    [`const ${t} = ${a};`, `${a} = ${b};`, `${b} = ${t};`],
    [`if (${condition(gen, inner(scope), 1)}) [${b}, ${a}] = [${a}, ${b}];`],
  ]);
  const copy = random.pick(
    store === "js"
      ? [`${from.text}.slice()`, `[...${from.text}]`]
      : [`${from.text}.slice()`, `new ${typeText(from.shape)}(${from.text})`],
  );
  declare(scope, a!, arr(store, len));
  if (random.chance(0.5)) declare(scope, b!, arr(store, len));
  return [
    `let ${a} = ${copy};`,
    `let ${b} = ${zeros};`,
    `for (let ${s} = 0; ${s} < ${trips}; ${s}++) {`,
    `  for (let ${i} = 0; ${i} < ${a}.length; ${i}++)`,
    `    ${b}[${i}] = 0.5 * ${a}[${i}] + 0.3 * ${a}[${near}] * ${a}[${i}] * 0.2 + ${value};`,
    ...indent(change),
    "}",
  ];
}

/** `name: { ... if (c) break name; ... }` */
function labelledBlock(gen: Gen, scope: Scope): string[] | undefined {
  if (scope.depth > 3) return undefined;
  const name = gen.fresh("part");
  const block = inner(scope);
  const before = blockLines(gen, scope, block, gen.random.int(1, 2));
  const test = condition(gen, block, 1);
  const after = blockLines(gen, scope, inner(block), 1);
  return [
    `${name}: {`,
    ...indent([...before, `if (${test}) break ${name};`, ...after]),
    "}",
  ];
}

/** A local function that writes into what it captures, and gives back a record or nothing. */
function writer(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  if (scope.depth > 2 || scope.times > 20) return undefined;
  const target = findTarget(gen, scope, isArr);
  if (target === undefined) return undefined;
  const len = (target.shape as Arr).len;
  const [name, p, q, got] = ["put", "p", "q", "got"].map(gen.fresh);
  const body = closure(scope);
  declare(body, p!, num);
  const cell = `${target.text}[${indexBelow(gen, body, len)}]`;
  const lines = [`${cell} = ${e(gen, body, 2, 2)};`];
  const more = random.chance(0.5) ? blockLines(gen, scope, inner(body), 1) : [];
  // a number given back in the middle would be one of two types
  if (!more.some((line) => /\breturn\b/.test(line))) lines.push(...more);
  const first = e(gen, { ...closure(scope), functions: [] });
  declare(body, q!, num);
  const result = random.pick([
    [`return { v: ${cell}, w: ${target.text}, k: ${q} };`],
    [
      `const third = ${e(gen, body)};`,
      `return { v: ${q} * 0.5, w: ${target.text}, k: third };`,
    ],
  ]);
  const call = (): string =>
    random.chance(0.4)
      ? `${name}(${e(gen, scope)})`
      : `${name}(${e(gen, scope)}, ${e(gen, scope)})`;
  const made = [
    `const ${name} = (${p}: number, ${q} = ${p} * (${first})) => {`,
    ...indent([...lines, ...result]),
    "};",
  ];
  const [v, w] = [gen.fresh("v"), gen.fresh("w")];
  const use = random.pick([
    (): string[] => {
      const lines = [`const ${v} = 0.3 * ${call()}.v;`];
      declare(scope, v, num);
      return lines;
    },
    (): string[] => {
      const lines = [`const { v: ${v}, w: ${w} } = ${call()};`];
      declare(scope, v, num);
      declare(scope, w, target.shape);
      return lines;
    },
    (): string[] => {
      const lines = [
        `const ${got} = ${call()};`,
        `${got}.w[1] *= 0.5;`,
        `const ${v} = ${got}.k + ${got}.w[1];`,
      ];
      declare(scope, v, num);
      return lines;
    },
    (): string[] => {
      const i = gen.fresh("i");
      return [
        `for (let ${i} = 0; ${i} < 3; ${i}++) ${name}(0.2 * ${i}, ${e(gen, scope)}).w[0] += 0.1;`,
      ];
    },
  ])();
  return [...made, ...use];
}

/** An object with a method, a getter, and memory that it shares. */
function objectWithMethods(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  const held = findPlace(gen, scope, isArr, (root) => !root.frozen);
  if (held === undefined || scope.depth > 3) return undefined;
  const [box, v] = [gen.fresh("box"), gen.fresh("v")];
  const lines = [
    `const ${box} = {`,
    `  scale: ${e(gen, scope)},`,
    `  items: ${held.text},`,
    `  get first() {`,
    `    return this.items[0] * this.scale;`,
    `  },`,
    `  apply(t: number) {`,
    `    ${random.pick(["this.scale *= 0.5;", "this.items[1] += 0.2 * t;", "this.scale += 0.1 * this.first;"])}`,
    `    return this.scale * t;`,
    `  },`,
    `};`,
    ...random.pick([
      [`${box}.items[1] = ${e(gen, scope)};`],
      [`${held.text}[0] = ${e(gen, scope)};`],
      [`${box}.scale = ${e(gen, scope)};`],
      [],
    ]),
    `const ${v} = 0.3 * ${box}.apply(${e(gen, scope)}) + 0.2 * ${box}.first;`,
  ];
  declare(scope, v, num, { bound: 8 });
  return lines;
}

/** Patterns with defaults, rests and swaps. */
function patterns(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  const list = findPlace(gen, scope, isJs, (root) => !root.frozen);
  const rec = findPlace(
    gen,
    scope,
    (shape) => shape.k === "rec",
    (root) => !root.frozen,
  );
  const [a, b, rest] = [gen.fresh("a"), gen.fresh("b"), gen.fresh("rest")];
  const places = [0, 1, 2].flatMap(
    () => findTarget(gen, scope, (shape) => shape.k === "num") ?? [],
  );
  const choices: (() => string[])[] = [];
  if (list !== undefined)
    choices.push(
      () => {
        const line = `const [${a} = ${e(gen, scope)}, ${b} = ${a} * 2, ...${rest}] = ${list.text};`;
        declare(scope, a, num);
        declare(scope, b, num);
        if ((list.shape as Arr).len > 3)
          declare(scope, rest, arr("js", (list.shape as Arr).len - 2));
        return [line];
      },
      () => {
        const line = `const [, ${a}, ${b} = ${a} + 1] = [...${list.text}, ${e(gen, scope)}].slice(-2);`;
        declare(scope, a, num);
        declare(scope, b, num);
        return [line.replace(`const [, ${a},`, `const [${a} = 0.5,`)];
      },
    );
  if (rec !== undefined && rec.shape.k === "rec") {
    const field = rec.shape.decl.fields[0]!.name;
    choices.push(() => {
      const line = `const { ${field}: ${a} = 1, extra: ${b} = ${a} * ${e(gen, scope, 1)} } = { ...${rec.text}, extra: ${condition(gen, scope, 1)} ? ${e(gen, scope)} : undefined };`;
      declare(scope, a, num);
      declare(scope, b, num);
      return [line];
    });
  }
  const [x, y, z] = places;
  if (x && y && z)
    choices.push(
      () => [
        `[${x.text}, ${y.text}, ${z.text}] = [${y.text}, ${e(gen, scope, 1)}, ${x.text}];`,
      ],
      () => [
        `({ u: ${x.text}, v: ${y.text} = 0.5 } = { u: ${y.text}, v: ${e(gen, scope, 1)} as number | undefined });`,
      ],
    );
  return choices.length === 0 ? undefined : random.pick(choices)();
}

/** Math over a whole array, copies with more elements, arguments out of an array. */
function spreads(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  const place = findPlace(gen, scope, isArr);
  if (place === undefined) return undefined;
  const other = findPlace(gen, scope, isArr);
  const name = gen.fresh("sp");
  const [text, shape] = random.pick<() => [string, Shape]>([
    () => [`Math.max(...${place.text})`, num],
    () => [`Math.min(${e(gen, scope)}, ...${place.text})`, num],
    () => [
      `Math.max(...${place.text}, ${e(gen, scope)}, ...[${e(gen, scope)}])`,
      num,
    ],
    () => [`Math.hypot(...${place.text})`, num],
    () => [
      `Math.hypot(${e(gen, scope)}, ${e(gen, scope)}, ${e(gen, scope)}, 0.1)`,
      num,
    ],
    () => [
      `[...${place.text}, ${e(gen, scope)}, ...${other?.text ?? "[]"}]`,
      arr("js", (place.shape as Arr).len + 1),
    ],
    () => [
      `Math.max(${place.text}[0], ${place.text}[0], ${e(gen, scope)})`,
      num,
    ],
  ])();
  declare(scope, name, shape, { bound: 5 });
  return [`const ${name} = ${text};`];
}

/** Whole numbers of all kinds as an index. */
function whole(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  const target = findTarget(gen, scope, isArr);
  const ints = scope.vars.filter(
    (one) => one.shape.k === "int" && one.shape.lo >= 0 && !one.frozen,
  );
  if (target === undefined || ints.length === 0) return undefined;
  const k = random.pick(ints).name;
  const n = (target.shape as Arr).len;
  const index = random.pick([
    `(${k} * 7 + 3) % ${n}`,
    `((${k} << 1) & 7) % ${n}`,
    `Math.floor(${k} / 2) % ${n}`,
    `${k} ** 2 % ${n}`,
    `~~(${k} / 2) % ${n}`,
    `(${k} >>> 1) % ${n}`,
    `(Math.imul(${k}, 3) & 15) % ${n}`,
    `Math.abs(${k} - 2) % ${n}`,
    `Math.min(${k}, ${n - 1})`,
    `(${k} ^ 1) % ${n}`,
  ]);
  return random.pick([
    [`${target.text}[${index}] = ${e(gen, scope, 2, 2)};`],
    [
      `${target.text}[${index}] += ${e(gen, scope, 1)} * ${target.text}[${indexBelow(gen, scope, n)}];`,
    ],
  ]);
}

/** A float that is looked up: its whole part is an index, its fraction a weight. */
function lookUp(gen: Gen, scope: Scope): string[] | undefined {
  const place = findPlace(gen, scope, isArr);
  if (place === undefined) return undefined;
  const n = (place.shape as Arr).len;
  const [t, i, f, v] = ["t", "at", "f", "v"].map(gen.fresh);
  const lines = [
    `const ${t} = 1.5 + (${e(gen, scope)});`,
    gen.random.pick([
      `const ${i} = Math.min(Math.max(Math.floor(${t}), 0), ${n - 2});`,
      `const ${i} = Math.max(0, Math.min(${n - 2}, Math.trunc(${t})));`,
      `const ${i} = ${t} < 0 ? 0 : ${t} >= ${n - 1} ? ${n - 2} : Math.floor(${t});`,
    ]),
    `const ${f} = ${t} - ${i};`,
    `const ${v} = ${place.text}[${i}] * (1 - ${f}) + ${place.text}[${i} + 1] * ${f};`,
  ];
  declare(scope, v!, num, { bound: 12 });
  return lines;
}

/** `maybe?.x ?? e` on a record that may be missing. */
function maybeRecord(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  const place = findPlace(
    gen,
    scope,
    (shape) => shape.k === "rec",
    (root) => !root.frozen,
  );
  if (place?.shape.k !== "rec") return undefined;
  const { decl } = place.shape;
  const [name, v] = [gen.fresh("maybe"), gen.fresh("v")];
  const field = decl.fields[0]!.name;
  const list = decl.fields.find((one) => isArr(one.shape));
  const test = condition(gen, scope, 1);
  const lines = [
    `const ${name}: ${decl.name} | undefined = ${test} ? ${place.text} : undefined;`,
    ...(random.chance(0.4)
      ? [`if (${name}) ${name}.${field} = ${e(gen, scope)};`]
      : []),
    `const ${v} = (${name}?.${field} ?? (${e(gen, scope)})) * 0.5${list === undefined ? "" : ` + (${name}?.${list.name}[1] ?? 0.2)`};`,
  ];
  declare(scope, v, num);
  return lines;
}

/** Folds whose accumulator is an object or a tuple. */
function foldToMany(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  const place = findPlace(gen, scope, isArr);
  if (place === undefined || scope.times > 30) return undefined;
  const [v, a, b] = [gen.fresh("v"), gen.fresh("a"), gen.fresh("b")];
  const body = closure(scope);
  declare(body, v, num);
  const value = e(gen, body, 1, 2);
  const start = e(gen, scope);
  const line = random.pick([
    `const { s: ${a}, q: ${b} } = [...${place.text}].reduce((old, ${v}) => ({ s: old.s + ${value}, q: old.q * 0.5 + old.s * ${v} }), { s: ${start}, q: 1 });`,
    `const [${a}, ${b}] = [...${place.text}].reduce<[number, number]>(([s, q], ${v}) => [q * 0.5, s + ${value}], [${start}, 0.5]);`,
    `const [${a}, ${b}] = [...${place.text}].reduce<number[]>((old, ${v}) => { old[1] += old[0] * ${v}; old[0] = ${value}; return old; }, [${start}, 0.5]);`,
  ]);
  declare(scope, a, num, { bound: 6 });
  declare(scope, b, num, { bound: 12 });
  return [line];
}

/** A list as a stack of work. */
function stack(gen: Gen, scope: Scope): string[] | undefined {
  if (scope.times > 10 || scope.depth > 3) return undefined;
  const [list, t, acc, k] = ["todo", "t", "acc", "rounds"].map(gen.fresh);
  const body = inner(scope, { times: scope.times * 5, mayGrow: false });
  declare(body, t!, num);
  const lines = [
    `const ${list} = [${e(gen, scope)}, ${e(gen, scope)}];`,
    `let ${acc} = ${e(gen, scope)};`,
    `let ${k} = 0;`,
    `while (${list}.length > 0 && ${k} < 5) {`,
    `  const ${t} = ${list}.pop()!;`,
    `  ${k}++;`,
    `  if (${condition(gen, body, 1)}) ${list}.push(${t} * 0.5, ${e(gen, body, 1)});`,
    `  ${acc} = 0.6 * ${acc} + ${e(gen, body, 1)} * ${t};`,
    "}",
  ];
  declare(scope, acc!, num, { mutable: true });
  return lines;
}

/** Rows and records gone through by methods. */
function wholeMatrix(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  const place = findPlace(
    gen,
    scope,
    (shape) => shape.k === "mat" && shape.store === "js",
    (root) => !root.frozen,
  );
  if (place?.shape.k !== "mat" || scope.times > 20) return undefined;
  const { rows, cols } = place.shape;
  const m = place.text;
  const name = gen.fresh("w");
  const v = gen.fresh("v");
  const body = closure(scope);
  declare(body, v, num);
  const value = e(gen, body, 2);
  const mat = (r: number, c: number): Shape => ({
    k: "mat",
    rows: r,
    cols: c,
    store: "js",
  });
  const [lines, shape] = random.pick<[string[], Shape?]>([
    [[`const ${name} = ${m}.map((row) => row.slice());`], mat(rows, cols)],
    [[`const ${name} = ${m}.map((row) => [...row]);`], mat(rows, cols)],
    [
      [`const ${name} = ${m}.map((row) => row.map((${v}) => ${value}));`],
      mat(rows, cols),
    ],
    [
      [
        `const ${name} = ${m}[0].map((_, j) => ${m}.map((row) => row[j]));`.replaceAll(
          "row[j]",
          cols === rows ? "row[j]" : "row[j] ?? 0.5",
        ),
      ],
      mat(cols, rows),
    ],
    [[`for (const row of ${m}) row[0] = ${e(gen, scope)};`]],
    [[`${m}.forEach((row, i) => { row[i % ${cols}] *= 0.5; });`]],
    [[`${m}.push(${built(gen, scope, arr("js", cols))});`, `${m}.pop();`]],
    [[`const ${name} = ${m}.flat();`], arr("js", rows * cols)],
    [[`${m}.reverse();`]],
  ]);
  if (shape !== undefined) declare(scope, name, shape);
  return lines;
}

/** Typed arrays: views of views, whole copies, fills, reversals, maps. */
function typed(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  const place = findTarget(
    gen,
    scope,
    (shape) => shape.k === "arr" && shape.store !== "js" && shape.len >= 3,
  );
  if (place === undefined || scope.times > 60) return undefined;
  const { store, len } = place.shape as Arr;
  const p = place.text;
  const [name, v] = [gen.fresh("ty"), gen.fresh("v")];
  const body = closure(scope);
  declare(body, v, num);
  const [line, shape] = random.pick<() => [string, Shape?]>([
    () => [
      `const ${name} = ${p}.subarray(1).subarray(0, ${len - 1});`,
      arr(store, len - 1),
    ],
    () => [`const ${name} = ${p}.subarray(-2);`, arr(store, 2)],
    () => [
      `const ${name} = ${p}.map((${v}) => ${e(gen, body)});`,
      arr(store, len),
    ],
    () => [
      `const ${name} = Float64Array.from(${p}, (${v}) => ${e(gen, body)});`,
      arr("f64", len),
    ],
    () => [`${p}.reverse();`],
    () => [`${p}.fill(${e(gen, scope)}, 1, -1);`],
    () => [`${p}.set(${p}.subarray(0, ${len - 1}), 1);`],
    () => [`${p}.set([${e(gen, scope)}, ${e(gen, scope)}], ${len - 2});`],
    () => [`${p}.set(${p}.slice(1, 3));`],
    () => [`const ${name} = [...${p}.subarray(1)];`, arr("js", len - 1)],
    () => [`const ${name} = Array.from(${p});`, arr("js", len)],
    () => [`const ${name} = Float32Array.from(${p});`, arr("f32", len)],
    () => [`${p}.sort();`],
  ])();
  if (shape !== undefined) declare(scope, name, shape);
  return [line];
}

/** `mk(a)(b)`, an immediate call, a recursive local function over a captured array. */
function functionsOfFunctions(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  if (scope.times > 20 || scope.depth > 3) return undefined;
  const [f, k, t, v] = ["mk", "k", "t", "v"].map(gen.fresh);
  const outerBody = closure(scope);
  declare(outerBody, k!, num);
  const body = closure(outerBody);
  declare(body, t!, num);
  const place = findPlace(gen, scope, isArr);
  const lines = random.pick<() => string[]>([
    () => [
      `const ${f} = (${k}: number) => (${t}: number) => ${e(gen, body, 2, 2)};`,
      `const ${v} = ${f}(${e(gen, scope)})(${e(gen, scope)});`,
    ],
    () => [
      `const ${f} = (${k}: number) => { let n = ${k}; return { add: (${t}: number) => { n += ${e(gen, body)}; return n; }, get: () => n }; };`,
      `const ${k} = ${f}(${e(gen, scope)});`,
      `${k}.add(${e(gen, scope)});`,
      `const ${v} = 0.4 * ${k}.add(${e(gen, scope)}) + 0.1 * ${k}.get();`,
    ],
    () => [
      `const ${v} = (() => {`,
      ...indent(blockLines(gen, scope, inner(closure(scope)), 2)),
      `  return ${e(gen, scope)};`,
      "})();",
    ],
    () =>
      place === undefined
        ? [`const ${v} = ${e(gen, scope)};`]
        : [
            `const ${f} = (i: number): number => i < 0 ? ${e(gen, scope)} : 0.5 * ${f}(i - 1) + ${place.text}[i] * 0.3;`,
            `const ${v} = ${f}(${(place.shape as Arr).len - 1});`,
          ],
  ])();
  declare(scope, v!, num, { bound: 4 });
  return lines;
}

/** Records made anew from old ones, in a list too. */
function remade(gen: Gen, scope: Scope): string[] | undefined {
  const place = findPlace(
    gen,
    scope,
    (shape) => shape.k === "recs",
    (root) => !root.frozen,
  );
  if (place?.shape.k !== "recs" || scope.times > 20) return undefined;
  const { decl, len } = place.shape;
  const [name, o] = [gen.fresh("list"), gen.fresh("o")];
  const body = closure(scope);
  declare(body, o, { k: "rec", decl });
  const field = decl.fields[gen.random.int(0, 1)]!.name;
  const text = gen.random.pick([
    `${place.text}.map((${o}) => ({ ...${o}, ${field}: ${e(gen, body)} }))`,
    `[...${place.text}].reverse()`,
    `${place.text}.map((${o}) => { ${o}.${field} *= 0.5; return ${o}; })`,
    `${place.text}.toSorted((a, b) => a.${field} - b.${field})`,
    `${place.text}.slice().concat(${place.text}.slice(0, 1))`,
  ]);
  declare(scope, name, { k: "recs", decl, len });
  return [`const ${name}: ${decl.name}[] = ${text};`];
}

/** Two names for one record or array, one of them inside a new object. */
function nested(gen: Gen, scope: Scope): string[] | undefined {
  const shared = findPlace(
    gen,
    scope,
    (shape) => isArr(shape),
    (r) => !r.frozen,
  );
  if (shared === undefined) return undefined;
  const other = findPlace(
    gen,
    scope,
    (shape) => fits(shape, shared.shape),
    (root) => !root.frozen,
  );
  const type = typeText(shared.shape);
  const [name, v] = [gen.fresh("pack"), gen.fresh("v")];
  const lines = [
    `const ${name}: { in: ${type}; out: ${type}; n: number[] } = { in: ${shared.text}, out: ${other?.text ?? shared.text}, n: [${e(gen, scope)}] };`,
    ...gen.random.pick([
      [`[${name}.in, ${name}.out] = [${name}.out, ${name}.in];`],
      [`if (${condition(gen, scope, 1)}) ${name}.in = ${name}.out;`],
      [`${name}.n[0] *= ${name}.in[1];`],
    ]),
    `${name}.in[0] = 0.5 * ${name}.out[1];`,
    `const ${v} = ${name}.out[0] * 0.3 + ${name}.n[0] * 0.2;`,
  ];
  declare(scope, v, num);
  return lines;
}

/** A loop whose step halves, or is a float that varies. */
function oddSteps(gen: Gen, scope: Scope): string[] | undefined {
  if (scope.times > 30 || scope.depth > 4) return undefined;
  const h = gen.fresh("h");
  const inside = inner(scope, { times: scope.times * 5 });
  declare(inside, h, num);
  const head = gen.random.pick([
    `let ${h} = 1; ${h} > 0.1; ${h} *= 0.5`,
    `let ${h} = 0.1; ${h} <= 1; ${h} += 0.3`,
    `let ${h} = 2; ${h} > 0; ${h} -= 0.75`,
    `let ${h} = 0.3; ${h} < 2; ${h} = ${h} * 1.5 + 0.1`,
  ]);
  return [
    `for (${head}) {`,
    ...indent(blockLines(gen, scope, inside, gen.random.int(1, 3))),
    "}",
  ];
}

export const everydayForms: FormTable = [
  [3, 7, doubleBuffer],
  [2, 7, labelledBlock],
  [4, 7, writer],
  [3, 7, objectWithMethods],
  [4, 7, patterns],
  [3, 7, spreads],
  [3, 7, whole],
  [2, 7, lookUp],
  [3, 7, maybeRecord],
  [3, 7, foldToMany],
  [2, 7, stack],
  [3, 7, wholeMatrix],
  [5, 7, typed],
  [3, 7, functionsOfFunctions],
  [3, 7, remade],
  [3, 7, nested],
  [2, 7, oddSteps],
];

import { ts } from "ts-morph";
import { pickFrom, says } from "./sites.js";
import {
  atEnd,
  type Edit,
  fresh,
  inPlaceOf,
  type Rewrite,
  type Unit,
} from "./unit.js";

/** A function of a module with its parts as texts. */
interface Signature {
  readonly name: string;
  /** `a, b`, and `a: number, b: number[]` with the types that they have in the body. */
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly result: string;
  readonly body: string;
}

/** The body somewhere else, and the function as a call of it. */
const elsewhere: Readonly<
  Record<string, (fn: Signature) => { call: string; made: string }>
> = {
  // each hands the same arguments to the same body, and its result back
  function: ({ name, names, types, result, body }) => ({
    call: `${name}(${names.join(", ")})`,
    made: `function ${name}(${typed(names, types)}): ${result} ${body}`,
  }),
  arrow: ({ name, names, types, result, body }) => ({
    call: `${name}(${names.join(", ")})`,
    made: `const ${name} = (${typed(names, types)}): ${result} => ${body};`,
  }),
  "function of one object": ({ name, names, types, result, body }) => ({
    call: `${name}({ ${names.join(", ")} })`,
    made: `function ${name}({ ${names.join(", ")} }: { ${typed(names, types, "; ")} }): ${result} ${body}`,
  }),
  "function of one tuple": ({ name, names, types, result, body }) => ({
    call: `${name}([${names.join(", ")}])`,
    made: `function ${name}([${names.join(", ")}]: [${types.join(", ")}]): ${result} ${body}`,
  }),
  "function of the rest": ({ name, names, types, result, body }) => ({
    call: `${name}(0, ${names.join(", ")})`,
    made: `function ${name}(_: number, ...[${names.join(", ")}]: [${types.join(", ")}]): ${result} ${body}`,
  }),
  "curried function": ({ name, names, types, result, body }) => ({
    call: `${name}${names.map((one) => `(${one})`).join("")}`,
    made: `const ${name} = ${names.map((one, i) => `(${one}: ${types[i]})`).join(" => ")}: ${result} => ${body};`,
  }),
  "static method": ({ name, names, types, result, body }) => ({
    call: `${name}.run(${names.join(", ")})`,
    made: `class ${name} { static run(${typed(names, types)}): ${result} ${body} }`,
  }),
  method: ({ name, names, types, result, body }) => ({
    call: `new ${name}().run(${names.join(", ")})`,
    made: `class ${name} { run(${typed(names, types)}): ${result} ${body} }`,
  }),
  "method of an object": ({ name, names, types, result, body }) => ({
    call: `${name}.run(${names.join(", ")})`,
    made: `const ${name} = { run(${typed(names, types)}): ${result} ${body} };`,
  }),
  "method that finds its arguments in fields": ({
    name,
    names,
    types,
    result,
    body,
  }) => ({
    call: `new ${name}(${names.join(", ")}).run()`,
    made: `class ${name} { constructor(${names.map((one, i) => `private readonly ${one}: ${types[i]}`).join(", ")}) {} run(): ${result} { let { ${names.join(", ")} } = this; ${body} } }`,
  }),
  "callback of a function": ({ name, names, types, result, body }) => ({
    call: `${name}(() => ${names.length === 1 ? `[${names[0]}]` : `[${names.join(", ")}]`})`,
    made: `function ${name}(args9: () => [${types.join(", ")}]): ${result} { let [${names.join(", ")}] = args9(); ${body} }`,
  }),
  "generic function": ({ name, names, types, result, body }) => ({
    call: `${name}(${names.map((one) => `() => ${one}`).join(", ")}, (${typed(names, types)}): ${result} => ${body})`,
    made: `function ${name}<${names.map((_, i) => `T${i}`).join(", ")}, R>(${names.map((_, i) => `a${i}: () => T${i}`).join(", ")}, f: (${names.map((_, i) => `a${i}: T${i}`).join(", ")}) => R): R { return f(${names.map((_, i) => `a${i}()`).join(", ")}); }`,
  }),
};

const typed = (
  names: readonly string[],
  types: readonly string[],
  between = ", ",
): string => names.map((one, i) => `${one}: ${types[i]}`).join(between);

type Declared = ts.FunctionDeclaration & {
  readonly name: ts.Identifier;
  readonly body: ts.Block;
};

/** Functions of the module that can be cut out: each parameter a name with a type. */
const functionsOf = (unit: Unit): Declared[] =>
  unit.file.statements.filter(
    (one): one is Declared =>
      ts.isFunctionDeclaration(one) &&
      one.body !== undefined &&
      one.name !== undefined &&
      one.type !== undefined &&
      !ts.isTypePredicateNode(one.type) &&
      one.typeParameters === undefined &&
      one.parameters.length > 0 &&
      one.asteriskToken === undefined &&
      !says(one, /\b(arguments|asserts)\b|\bvar\b|\bthis\b|async/) &&
      one.parameters.every(
        ({ name, type, dotDotDotToken }) =>
          ts.isIdentifier(name) &&
          type !== undefined &&
          dotDotDotToken === undefined,
      ) &&
      !isOverloaded(unit, one),
  );

const isOverloaded = (unit: Unit, fn: ts.FunctionDeclaration): boolean =>
  unit.file.statements.some(
    (one) =>
      ts.isFunctionDeclaration(one) &&
      one.name?.text === fn.name?.text &&
      one.body === undefined,
  );

function signatureOf(unit: Unit, fn: Declared): Signature {
  return {
    name: fresh(unit, fn.name.text),
    names: fn.parameters.map(({ name }) => name.getText()),
    types: fn.parameters.map(({ type, questionToken }) =>
      questionToken === undefined
        ? `${type?.getText()}`
        : `${type?.getText()} | undefined`,
    ),
    result: fn.type?.getText() ?? "void",
    body: fn.body.getText(),
  };
}

const movedTo = ([name, text]: [
  string,
  (fn: Signature) => { call: string; made: string },
]): Rewrite => ({
  name: `body: ${name}`,
  edits: (unit, random) => {
    const fn = pickFrom(random, functionsOf(unit));
    if (fn === undefined) return undefined;
    const { call, made } = text(signatureOf(unit, fn));
    const isVoid = fn.type?.getText() === "void";
    return [
      inPlaceOf(fn.body, `{ ${isVoid ? "" : "return "}${call}; }`),
      atEnd(unit, `\n${made}\n`),
    ];
  },
});

/** A function that stands in the body of its caller: a declaration in a block holds in it, wherever it stands. */
const localFunction: Rewrite = {
  name: "body: local function",
  edits: (unit, random) => {
    const fn = pickFrom(random, functionsOf(unit));
    if (fn === undefined) return undefined;
    const { name, names, types, result, body } = signatureOf(unit, fn);
    const isVoid = result === "void";
    return [
      inPlaceOf(
        fn.body,
        `{ ${isVoid ? "" : "return "}${name}(${names.join(", ")}); function ${name}(${typed(names, types)}): ${result} ${body} }`,
      ),
    ];
  },
};

/** The body sees the parameters of the function around it. */
const closure: Rewrite = {
  name: "body: closure",
  edits: (unit, random) => {
    const fn = pickFrom(random, functionsOf(unit));
    if (fn === undefined) return undefined;
    const { name, result, body } = signatureOf(unit, fn);
    const call = result === "void" ? `${name}();` : `return ${name}();`;
    return [
      inPlaceOf(
        fn.body,
        `{ const ${name} = (): ${result} => ${body}; ${call} }`,
      ),
    ];
  },
};

/** A function is called by another name for it. */
const aliased: Rewrite = {
  name: "function: called by another name",
  edits: (unit, random) => {
    const fn = pickFrom(random, functionsOf(unit));
    if (fn === undefined) return undefined;
    const symbol = unit.checker.getSymbolAtLocation(fn.name);
    const calls: Edit[] = [];
    const other = fresh(unit, fn.name.text);
    const visit = (node: ts.Node): void => {
      if (
        ts.isCallExpression(node) &&
        ts.isIdentifier(node.expression) &&
        unit.checker.getSymbolAtLocation(node.expression) === symbol
      )
        calls.push(inPlaceOf(node.expression, `${other}.call9`));
      ts.forEachChild(node, visit);
    };
    visit(unit.file);
    const made = `\nconst ${other} = { call9: ${fn.name.text} };\n`;
    return calls.length === 0 ? undefined : [...calls, atEnd(unit, made)];
  },
};

export const functionRewrites: readonly Rewrite[] = [
  ...Object.entries(elsewhere).map(movedTo),
  localFunction,
  closure,
  aliased,
];

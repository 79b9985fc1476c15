import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ts } from "ts-morph";
import { afterAll, describe, expect, test } from "vitest";
import { newReporter } from "../compiler/diagnostics/reporter.js";
import type {
  LowerContext,
  LowerFunction,
} from "../compiler/frontend/context.js";
import {
  readProject,
  type FrontendOptions,
} from "../compiler/frontend/readProject.js";
import type { Binding } from "../compiler/ir/ir.js";
import type { Ty } from "../compiler/ir/types.js";

/** Stands in for the lowering of bodies: looks at types, follows calls, and keeps what it saw. */
function newProbe() {
  const types = new Map<string, Ty>();
  const texts = new Map<string, string>();
  const bindings = new Map<string, Binding>();
  const lower: LowerFunction = (decl, name, ctx) => {
    for (const one of decl.parameters) {
      types.set(
        one.name.getText(),
        ctx.tyOf(ctx.checker.getTypeAtLocation(one), one),
      );
      if (one.type)
        texts.set(one.name.getText(), ctx.typeTextOf(one.type, one).text);
    }
    visit(decl, ctx);
    return {
      name,
      params: [],
      body: { params: [], body: [], yields: [] },
      results: [],
      span: ctx.spanOf(decl),
    };
  };
  const visit = (node: ts.Node, ctx: LowerContext): void => {
    if (ts.isIdentifier(node)) {
      const symbol = ctx.checker.getSymbolAtLocation(node);
      const origin =
        symbol && symbol.flags & ts.SymbolFlags.Alias
          ? ctx.checker.getAliasedSymbol(symbol)
          : symbol;
      const declaration = origin?.valueDeclaration;
      const isFree = symbol !== undefined && !ctx.isGlobal(symbol);
      if (isFree && declaration && declaration.pos !== node.parent.pos) {
        const isFunction = ts.isFunctionDeclaration(declaration);
        if (isFunction && ts.isCallExpression(node.parent))
          ctx.funcFor(declaration, node);
        else if (isFunction || isModuleVariable(declaration))
          bindings.set(node.text, ctx.bindingOf(symbol, node));
      }
    }
    ts.forEachChild(node, (child) => visit(child, ctx));
  };
  return { lower, types, texts, bindings };
}

const isModuleVariable = (node: ts.Node): boolean =>
  ts.isVariableDeclaration(node) &&
  ts.isVariableStatement(node.parent.parent) &&
  ts.isSourceFile(node.parent.parent.parent);

function read(options: FrontendOptions) {
  const reporter = newReporter();
  const probe = newProbe();
  const { modules, textOf } = readProject(options, reporter, probe.lower);
  const findings = reporter.findings.map(
    ({ code, span }) =>
      `${code} ${span.file.split("/").at(-1)} ${textOf(span.file).slice(span.start, span.end)}`,
  );
  return {
    ...probe,
    modules,
    findings,
    messages: reporter.findings.map((f) => f.message),
  };
}

const readText = (text: string) => read({ sources: { "model.ts": text } });

const folders: string[] = [];
function onDisk(files: Record<string, string>): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), "diffc-sources-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return (name) => join(folder, name);
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const model = `/** @differentiable */
export function f(x: number): number { return x; }
`;

describe("opening files", () => {
  test("what cannot be opened is said, all of it", () => {
    const at = onDisk({ "a.txt": "", "folder/x.ts": "" });
    const { findings } = read({
      files: [at("gone.ts"), at("a.txt"), at("folder"), at("old.diff.ts")],
    });
    expect(findings).toEqual([
      "DC1001 gone.ts ",
      "DC1006 a.txt ",
      "DC1001 folder ",
      "DC1006 old.diff.ts ",
    ]);
  });

  test.each<[string, object | string, string, boolean]>([
    [
      "nodenext",
      { module: "nodenext", noUncheckedIndexedAccess: true },
      ".js",
      true,
    ],
    ["bundler", { module: "preserve" }, "", false],
    [
      ".ts extensions",
      { module: "preserve", allowImportingTsExtensions: true, noEmit: true },
      ".ts",
      false,
    ],
    [
      "rewritten extensions",
      { module: "nodenext", rewriteRelativeImportExtensions: true },
      ".ts",
      false,
    ],
  ])("tsconfig: %s", (_name, compilerOptions, extension, unchecked) => {
    const at = onDisk({
      "tsconfig.json": JSON.stringify({ compilerOptions }),
      "src/model.ts": model,
    });
    const { modules, findings } = read({ files: [at("src/model.ts")] });
    expect(findings).toEqual([]);
    expect(modules[0]?.importExtension).toBe(extension);
    expect(modules[0]?.uncheckedIndexed).toBe(unchecked);
    expect(modules[0]?.file).toBe(at("src/model.ts"));
  });

  test("without a tsconfig the source's own imports show the extension", () => {
    const sources = { "a.ts": "export type A = number;" };
    for (const [path, extension] of [
      ["./a", ""],
      ["./a.ts", ".ts"],
      ["./a.js", ".js"],
    ]) {
      const text = `import type { A } from "${path}";\n${model.replace("x: number", "x: A")}`;
      const { modules, findings } = read({
        sources: { ...sources, "model.ts": text },
      });
      expect(findings).toEqual([]);
      expect(modules[0]?.importExtension).toBe(extension);
    }
    expect(readText(model).modules[0]?.importExtension).toBe(".js");
  });

  test("a faulty tsconfig, and one that is not there", () => {
    const at = onDisk({
      "tsconfig.json": '{ "compilerOptions": { "target": "es1999" } }',
      "model.ts": model,
    });
    expect(read({ files: [at("model.ts")] }).findings[0]).toMatch(
      /^DC1004 tsconfig.json "es1999"/,
    );
    const broken = onDisk({ "tsconfig.json": "{ x", "model.ts": model });
    expect(read({ files: [broken("model.ts")] }).findings[0]).toMatch(
      /^DC1004 tsconfig.json x/,
    );
    const based = onDisk({
      "tsconfig.json": '{ "extends": "./gone.json" }',
      "model.ts": model,
    });
    expect(read({ files: [based("model.ts")] }).findings[0]).toMatch(/^DC1004/);
    const { messages } = read({
      files: [at("model.ts")],
      project: at("none.json"),
    });
    expect(messages[0]).toContain("there is no tsconfig at");
  });

  test("a tsconfig that only lists references stands for the one that holds the file", () => {
    const at = onDisk({
      "tsconfig.json":
        '{ "files": [], "references": [{ "path": "./tsconfig.node.json" }, { "path": "./tsconfig.app.json" }] }',
      "tsconfig.node.json":
        '{ "compilerOptions": { "module": "nodenext" }, "include": ["vite.config.ts"] }',
      "tsconfig.app.json":
        '{ "compilerOptions": { "module": "preserve", "noUncheckedIndexedAccess": true }, "include": ["src"] }',
      "src/model.ts": model,
    });
    expect(
      read({ files: [at("src/model.ts")] }).modules[0]?.uncheckedIndexed,
    ).toBe(true);
  });
});

describe("errors in the user's code", () => {
  test("syntax errors, and nothing else of that file", () => {
    const { findings, modules } = readText(
      `${model}const = 3; /** @differentiable foo */`,
    );
    expect(findings).toEqual(["DC1002 model.ts =", "DC1002 model.ts 3"]);
    expect(modules).toEqual([]);
  });

  test("every type error, with those of modules that are reached", () => {
    const at = onDisk({
      "model.ts": `import { g } from "./g.js";
        import { h } from "./h.js";
        const a: string = 1;
        const b: string = h;
        ${model.replace("return x", "return g(x)")}`,
      "g.ts":
        "export function g(x: number): number { return x; }\nconst c: string = 2;",
      "h.ts": "export const h: number = '';",
    });
    expect(read({ files: [at("model.ts")] }).findings).toEqual([
      "DC1003 model.ts a",
      "DC1003 model.ts b",
      "DC1003 g.ts c",
    ]);
  });

  test("lints of the tsconfig are none of our business", () => {
    const at = onDisk({
      "tsconfig.json":
        '{ "compilerOptions": { "module": "nodenext", "strict": true, "noUnusedLocals": true, "noImplicitReturns": true, "erasableSyntaxOnly": true, "verbatimModuleSyntax": true, "isolatedModules": true } }',
      "kinds.ts": "export interface Kind { x: number }",
      "model.ts": `import { Kind } from "./kinds.js";
export { Kind } from "./kinds.js";
const unused = 1;
enum Side { Left, Right }
export class Box { constructor(readonly side: Side, readonly kind: Kind) {} }
${model}`,
    });
    expect(read({ files: [at("model.ts")] }).findings).toEqual([]);
  });

  test("names of the DOM and of newer libraries are found when needed", () => {
    expect(
      readText(model.replace("return", "console.log(x); return")).findings,
    ).toEqual([]);
    expect(readText(`${model}const title = document.title;`).findings).toEqual(
      [],
    );
  });
});

describe("importing one's own generated module", () => {
  const importing = `import { fGrad } from "./model.diff.js";
import { adam } from "diffc/runtime";
export const train = (x: number) => adam(fGrad(x).map((g) => g));
${model}`;
  test("missing", () => {
    expect(readText(importing).findings).toEqual([]);
  });
  test("stale, or broken", () => {
    const at = onDisk({
      "model.ts": importing,
      "model.diff.ts":
        "// @generated by diffc 0.1 from model.ts\nexport const other: string = 3;",
    });
    const { findings, modules } = read({ files: [at("model.ts")] });
    expect(findings).toEqual([]);
    expect(modules[0]?.hashInputs).toEqual([importing]);
  });
});

describe("types", () => {
  /** One program for all the types: each is a parameter of a function of its own. */
  function tysOf(types: readonly string[], before = ""): string[] {
    const functions = types.map(
      (type, k) =>
        `/** @differentiable wrt=x */\nexport function f${k}(x: number, t${k}: ${type}): number { return x; }\n`,
    );
    const { types: read, findings } = readText(
      `${before}\n${functions.join("")}`,
    );
    return types.map((_type, k) => {
      const ty = read.get(`t${k}`);
      const own = findings.filter((one) => one.includes(` t${k}: `));
      return ty === undefined ? own.join("; ") : show(ty);
    });
  }
  const tyOf = (type: string, before = ""): string =>
    tysOf([type], before)[0] ?? "";

  test("types that are carried", () => {
    const table: [string, string][] = [
      ["number", "num"],
      ["1 | 2", "num"],
      ["number & { brand: 'm' }", "num"],
      ["boolean", "bool"],
      ["string", "<string>"],
      ["'a' | 'b'", '<"a" | "b">'],
      ["number | undefined", "num?"],
      ["number[] | null", "js[num]?"],
      ["readonly number[][]", "js[js[num]]"],
      ["ReadonlyArray<number>", "js[num]"],
      ["Float64Array", "f64[num]"],
      ["Readonly<Float32Array>", "f32[num]"],
      ["Int32Array", "i32[num]"],
      ["[number, number, number]", "js3[num]"],
      ["readonly [number, string]", "(0: num, 1: <string>)"],
      ["[number, ...number[]]", "js[num]"],
      ["{ a: number; b?: string }", "{a: num, b?: <string>?}"],
      ["Partial<{ a: number }>", "{a?: num?}"],
      ["Pick<{ a: number; b: number }, 'a'>", "{a: num}"],
      ["{ a: number } & { b: boolean }", "{a: num, b: bool}"],
      ["number[] | readonly number[]", "js[num]"],
      ["[number] | [number, number]", "js[num]"],
      ["number | string", "<string | number>"],
      ["(x: number) => number", "<(x: number) => number>"],
      ["Map<string, number>", "table"],
      ["Record<string, number>", "table"],
      ["Date", "<Date>"],
      ["{}", "<{}>"],
      ["object", "<object>"],
      ["Float64Array & { unit: 'm' }", "f64[num]"],
      ["Record<'a' | 'b', number>", "{a: num, b: num}"],
      ["bigint", "<bigint>"],
    ];
    const tys = tysOf(table.map(([type]) => type));
    expect(table.map(([type], k) => [type, tys[k]])).toEqual(table);
  });

  test("declared types", () => {
    expect(tyOf("E", "enum E { a, b }")).toBe("num");
    expect(tyOf("E", 'export enum E { a = "x", b = "y" }')).toBe("<E>");
    expect(tyOf("E", 'enum E { a = "x", b = "y" }')).toBe("<string>");
    expect(tyOf("C", "export class C { x = 1; }")).toBe("{x: num}");
    expect(tyOf("L", "interface L { name: string; next?: L }")).toBe(
      "{name: <string>, next?: ^?}",
    );
  });

  test("types that are refused", () => {
    const types = [
      "any",
      "unknown",
      "number[] | Float64Array",
      "{ a: any }",
      "{ r: number } | number[]",
      "[number, string?]",
    ];
    expect(tysOf(types)).toEqual(
      types.map((type, k) => `DC2003 model.ts t${k}: ${type}`),
    );
  });

  test("any, named after what has it", () => {
    const { messages, findings } = readText(`/** @differentiable */
      export function f(x: any): any { return x; }`);
    expect(findings).toEqual(["DC2003 model.ts any", "DC2003 model.ts x: any"]);
    expect(messages).toEqual(["the type here is any", "the type of x is any"]);
  });

  test("a recursive type with numbers", () => {
    expect(tyOf("L", "interface L { value: number; next?: L }")).toBe(
      "{value: num, next?: ^?}",
    );
    expect(tyOf("T[]", "interface T { value: number; children: T[] }")).toBe(
      "js[{value: num, children: js[^]}]",
    );
  });

  test("text of types: exported ones are imported, others written out", () => {
    const { texts, modules, findings } = read({
      sources: {
        "shapes.ts":
          "export interface Point { x: number }\nexport type Named<T> = { name: string; of: T };",
        "model.ts": `import type { Named, Point as P } from "./shapes.js";
          interface Own { readonly p: P; tag: 'a' }
          /** @differentiable */
          export function f(o: readonly Own[], n: Named<P>|undefined, m: Map<string,Own>, x: number) { return { x, o: o[0] }; }`,
      },
    });
    expect(findings).toEqual([]);
    expect([...texts.values()]).toEqual([
      "readonly Own[]",
      "Named<P> | undefined",
      "Map<string, Own>",
      "number",
    ]);
    const entry = modules[0]?.program.entries[0];
    expect(entry?.returnType.text).toBe("{ x: number; o: Own }");
    expect(entry?.returnType.needs[0]?.from).toMatchObject({
      kind: "copy",
      text: 'interface Own {\n  readonly p: P;\n  tag: "a";\n}',
      needs: [
        {
          name: "P",
          from: { kind: "import", file: "shapes.ts", exported: "Point" },
        },
      ],
    });
    expect(modules[0]?.hashInputs.length).toBe(2);
  });
});

/** A recursive record within itself is `^`. */
function show(ty: Ty, above: readonly Ty[] = []): string {
  if (above.includes(ty)) return "^";
  switch (ty.kind) {
    case "opaque":
      return `<${ty.text}>`;
    case "array":
      return `${ty.store}${ty.fixed ?? ""}[${show(ty.elem, above)}]`;
    case "maybe":
      return `${show(ty.of, above)}?`;
    case "record": {
      const fields = ty.fields.map(
        ({ name, optional, ty: of }) =>
          `${name}${optional ? "?" : ""}: ${show(of, [...above, ty])}`,
      );
      return ty.tuple ? `(${fields.join(", ")})` : `{${fields.join(", ")}}`;
    }
    default:
      return ty.kind;
  }
}

describe("bindings", () => {
  const bindingOf = (before: string, use: string) => {
    const { bindings, findings, messages } = readText(
      `${before}\n/** @differentiable */\nexport function f(x: number): number { ${use}; return x; }`,
    );
    return { bindings, findings, messages };
  };
  const textOf = (before: string, use: string): string => {
    const { bindings, messages } = bindingOf(before, use);
    const [first] = bindings.values();
    if (first === undefined) return messages.join("; ");
    return first.from.kind === "copy"
      ? [...first.from.needs.map((one) => one.name), first.from.text].join(
          " | ",
        )
      : `${first.from.kind} ${first.from.exported}`;
  };

  test.each([
    ["export const T = [1, 2];", "T[0]", "import T"],
    ["const T = [1, 2];\nexport { T as table };", "T[0]", "import table"],
    [
      "const T: readonly number[] = [1, 2];",
      "T[0]",
      "const T: readonly number[] = [1, 2];",
    ],
    [
      "export const K = 2;\nconst T = [K, K * 2];",
      "T[0]",
      "K | const T = [K, K * 2];",
    ],
    [
      "const T = make(3);\nfunction make(n: number) { return new Array(n).fill(1) as number[]; }",
      "T[0]",
      "make | const T = make(3);",
    ],
    ["let n = 3;", "n", "const n = 3;"],
    // nothing in a function assigns it: what is imported has its last value
    ["export let n = 3;\nn = 4;", "n", "import n"],
  ])("%s", (before, use, expected) => {
    expect(textOf(before, use)).toBe(expected);
  });

  test.each([
    ["const T = [1];\nexport const grow = () => T.push(1);", "may be changed"],
    [
      "const T = [1];\nexport const set = () => { T[0] = 1; };",
      "may be changed",
    ],
    [
      "const T = [[1]];\nexport const set = () => { for (const row of T) row[0]++; };",
      "may be changed",
    ],
    ["const T = [1];\nexport const give = () => T;", "may be changed"],
    ["const T = [1];\nexport const give = () => T ?? null;", "may be changed"],
    ["const T = [[1]];\nexport const give = () => [...T];", "may be changed"],
    ["const T = [1];\nexport const o = { T };", "may be changed"],
    [
      "const T = [1];\nexport const give = () => T.map((_x, _i, all) => all);",
      "may be changed",
    ],
    ["const T = [Math.random()];", "its value comes from Math.random"],
    ["const T = [Date.now()];", "its value comes from Date"],
  ])("%s cannot be copied", (before, expected) => {
    expect(textOf(before, "T[0]")).toContain(expected);
  });

  test.each([
    "const T = [1];\nexport const sum = () => T.reduce((a, b) => a + b, 0);",
    "const T = [1];\nfunction dot(a: number[]) { return a[0]! * a.length; }\ndot(T);",
    "const T = [[1]];\nexport const sum = () => { let s = 0; for (const row of T) s += row[0]!; return s; };",
    "const T = [1];\nexport const top = () => Math.max(...T);",
    "const T = [1];\nconst U = [2];\nexport const pick = (c: boolean) => (c ? T : U)[0];",
    "const T = [1];\nexport const copy = () => new Float64Array(T);",
    "const T = [1];\nconst U = new Map([['a', 1]]);\nexport const get = () => U.get('a')! + T[0]!;",
    "const T = { 0: 1 };\nexport const copy = () => ({ ...T });",
  ])("%s can be copied", (before) => {
    expect(textOf(before, "T[0]")).toMatch(/^const T = /);
  });

  test("types through a namespace, an import type, and private enums", () => {
    const { texts, findings } = read({
      sources: {
        "shapes.ts": "export interface Point { x: number }",
        "model.ts": `import type * as shapes from "./shapes.js";
          enum Kind { a, b }
          export enum Open { a, b }
          /** @differentiable wrt=x */
          export function f(x: number, p: shapes.Point, q: import("./shapes.js").Point[], k: Kind, m: Kind.b, o: Open.b): number { return x; }`,
      },
    });
    expect(findings).toEqual([]);
    expect([...texts.values()]).toEqual([
      "number",
      "Point",
      "Point[]",
      "number",
      "1",
      "Open.b",
    ]);
  });

  test("a private Map that is only read can be copied", () => {
    expect(
      textOf("const M = new Map([['a', 1]]);", "M.get('a'); M.has('b')"),
    ).toBe('const M = new Map([["a", 1]]);');
    expect(
      textOf(
        "const M = new Map<string, number>();\nexport const put = () => M.set('a', 1);",
        "M.get('a')",
      ),
    ).toContain("may be changed");
  });

  test("what is imported here and copied there has two names", () => {
    const { bindings, findings } = bindingOf(
      "export const K = [2];\nconst T = [K[0]];\nconst U = [T[0], K[0]];",
      "K[0]; T[0]; U[0]",
    );
    expect(findings).toEqual([]);
    expect(bindings.get("K")).toMatchObject({
      name: "K",
      from: { kind: "import" },
    });
    expect(bindings.get("T")?.from).toMatchObject({
      text: "const T = [K2[0]];",
    });
    expect(bindings.get("U")?.from).toMatchObject({
      text: "const U = [T[0], K2[0]];",
      needs: [{ name: "T" }, { name: "K2", from: { text: "const K2 = [2];" } }],
    });
  });

  test("functions that are copied, called by each other", () => {
    const { bindings, findings } = bindingOf(
      `const step: (k: number) => string = (k) => k > 0 ? walk(k - 1) : "";
      function walk(k: number): string { return step(k); }`,
      "const show = [walk]",
    );
    expect(findings).toEqual([]);
    const walk = bindings.get("walk");
    expect(walk?.from).toMatchObject({
      text: "function walk(k: number): string { return step(k); }",
    });
    const [step] = walk?.from.kind === "copy" ? walk.from.needs : [];
    expect(step?.from).toMatchObject({ kind: "copy", needs: [walk] });
  });

  test("from packages, by default, and through a module that passes it on", () => {
    const at = onDisk({
      "node_modules/pkg/package.json":
        '{ "name": "pkg", "version": "1.0.0", "types": "index.d.ts" }',
      "node_modules/pkg/index.d.ts":
        "export declare const table: number[];\nexport interface Options { a: number }",
      "pass.ts":
        'export { table as passed } from "pkg";\nconst own = [1];\nexport default own;',
      "model.ts": `import { table as tab, type Options } from "pkg";
        import { passed } from "./pass.js";
        import own from "./pass.js";
        /** @differentiable */
        export function f(x: number, o: Options): number { tab; passed; own; return x; }`,
    });
    const { bindings, texts, findings } = read({ files: [at("model.ts")] });
    expect(findings).toEqual([]);
    expect(texts.get("o")).toBe("Options");
    const from = (name: string) => bindings.get(name)?.from;
    expect(from("tab")).toEqual({
      kind: "package",
      specifier: "pkg",
      exported: "table",
    });
    expect(from("own")).toEqual({
      kind: "import",
      file: at("pass.ts"),
      exported: "default",
    });
    // the same thing under two names is imported once
    expect(bindings.get("passed")).toBe(bindings.get("tab"));
  });

  test("names of two modules that collide", () => {
    const { modules, bindings, findings } = read({
      sources: {
        "a.ts":
          "const k = 2;\nexport function g(x: number): number { return x * k; }",
        "model.ts": `import { g as other } from "./a.js";
          const k = [3];
          function g(x: number): number { return x + k[0]!; }
          /** @differentiable */
          export function f(x: number): number { return g(x) + other(x); }`,
      },
    });
    expect(findings).toEqual([]);
    expect([...(modules[0]?.program.funcs.keys() ?? [])]).toEqual([
      "f",
      "g",
      "g2",
    ]);
    expect(bindings.get("k")?.from).toMatchObject({ text: "const k2 = 2;" });
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ts } from "ts-morph";
import { type InstancePragma, readInstances } from "./instances.js";
import { root } from "./root.js";

export const fixtureRoot = join(root, "fixtures");

/**
 * A small program under `fixtures/`. Comment lines at its top say how to run it:
 *
 *     // @points [[1.5, [1, 2]], ...]     argument lists; {"f64": [..]} is a Float64Array, {"num": "NaN"} a number
 *     // @expect [{"x": 0}, ...]          the gradient at each point, exactly
 *     // @expectForward [{"x": 0}, ...]   the same by forward mode, where it differs
 *     // @kink                            no central differences here
 *     // @same 0 1                        the two arguments are one object
 *     // @instances s=Circle:r|Rect:w     objects in the argument s are instances of the class that has such a field
 *     // @throws                          the derivatives throw where the original does not
 */
export interface Fixture {
  /** Folder and name: `loops/break`. */
  readonly name: string;
  readonly source: string;
  readonly points: readonly (readonly unknown[])[];
  readonly expect: readonly unknown[] | undefined;
  readonly expectForward: readonly unknown[] | undefined;
  readonly kink: boolean;
  readonly instances: InstancePragma;
  readonly throws: boolean;
  readonly isError: boolean;
  readonly functions: readonly Annotated[];
}

/** An annotated function, as its source says. */
export interface Annotated {
  readonly name: string;
  readonly exported: boolean;
  readonly parameters: readonly string[];
  /** The place of a rest parameter, or -1; the points hold its arguments as one array. */
  readonly rest: number;
  readonly wrt: readonly string[];
}

/** `FIXTURES=loops/ npx vitest run test/fixtures.test.ts` looks at those whose path starts so. */
const asked = (process.env["FIXTURES"] ?? "").split(",");

/** All fixtures, and the modules beside them that they import (`name.lib.ts`), by path from the fixture folder. */
export function readFixtures(): {
  fixtures: Fixture[];
  sources: Record<string, string>;
} {
  const paths = readdirSync(fixtureRoot, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => asked.some((start) => path.startsWith(start)))
    .sort();
  const sources: Record<string, string> = {};
  for (const path of paths)
    sources[path] = readFileSync(join(fixtureRoot, path), "utf8").replaceAll(
      "\r\n",
      "\n",
    );
  const fixtures = paths
    .filter((path) => !path.endsWith(".lib.ts"))
    .map((path) => fixtureOf(path, sources[path] ?? ""));
  return { fixtures, sources };
}

function fixtureOf(path: string, source: string): Fixture {
  const pragma = (word: string): string | undefined =>
    new RegExp(`^// @${word}\\b(.*)$`, "m").exec(source)?.[1]?.trim();
  const list = (word: string): unknown[] | undefined => {
    const text = pragma(word);
    return text === undefined
      ? undefined
      : (decode(JSON.parse(text)) as unknown[]);
  };
  const same = pragma("same")?.split(" ").map(Number);
  const points = (list("points") ?? []) as unknown[][];
  if (same !== undefined)
    for (const point of points) point[same[1] ?? 0] = point[same[0] ?? 0];
  return {
    name: path.replace(/\.ts$/, ""),
    source,
    points,
    expect: list("expect"),
    expectForward: list("expectForward") ?? list("expect"),
    kink: pragma("kink") !== undefined,
    instances: readInstances(pragma("instances")),
    throws: pragma("throws") !== undefined,
    isError: path.startsWith("error/"),
    functions: annotatedIn(source),
  };
}

const typedArrays: Readonly<
  Record<string, { from(values: Iterable<number>): unknown }>
> = {
  f64: Float64Array,
  f32: Float32Array,
  i32: Int32Array,
  u8: Uint8Array,
};

/** JSON with typed arrays and the numbers that JSON lacks. */
function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== "object" || value === null) return value;
  const [[key, one] = ["", undefined], ...others] = Object.entries(value);
  const kind = typedArrays[key];
  if (others.length === 0 && kind !== undefined && Array.isArray(one))
    return kind.from(one as number[]);
  if (others.length === 0 && key === "num") return Number(one);
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, decode(part)]),
  );
}

function annotatedIn(source: string): Annotated[] {
  const file = ts.createSourceFile(
    "fixture.ts",
    source,
    ts.ScriptTarget.ES2022,
    true,
  );
  return file.statements.flatMap((statement) => {
    const tag = /@differentiable([^\n*]*)/.exec(
      leadingComment(file, statement),
    );
    const fn = functionIn(implementationOf(file, statement));
    if (tag === null || fn === undefined) return [];
    const parameters = fn.parameters.map((one, i) =>
      ts.isIdentifier(one.name) ? one.name.text : `arg${i}`,
    );
    const wrt = /wrt=(\S+)/.exec(tag[1] ?? "")?.[1]?.split(",");
    const exported = /^export/.test(statement.getText(file));
    const rest = fn.parameters.findIndex((one) => one.dotDotDotToken);
    const { name } = fn;
    return [{ name, exported, parameters, rest, wrt: wrt ?? parameters }];
  });
}

const leadingComment = (file: ts.SourceFile, node: ts.Node): string =>
  file.text.slice(node.getFullStart(), node.getStart(file));

/** Of a signature above a function, the function. */
const implementationOf = (
  file: ts.SourceFile,
  statement: ts.Statement,
): ts.Statement =>
  file.statements.find(
    (one) =>
      ts.isFunctionDeclaration(statement) &&
      ts.isFunctionDeclaration(one) &&
      one.body !== undefined &&
      one.name?.text === statement.name?.text,
  ) ?? statement;

function functionIn(
  statement: ts.Statement,
):
  { name: string; parameters: readonly ts.ParameterDeclaration[] } | undefined {
  if (ts.isFunctionDeclaration(statement))
    return {
      name: statement.name?.text ?? "",
      parameters: [...statement.parameters],
    };
  if (!ts.isVariableStatement(statement)) return undefined;
  const [one] = statement.declarationList.declarations;
  if (one === undefined || !ts.isIdentifier(one.name)) return undefined;
  const { initializer } = one;
  return initializer !== undefined &&
    (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
    ? { name: one.name.text, parameters: [...initializer.parameters] }
    : undefined;
}

/** Where the expectation of a fixture is kept. */
export const expectPath = (fixture: Fixture): string =>
  join(fixtureRoot, `${fixture.name}.expect.md`);

/** Specifier-like path of a fixture's module beside another. */
export const siblings = (
  name: string,
  sources: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(sources).filter(
      ([path]) =>
        path.endsWith(".lib.ts") &&
        relative(dirname(name), dirname(path)) === "",
    ),
  );

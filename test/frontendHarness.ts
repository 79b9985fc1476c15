import { createRequire } from "node:module";
import { ts } from "ts-morph";
import { newReporter } from "../compiler/diagnostics/reporter.js";
import { lowerProject, type SourceModule } from "../compiler/frontend/index.js";
import { interpret, type Host } from "../compiler/ir/interpret.js";
import { printFunc } from "../compiler/ir/print.js";
import { verifyFunc } from "../compiler/ir/verify.js";

/**
 * Lowers small programs and runs the IR beside the original. A program is the text of a module that exports `f`; it is
 * called with each list of arguments, once as JavaScript and once in the interpreter, and everything that can be seen
 * afterwards must be the same: the value, what was thrown, and what was written into the arguments.
 */
export interface Case {
  readonly name: string;
  /** Text of the module; the export `f` gets the tag. */
  readonly source: string;
  readonly calls: readonly (readonly unknown[])[];
  /** Other modules, by the name under which they are imported (without extension). */
  readonly others?: Readonly<Record<string, string>>;
  /** The annotated function, where it is not `f`, and has its tag already. */
  readonly entry?: string;
}

export interface Lowered {
  readonly module: SourceModule | undefined;
  /** `DC2101 message`, for each finding in the file. */
  readonly findings: readonly string[];
  readonly exports: Readonly<Record<string, unknown>>;
}

/** Lowers all programs in one project, for speed. */
export function lowerAll(
  cases: readonly Case[],
  { run = true, tsconfig }: { run?: boolean; tsconfig?: string } = {},
): Map<Case, Lowered> {
  const sources: Record<string, string> =
    tsconfig === undefined ? {} : { "tsconfig.json": tsconfig };
  const fileOf = (k: number): string => `p${k}/main.ts`;
  cases.forEach((one, k) => {
    sources[fileOf(k)] =
      one.entry === undefined ? tagged(one.source) : one.source;
    for (const [name, text] of Object.entries(one.others ?? {}))
      sources[`p${k}/${name}.ts`] = text;
  });
  const reporter = newReporter();
  const { modules } = lowerProject({ sources }, reporter);
  return new Map(
    cases.map((one, k) => {
      const file = fileOf(k);
      const inCase = (name: string): boolean => name.startsWith(`p${k}/`);
      return [
        one,
        {
          module: modules.find((module) => module.file === file),
          findings: reporter.findings
            .filter((finding) => inCase(finding.span.file))
            .map((finding) => `${finding.code} ${finding.message}`),
          exports: run ? evaluate(one) : {},
        },
      ];
    }),
  );
}

function tagged(source: string): string {
  return source.replace(
    /^\s*export ((?:async )?function|const) f\b/m,
    "/** @differentiable */\nexport $1 f",
  );
}

const toJavaScript = (text: string): string =>
  ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
    },
  }).outputText;

const stripTypes = (text: string): string =>
  ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  }).outputText;

function evaluate(one: Case): Record<string, unknown> {
  const loaded = new Map<string, Record<string, unknown>>();
  const outside = createRequire(import.meta.url);
  const load = (name: string, text: string): Record<string, unknown> => {
    const known = loaded.get(name);
    if (known !== undefined) return known;
    const exports: Record<string, unknown> = {};
    loaded.set(name, exports);
    const need = (path: string): unknown => {
      const other = path.replace(/^\.\//, "").replace(/\.(js|ts)$/, "");
      const source = one.others?.[other];
      return source === undefined ? outside(path) : load(other, source);
    };
    const run = new Function("exports", "require", toJavaScript(text)) as (
      exports: unknown,
      need: unknown,
    ) => void;
    run(exports, need);
    return exports;
  };
  const all: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(one.others ?? {}))
    Object.assign(all, load(name, text));
  return Object.assign(all, load("main", one.source));
}

/** Verifies the IR, runs both, and says how they differ; undefined where they do not. */
export function differenceOf(one: Case, lowered: Lowered): string | undefined {
  const { module, findings, exports } = lowered;
  if (module === undefined) return `refused: ${findings.join("; ")}`;
  const { program } = module;
  const name = one.entry ?? "f";
  const entry = program.entries.find((each) => each.exportName === name);
  if (entry === undefined) return "no entry";
  for (const func of program.funcs.values()) verifyFunc(func, program);
  const host: Host = { bindings: exports, toJavaScript: stripTypes };
  const original = exports[name] as (...args: unknown[]) => unknown;
  for (const args of one.calls) {
    const wanted = outcome(args, (given) => original(...given));
    const got = outcome(args, (given) => {
      const complete = program.funcs
        .get(entry.func)
        ?.params.map((_, k) => given[k]);
      return interpret(program, entry.func, complete ?? given, host);
    });
    if (wanted !== got)
      return [
        `f(${show(args)})`,
        `  original:    ${wanted}`,
        `  interpreted: ${got}`,
        ...[...program.funcs.values()].map(printFunc),
      ].join("\n");
  }
  return undefined;
}

/** What a call gives, throws and leaves in its arguments, as text. */
function outcome(
  args: readonly unknown[],
  run: (args: unknown[]) => unknown,
): string {
  const given = structuredClone(args) as unknown[];
  let result: string;
  try {
    result = `gives ${show(run(given))}`;
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === "IrFault") throw thrown;
    result = `throws ${String(thrown)}`;
  }
  return `${result}, arguments ${show(given)}`;
}

/** Exact text of a value: -0, NaN and undefined can be told apart. */
export function show(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value))
    return `[${Array.from(value, (one) => show(one)).join(", ")}]`;
  if (ArrayBuffer.isView(value))
    return `${value.constructor.name}[${[...(value as Float64Array)].map(show).join(", ")}]`;
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${key}: ${show(field)}`).join(", ")}}`;
}

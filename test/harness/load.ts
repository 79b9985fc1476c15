import { ts } from "ts-morph";
import * as runtime from "../../runtime/index.js";

export type Exports = Readonly<Record<string, unknown>>;

/**
 * Evaluates TypeScript modules that are held in memory: path to text, paths as in `a/b.ts`. They may import each other
 * and `diffc/runtime`, which is this repository's. A module is evaluated when it is first asked for.
 */
export function loadModules(
  sources: Readonly<Record<string, string>>,
): (path: string) => Exports {
  const loaded = new Map<string, Record<string, unknown>>();
  const texts = new Map(
    Object.entries(sources).map(([path, text]) => [stem(path), text]),
  );
  function load(path: string): Exports {
    const key = stem(path);
    const known = loaded.get(key);
    if (known !== undefined) return known;
    const text = texts.get(key);
    if (text === undefined) throw new Error(`no module ${path}`);
    const exports: Record<string, unknown> = {};
    loaded.set(key, exports);
    const require = (specifier: string): unknown =>
      specifier === "diffc/runtime" ? runtime : load(resolve(key, specifier));
    const run = new Function("exports", "require", toCommonJs(text)) as (
      exports: Record<string, unknown>,
      require: (specifier: string) => unknown,
    ) => void;
    run(exports, require);
    return exports;
  }
  return load;
}

export const toCommonJs = (text: string): string =>
  ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
    },
  }).outputText;

/** TypeScript text without its types; for source that the interpreter evaluates. */
export const toJavaScript = (text: string): string =>
  ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
    },
  }).outputText;

const stem = (path: string): string =>
  path.replace(/^\.\//, "").replace(/\.(ts|js)$/, "");

function resolve(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const step of specifier.split("/"))
    if (step === "..") parts.pop();
    else if (step !== ".") parts.push(step);
  return parts.join("/");
}

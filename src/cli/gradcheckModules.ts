import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { compileFunction, constants } from "node:vm";
import type { JavaScriptModule } from "../../compiler/evaluation.js";

type Values = Record<string, unknown>;

export interface RunnableModules {
  /** What a module exports. The module runs when it is first asked for, and once. */
  exportsOf(path: string): Readonly<Values>;
  /** A function at a module's top level, exported or not. */
  functionIn(path: string, name: string): unknown;
  /** What a module that runs by now exports under that name. */
  exported(name: string): unknown;
}

/**
 * Makes modules that are held as CommonJS text ready to run. `given` has what stands in for packages (`diffc/runtime`,
 * which is this diffc's own); other packages are loaded as Node finds them from the module's file.
 *
 * @param names the functions that will be asked for, by module
 */
export async function runnableModules(
  modules: ReadonlyMap<string, JavaScriptModule>,
  given: ReadonlyMap<string, unknown>,
  names: ReadonlyMap<string, readonly string[]>,
): Promise<RunnableModules> {
  const packages = await loadPackages(modules, given);
  const loaded = new Map<string, { exports: Values; locals: Values }>();
  const load = (path: string): { exports: Values; locals: Values } => {
    const known = loaded.get(path);
    if (known !== undefined) return known;
    const module = modules.get(path);
    if (module === undefined) throw new Error(`there is no module ${path}`);
    // known before it runs: import cycles meet it half-made, as in Node
    const fresh = { exports: {} as Values, locals: {} as Values };
    loaded.set(path, fresh);
    const require = (specifier: string): unknown => {
      const imported = module.imports.get(specifier);
      return imported?.kind === "project"
        ? load(imported.path).exports
        : packages.get(keyOf(path, specifier));
    };
    fresh.locals = run(module, names.get(path) ?? [], fresh.exports, require);
    return fresh;
  };
  return {
    exportsOf: (path) => load(path).exports,
    functionIn: (path, name) => {
      const { exports, locals } = load(path);
      return locals[name] ?? exports[name];
    },
    exported: (name) =>
      [...loaded.values()].find(({ exports }) => name in exports)?.exports[
        name
      ],
  };
}

/** Runs a module; its last word gives out its functions, whether it exports them or not. */
function run(
  { path, code }: JavaScriptModule,
  names: readonly string[],
  exports: Values,
  require: (specifier: string) => unknown,
): Values {
  const locals = names.map(
    (name) => `${name}: typeof ${name} === "undefined" ? undefined : ${name}`,
  );
  const start = compileFunction(
    `${code}\n;return { ${locals.join(", ")} };`,
    ["exports", "require"],
    { filename: path },
  ) as (...args: unknown[]) => Values;
  return start(exports, require);
}

const keyOf = (path: string, specifier: string): string =>
  `${path}\n${specifier}`;

/** Packages are loaded before anything runs: loading an ES module takes a promise, and `require` cannot wait. */
async function loadPackages(
  modules: ReadonlyMap<string, JavaScriptModule>,
  given: ReadonlyMap<string, unknown>,
): Promise<Map<string, unknown>> {
  const packages = new Map<string, unknown>();
  for (const { path, imports } of modules.values())
    for (const [specifier, imported] of imports)
      if (imported.kind === "other")
        packages.set(
          keyOf(path, specifier),
          given.get(specifier) ??
            (await importFrom(path, imported.path ?? specifier)),
        );
  return packages;
}

/** A package with its exports; those of a CommonJS one that Node does not see by their names are added, as bundlers do. */
async function importFrom(path: string, specifier: string): Promise<Values> {
  const found = await load(path, specifier);
  const whole = found["default"];
  const isOpen = typeof whole === "object" || typeof whole === "function";
  const named = isOpen && whole !== null ? whole : {};
  // the mark makes `import x from` read the default, as it does in an ES module
  return { __esModule: true, ...named, ...found };
}

async function load(path: string, specifier: string): Promise<Values> {
  let file: string;
  try {
    file = createRequire(path).resolve(specifier);
  } catch {
    // a package that offers itself to `import` only
    return asModule(path, specifier);
  }
  if (file.endsWith(".json")) return dataIn(file);
  const url = file.includes("/") ? pathToFileURL(file).href : file;
  return (await import(url)) as Values;
}

/** What a JSON file exports, as bundlers and TypeScript see it. */
function dataIn(file: string): Values {
  const data: unknown = JSON.parse(readFileSync(file, "utf8"));
  return { ...(data as Values), default: data };
}

/** As `import(specifier)` in the file itself. */
function asModule(path: string, specifier: string): Promise<Values> {
  const start = compileFunction("return import(specifier);", ["specifier"], {
    filename: path,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as (specifier: string) => Promise<Values>;
  return start(specifier);
}

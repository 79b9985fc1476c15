import * as runtime from "../../runtime/index.js";
import type { Subject } from "./gradcheckModes.js";
import type { Classes } from "./gradcheckSamples.js";
import {
  javaScriptModules,
  someTy,
  type Signature,
} from "../../compiler/evaluation.js";
import { runnableModules, type RunnableModules } from "./gradcheckModules.js";

/** The functions of a file beside what was generated from them, to be called. */
export interface Loaded {
  readonly subjects: readonly Subject[];
  readonly classes: Classes;
}

/** Loads the source beside its generated module. */
export async function load(
  signatures: readonly Signature[],
  outputs: ReadonlyMap<string, string>,
): Promise<Loaded> {
  const files = [...new Set(signatures.map(({ file }) => file))];
  const names = files.map((file): [string, string[]] => [
    file,
    signatures
      .filter((one) => one.file === file)
      .flatMap((one) => [one.name, ...classNames(one)]),
  ]);
  const modules = await runnableModules(
    javaScriptModules([...files, ...outputs.keys()], outputs),
    new Map([["diffc/runtime", runtime]]),
    new Map(names),
  );
  const generated = (name: string): Callable => {
    for (const path of outputs.keys()) {
      const found = modules.exportsOf(path)[name];
      if (typeof found === "function") return found as never;
    }
    throw new Error(`the generated module has no ${name}`);
  };
  const subjects = signatures.map((signature) => ({
    signature,
    original: withRest(signature, originalOf(signature, modules)),
    generated: (name: string) =>
      /Grad$/.test(name)
        ? withRest(signature, generated(name))
        : generated(name),
  }));
  return { subjects, classes: classesIn(signatures, modules) };
}

function originalOf(
  { file, name, method }: Signature,
  modules: RunnableModules,
): Callable {
  if (method === undefined) return modules.functionIn(file, name) as Callable;
  type Owner = Record<string, Callable>;
  if (!method.isStatic)
    return (self, ...args) => (self as Owner)[method.name]?.(...args);
  const owner = modules.functionIn(file, method.of) as Owner;
  return (...args) => owner[method.name]?.(...args);
}

/** The arguments of a method with its object made an instance: a class with subclasses has no type of its own. */
export function withReceiver(
  { method }: Signature,
  args: unknown[],
  classes: Classes,
): unknown[] {
  const [self, ...others] = args;
  const instance =
    method === undefined || method.isStatic
      ? undefined
      : classes.get(method.of);
  if (instance === undefined || typeof self !== "object" || self === null)
    return args;
  if (Object.getPrototypeOf(self) !== Object.prototype) return args;
  const fields = Object.getOwnPropertyDescriptors(self);
  return [Object.create(instance, fields), ...others];
}

/** The class of a method, and what the types of the parameters are called, those in lists and fields too: some are classes. */
function classNames({ parameters, method }: Signature): string[] {
  const names = new Set<string>(method === undefined ? [] : [method.of]);
  for (const { ty } of parameters)
    someTy(ty, (part) => {
      if (part.kind === "record" && /^[\w$]+$/.test(part.called ?? ""))
        names.add(part.called ?? "");
      return false;
    });
  return [...names];
}

function classesIn(
  signatures: readonly Signature[],
  modules: RunnableModules,
): Classes {
  const classes = new Map<string, object>();
  for (const signature of signatures)
    for (const name of classNames(signature)) {
      const found =
        modules.functionIn(signature.file, name) ?? modules.exported(name);
      if (typeof found === "function" && /^class\b/.test(String(found)))
        classes.set(name, found.prototype as object);
    }
  return classes;
}

type Callable = (...args: unknown[]) => unknown;

/** Takes the further arguments of a rest parameter as one array, as the checks hold them. */
function withRest(signature: Signature, fn: Callable): Callable {
  const place = signature.parameters.findIndex((one) => one.isRest);
  if (place < 0) return fn;
  return (...args) =>
    fn(...args.slice(0, place), ...((args[place] ?? []) as unknown[]));
}

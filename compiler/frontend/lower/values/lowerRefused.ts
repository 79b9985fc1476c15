import { ts } from "ts-morph";
import type { Code } from "../../../diagnostics/codes.js";
import {
  isOfHost,
  libraryName,
  nodeModule,
} from "../../syntax/libraryNames.js";
import { bareExpression } from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";

/** What of the library, the browser and Node no derivative follows, by what stands in the way. */
interface Refusal {
  readonly code: Code;
  readonly saw: (name: string) => string;
  readonly help: string;
}

const clock: Refusal = {
  code: "DC2121",
  saw: (name) =>
    `${name} tells the time: the result is no function of the arguments`,
  help: "pass the time as an argument",
};
const chance: Refusal = {
  code: "DC2121",
  saw: (name) =>
    `${name} gives another value at each call: the result is no function of the arguments`,
  help: "draw the random numbers before, and pass them as an argument",
};
const outside: Refusal = {
  code: "DC2121",
  saw: (name) =>
    `${name} asks the world outside: the result is no function of the arguments`,
  help: "ask before the call, and pass the answer as an argument",
};
const output: Refusal = {
  code: "DC2121",
  saw: (name) => `${name} acts on the world outside`,
  help: "do it before or after the differentiated function; of what has effects, only console.log and its kin may stay",
};
const later: Refusal = {
  code: "DC2007",
  saw: (name) =>
    `${name} gives its value, or runs its function, after this function has returned`,
  help: "wait for the value before the call, and pass it as an argument",
};
const reflection: Refusal = {
  code: "DC2122",
  saw: (name) =>
    `${name} works on objects in a way that their types do not show`,
  help: "use objects with named fields, and name them",
};
const bigints: Refusal = {
  code: "DC2123",
  saw: () => "a bigint is used here, which has no derivative",
  help: "compute with numbers, and convert outside of the differentiated function",
};
const bytes: Refusal = {
  code: "DC2124",
  saw: (name) =>
    `${name} looks at numbers as bytes, which no derivative follows`,
  help: "keep the numbers in a number[] or a Float64Array",
};

/** By the name, and by a member where only some are meant. */
const refusals: Readonly<Record<string, Refusal>> = {
  Date: clock,
  performance: clock,
  crypto: chance,
  Promise: later,
  setTimeout: later,
  setInterval: later,
  setImmediate: later,
  queueMicrotask: later,
  requestAnimationFrame: later,
  requestIdleCallback: later,
  "process.nextTick": later,
  "Math.random": chance,
  Reflect: reflection,
  Proxy: reflection,
  Symbol: reflection,
  WeakMap: reflection,
  WeakSet: reflection,
  WeakRef: reflection,
  "Object.create": reflection,
  "Object.defineProperty": reflection,
  "Object.defineProperties": reflection,
  "Object.setPrototypeOf": reflection,
  "Object.getPrototypeOf": reflection,
  "Object.getOwnPropertySymbols": reflection,
  "Object.getOwnPropertyDescriptor": reflection,
  "Object.getOwnPropertyDescriptors": reflection,
  BigInt: bigints,
  BigInt64Array: bigints,
  BigUint64Array: bigints,
  DataView: bytes,
  ArrayBuffer: bytes,
  SharedArrayBuffer: bytes,
  Buffer: bytes,
  Atomics: bytes,
};

/** Members of the same objects that are functions of their arguments. */
const harmless = new Set(["Date.UTC", "Date.parse"]);

/** Modules of Node; those that are not named here ask the world outside. */
const modules: Readonly<Record<string, Refusal | undefined>> = {
  perf_hooks: clock,
  crypto: chance,
  timers: later,
  "timers/promises": later,
  buffer: bytes,
  path: undefined,
  url: undefined,
  util: undefined,
  assert: undefined,
  "assert/strict": undefined,
  querystring: undefined,
};

/** Of the host, and yet functions of their arguments. */
const plain = new Set(
  "console structuredClone URL URLSearchParams TextEncoder TextDecoder atob btoa globalThis window self global".split(
    " ",
  ),
);

/** What is refused, where, and in which words. */
export interface Refused {
  readonly node: ts.Node;
  readonly code: Code;
  readonly message: string;
  readonly help: string;
}

/** A call or `new` of what makes the result something else than a function of the inputs. */
export function refuseLibrary(
  { ctx }: Site,
  node: ts.CallExpression | ts.NewExpression,
): void {
  const found = libraryRefusal(ctx.checker, node);
  if (found !== undefined)
    ctx.refuse(found.node, found.code, found.message, found.help);
}

export function libraryRefusal(
  checker: ts.TypeChecker,
  node: ts.CallExpression | ts.NewExpression,
): Refused | undefined {
  const callee = bareExpression(node.expression);
  // new Date().getTime(), Promise.all(ps).then(f)
  if (ts.isPropertyAccessExpression(callee)) {
    const inner = bareExpression(callee.expression);
    if (ts.isNewExpression(inner) || ts.isCallExpression(inner)) {
      const found = libraryRefusal(checker, inner);
      if (found !== undefined) return found;
    }
  }
  const name = libraryName(checker, callee);
  // an instant that is given is a value like any other
  const isInstant =
    name === "Date" &&
    ts.isNewExpression(node) &&
    (node.arguments ?? []).length > 0;
  if (isInstant) return undefined;
  const ofNode = nodeModule(checker, callee);
  const found =
    ofNode !== undefined
      ? ofModule(ofNode.module)
      : name && (ofName(name) ?? ofHost(checker, callee, name));
  if (!found) return undefined;
  const isOutput = found === outside && ts.isExpressionStatement(node.parent);
  const { code, saw, help } = isOutput ? output : found;
  const shown = name ?? callee.getText().replace(/\s+/g, "");
  const message = saw(ts.isNewExpression(node) ? `new ${shown}` : shown);
  return { node, code, message, help };
}

/** A name of the browser or of Node that is read: `window.innerWidth`, `process.env`. */
export function refuseHost({ ctx }: Site, node: ts.Identifier): void {
  const name = libraryName(ctx.checker, node);
  const found = name && ofHost(ctx.checker, node, name);
  if (!found) return;
  const { parent } = node;
  const isOwner =
    ts.isPropertyAccessExpression(parent) && parent.expression === node;
  const shown = isOwner ? parent : node;
  ctx.refuse(shown, found.code, found.saw(shown.getText()), found.help);
}

function ofName(name: string): Refusal | undefined {
  if (harmless.has(name)) return undefined;
  const [root = name] = name.split(".");
  return refusals[name] ?? refusals[root];
}

const ofModule = (module: string): Refusal | undefined =>
  Object.hasOwn(modules, module) ? modules[module] : outside;

function ofHost(
  checker: ts.TypeChecker,
  given: ts.Expression,
  name: string,
): Refusal | undefined {
  const [rootName = name] = name.split(".");
  if (plain.has(rootName)) return undefined;
  let root = bareExpression(given);
  while (ts.isPropertyAccessExpression(root))
    root = bareExpression(root.expression);
  if (!isOfHost(checker, root)) return undefined;
  return refusals[name] ?? refusals[rootName] ?? outside;
}

const byName = "goes through the fields of an object by their names";

/** Functions of the library that see all of an object: what they do to it, and what to write instead. */
const wholeObjects: Readonly<Record<string, readonly [Code, string, string]>> =
  {
    "Object.keys": ["DC2122", byName, 'write the names out: ["a", "b"]'],
    "Object.values": ["DC2122", byName, "write the fields out: [p.a, p.b]"],
    "Object.entries": ["DC2122", byName, "write the fields out: [p.a, p.b]"],
    "Object.getOwnPropertyNames": [
      "DC2122",
      byName,
      'write the names out: ["a", "b"]',
    ],
    "Object.fromEntries": [
      "DC2122",
      "makes fields whose names are known only at run time",
      "write an object with named fields, or keep the numbers in an array",
    ],
    "Object.assign": [
      "DC2122",
      "writes fields that are not named",
      "spread into a new object, { ...a, ...b }, or assign the fields one by one",
    ],
    "Object.freeze": [
      "DC2122",
      "changes how an object may be used",
      "leave it out: readonly in the type says the same",
    ],
    structuredClone: [
      "DC2111",
      "copies memory in a way that is not seen",
      "copy it with { ...object }, or with slice() or map() for an array",
    ],
    "JSON.stringify": [
      "DC2111",
      "makes text of numbers, which no derivative follows",
      "compute with the numbers, and make the text outside",
    ],
    "JSON.parse": [
      "DC2003",
      "gives a value of which nothing is known before the program runs",
      "parse before the call, and pass what it gives as an argument with a type",
    ],
  };

/** A call that takes an object as a whole; whether numbers are in it, the caller knows. */
export function wholeObject(node: ts.CallExpression): Refused | undefined {
  const callee = node.expression.getText();
  if (!Object.hasOwn(wholeObjects, callee)) return undefined;
  if (callee === "JSON.stringify" && isReadBack(node)) return jsonCopy(node);
  const [code, what, help] = wholeObjects[callee]!;
  return { node, code, message: `${callee} ${what}`, help };
}

/** `JSON.parse(JSON.stringify(x))` */
const isReadBack = ({ parent }: ts.CallExpression): boolean =>
  ts.isCallExpression(parent) && parent.expression.getText() === "JSON.parse";

const jsonCopy = (node: ts.CallExpression): Refused => ({
  node: node.parent,
  code: "DC2111",
  message:
    "a copy by way of JSON makes text of the numbers, which no derivative follows",
  help: "copy it with { ...object }, or with slice() or map() for an array",
});

/** `2n` */
export function refuseBigInt(site: Site, node: ts.Node): never {
  return site.ctx.refuse(node, bigints.code, bigints.saw(""), bigints.help);
}

import { ts } from "ts-morph";
import type { Code } from "../diagnostics/codes.js";
import { isGlobalName } from "./lowerCallee.js";
import { bareExpression } from "./lowerScan.js";
import type { Site } from "./lowerSite.js";

/** Library functions that no derivative follows, by what stands in the way. */
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
  help: "pass the random numbers as an argument",
};
const outside: Refusal = {
  code: "DC2121",
  saw: (name) =>
    `${name} asks the world outside: the result is no function of the arguments`,
  help: "ask before the call, and pass the answer as an argument",
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

/** By the library's object, and by its member where only some are meant. */
const refusals: Readonly<Record<string, Refusal>> = {
  Date: clock,
  performance: clock,
  crypto: chance,
  process: outside,
  fetch: outside,
  prompt: outside,
  localStorage: outside,
  Reflect: reflection,
  Proxy: reflection,
  Symbol: reflection,
  WeakMap: reflection,
  WeakRef: reflection,
  "Object.create": reflection,
  "Object.defineProperty": reflection,
  "Object.defineProperties": reflection,
  "Object.setPrototypeOf": reflection,
  "Object.getPrototypeOf": reflection,
  BigInt: bigints,
};

/** A call or `new` of the library that makes the result something else than a function of the inputs. */
export function refuseLibrary(
  site: Site,
  node: ts.CallExpression | ts.NewExpression,
): void {
  const callee = bareExpression(node.expression);
  // new Date().getTime()
  if (ts.isPropertyAccessExpression(callee)) {
    const inner = bareExpression(callee.expression);
    if (ts.isNewExpression(inner)) refuseLibrary(site, inner);
  }
  // an instant that is given is a value like any other
  if (ts.isNewExpression(node) && (node.arguments ?? []).length > 0) {
    if (isGlobalName(site.ctx.checker, callee, "Date")) return;
  }
  const root = rootOf(callee);
  if (root === undefined || !isGlobalName(site.ctx.checker, root, root.text))
    return;
  const member = ts.isPropertyAccessExpression(callee)
    ? `${root.text}.${callee.name.text}`
    : root.text;
  if (member === "Date.UTC" || member === "Date.parse") return;
  const found = refusals[member] ?? refusals[root.text];
  if (found === undefined) return;
  const shown = ts.isNewExpression(node) ? `new ${member}` : member;
  site.ctx.refuse(node, found.code, found.saw(shown), found.help);
}

function rootOf(node: ts.Expression): ts.Identifier | undefined {
  if (ts.isIdentifier(node)) return node;
  return ts.isPropertyAccessExpression(node)
    ? rootOf(bareExpression(node.expression))
    : undefined;
}

/** `2n` */
export function refuseBigInt(site: Site, node: ts.Node): never {
  return site.ctx.refuse(node, bigints.code, bigints.saw(""), bigints.help);
}

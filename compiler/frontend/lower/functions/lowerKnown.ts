import type { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import type { LowerContext } from "../../context.js";
import type { Site, Variable } from "../lowerSite.js";

/**
 * Functions are no values of the IR. A function that the source treats as a value is a number there, its tag, and what
 * is known of the tag is kept beside it: which functions it may stand for. Where it is called, the functions' bodies
 * are written out, one after another behind a test of the tag where there are several.
 */
export type FunctionValue =
  | CodeFunction
  | MathFunction
  | LibraryFunction
  | BoundFunction
  | MissingFunction;

/** A function with a body, and the variables that it sees. */
export interface CodeFunction {
  readonly kind: "code";
  readonly decl: ts.FunctionLikeDeclaration;
  /** The variables around it, by reference: those that are declared later are seen, too. */
  readonly scope: Map<ts.Symbol, Variable>;
  /** What its types mean: it may be made in a generic function. */
  readonly ctx: LowerContext;
}
export interface MathFunction {
  readonly kind: "math";
  readonly member: string;
}
/** `Boolean`, `Number`, `Number.isFinite` */
export interface LibraryFunction {
  readonly kind: "library";
  readonly name: string;
}

/** `f.bind(object, a)`: a function with its first arguments. */
export interface BoundFunction {
  readonly kind: "bound";
  readonly of: FunctionValue;
  readonly bound: readonly Variable[];
}

/** No function at all, where there may be one: `h` in `h?.(x)`. */
export interface MissingFunction {
  readonly kind: "missing";
}

/** The function with a body that runs in the end. */
export const codeOf = (
  fn: FunctionValue | undefined,
): CodeFunction | undefined =>
  fn?.kind === "bound" ? codeOf(fn.of) : fn?.kind === "code" ? fn : undefined;

/** What is known of a value that is a function, or that holds functions. */
export interface Known {
  /** The tags of the functions that it may be: an index in `site.shared.functions` each. */
  readonly fns?: ReadonlySet<number>;
  /** It is undefined. */
  readonly absent?: true;
  /** By field, or by place in an array. */
  readonly members?: ReadonlyMap<string, Known>;
  /** Of each element of an array. */
  readonly elements?: Known;
}

/** What the parts of one annotated function have in common: those that are lowered on their own among them. */
export interface Shared {
  readonly functions: FunctionValue[];
  /** Of functions at module level, which see no local variables. */
  readonly outermost: Map<ts.Symbol, Variable>;
  /** Functions that call themselves, by what they were specialised to. */
  readonly lifted: Map<ts.Node, Map<string, string>>;
  /** What functions see that are being put into memory: two that see each other have no end. */
  readonly keeping: ts.Symbol[];
  /** Properties of functions, by the function's tag and their name. */
  readonly fields: Map<string, Variable>;
}

export const newShared = (): Shared => ({
  functions: [],
  outermost: new Map(),
  lifted: new Map(),
  keeping: [],
  fields: new Map(),
});

export function tagOf({ shared }: Site, fn: FunctionValue): number {
  const { functions } = shared;
  const known = functions.findIndex((one) => isSameFunction(one, fn));
  return known >= 0 ? known : functions.push(fn) - 1;
}

/** The text of every function that a value may stand for so far. */
export const functionsMade = ({ shared, ctx }: Site): readonly ts.Node[] => [
  ...shared.functions.flatMap((one) => codeOf(one)?.decl ?? []),
  ...ctx.kept.bodies(),
];

function isSameFunction(a: FunctionValue, b: FunctionValue): boolean {
  if (a.kind === "code")
    return b.kind === "code" && a.decl === b.decl && a.scope === b.scope;
  if (a.kind === "bound") return a === b;
  if (a.kind === "missing") return b.kind === "missing";
  if (a.kind === "math") return b.kind === "math" && a.member === b.member;
  return b.kind === "library" && a.name === b.name;
}

export const knownOf = (site: Site, value: Value): Known | undefined =>
  site.facts.known.get(value);

export const isFunctionTag = (site: Site, value: Value): boolean =>
  knownOf(site, value)?.fns !== undefined;

/** Does the value hold a function, or is it one? */
export const holdsTag = (site: Site, value: Value): boolean =>
  hasFunctions(knownOf(site, value));

function hasFunctions(known: Known | undefined): boolean {
  if (known === undefined) return false;
  if (known.fns !== undefined || hasFunctions(known.elements)) return true;
  return [...(known.members?.values() ?? [])].some(hasFunctions);
}

/** What is known of a value that is one or the other. */
export function united(
  a: Known | undefined,
  b: Known | undefined,
): Known | undefined {
  if (a === b) return a;
  if (a === undefined || b === undefined) return undefined;
  const fns = a.fns && b.fns && new Set([...a.fns, ...b.fns]);
  const elements = united(a.elements, b.elements);
  const members = unitedMembers(a.members, b.members);
  if (!fns && !elements && !members) return undefined;
  return {
    ...(fns && { fns }),
    ...(elements && { elements }),
    ...(members && { members }),
  };
}

function unitedMembers(
  a: Known["members"],
  b: Known["members"],
): Known["members"] {
  if (a === undefined || b === undefined) return undefined;
  const members = new Map<string, Known>();
  for (const [name, known] of a) {
    const both = united(known, b.get(name));
    if (both !== undefined) members.set(name, both);
  }
  return members.size > 0 ? members : undefined;
}

/** Every tag that may be found in a value. */
export function tagsIn(known: Known | undefined): number[] {
  if (known === undefined) return [];
  return [
    ...(known.fns ?? []),
    ...tagsIn(known.elements),
    ...[...(known.members?.values() ?? [])].flatMap(tagsIn),
  ];
}

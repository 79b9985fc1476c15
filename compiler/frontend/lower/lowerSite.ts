import type { ts } from "ts-morph";
import { newIds, type Ids, RegionBuilder } from "../../ir/builder.js";
import type { Instr, Value } from "../../ir/ir.js";
import type { OpName } from "../../ir/ops.js";
import { isPredicate } from "../../ir/ops.js";
import {
  bool,
  num,
  type ArrayTy,
  type RecordTy,
  type Ty,
  writable,
} from "../../ir/types.js";
import type { LowerContext } from "../context.js";
import type { Facts } from "./facts/lowerFacts.js";
import { newShared, type Shared } from "./functions/lowerKnown.js";
import type { Guard } from "./control/lowerTry.js";

/** A local variable of the source. Its SSA value changes from place to place; its type does not. */
export interface Variable {
  readonly name: string;
  readonly ty: Ty;
  /** What the source says it is, of one that is not declared there. */
  readonly type?: ts.Type;
  /** It has one of several types here, and may be given another: lowerAdopt.ts. */
  readonly settledIn?: Surroundings;
}

/** What an assignment to another type must not leave: the loop, and the try statements. */
export interface Surroundings {
  readonly loop: Target | undefined;
  readonly guards: number;
}

/** Somewhere that control may jump to: the end of the function, after a loop or label, a loop's next iteration. */
export interface Exit {
  readonly kind: "return" | "break" | "continue";
  /** Names the flag that says whether the jump was taken, where one is needed. */
  readonly hint: string;
}

/**
 * What is known at a point of the source. An exit in `exits` was taken (`true`), or was taken where the flag is true.
 * `dead`: control never gets here; then one of the exits was taken, or something was thrown.
 */
export interface Env {
  readonly values: Map<Variable, Value>;
  readonly exits: Map<Exit, Value | true>;
  dead: boolean;
}

/** A statement that `break` or `continue` may name. */
export interface Target {
  readonly labels: readonly string[];
  readonly breakTo: Exit;
  /** Absent for what `continue` passes by (switch, labelled blocks). */
  readonly continueTo?: Exit;
  /** Does a `break` without a label mean this one? */
  readonly plainBreak: boolean;
}

/**
 * The place where code is being put: a region under construction and what is known there. It is the one thing that
 * lowering changes as it goes; `inArm` and friends lend it to a nested region and take it back.
 */
export interface Site {
  ctx: LowerContext;
  readonly ids: Ids;
  readonly shared: Shared;
  /** The module-level function whose text is being lowered, what is known of it, and the variables in scope. */
  decl: ts.FunctionLikeDeclaration;
  facts: Facts;
  variables: Map<ts.Symbol, Variable>;
  /** What stood for a name before the arm at hand gave it another type. */
  turned: Map<ts.Symbol, Variable>;
  /** The functions that are being written out here, the outermost first. */
  inside: readonly ts.Node[];
  /** How many arguments that function got, where it is written out. */
  given?: number | undefined;
  /** The call that hands over just the arguments which it shows. */
  direct?: ts.Node | undefined;
  /** The function's outermost region, and the module's names that are read at its start. */
  readonly root: RegionBuilder;
  readonly globals: Map<ts.Symbol, Value>;
  b: RegionBuilder;
  env: Env;
  targets: readonly Target[];
  returnTo: Exit;
  /** The try statements around the code at hand, the outermost first. */
  guards: readonly Guard[];
  /** Where the result waits; absent in a void function. */
  returnVariable: Variable | undefined;
  /** Calls that may throw, where that is caught: what they have given, ahead of the statements they stand in. */
  ahead: Map<ts.Expression, Ahead>;
  /** The objects in which variables came in that this function assigns: lowerBoxes.ts. */
  readonly boxes: Map<Variable, Value>;
  /** Calls of which the body is written out, so that a throw in it leads to where it is caught. */
  readonly writtenOut: Set<ts.Node>;
}

export interface Ahead extends Variable {
  /** The call gives nothing. */
  readonly isVoid: boolean;
}

export function newSite(
  ctx: LowerContext,
  decl: ts.FunctionLikeDeclaration,
  facts: Facts,
  shared: Shared = newShared(),
): Site {
  const ids = newIds();
  const root = new RegionBuilder(ids, ctx.spanOf(decl));
  return {
    ctx,
    decl,
    ids,
    shared,
    variables: new Map(),
    turned: new Map(),
    inside: [decl],
    facts,
    root,
    globals: new Map(),
    b: root,
    env: newEnv(),
    targets: [],
    returnTo: { kind: "return", hint: "returned" },
    guards: [],
    returnVariable: undefined,
    ahead: new Map(),
    boxes: new Map(),
    writtenOut: new Set(),
  };
}

export const newEnv = (): Env => ({
  values: new Map(),
  exits: new Map(),
  dead: false,
});

export const copyEnv = (env: Env): Env => ({
  values: new Map(env.values),
  exits: new Map(env.exits),
  dead: env.dead,
});

// ---- instructions, each with the span of the node that it stands for ----

export function at(site: Site, node: ts.Node): RegionBuilder {
  site.b.span = site.ctx.spanOf(node);
  return site.b;
}

export function constant(
  site: Site,
  node: ts.Node,
  value: number | boolean | string | undefined | null,
  ty?: Ty,
): Value {
  const result = at(site, node).constant(value, ty);
  if (typeof value === "number") site.facts.constants.set(result, value);
  if (typeof value === "string") site.facts.strings.set(result, value);
  if (value === undefined) site.facts.known.set(result, { absent: true });
  return result;
}

export const poison = (site: Site, node: ts.Node, ty: Ty): Value =>
  at(site, node).poison(ty);

export function op(
  site: Site,
  node: ts.Node,
  name: OpName,
  args: readonly Value[],
  ty: Ty = isPredicate(name) ? bool : num,
): Value {
  const decided = decide(site, name, args[0]);
  if (decided !== undefined) return decidedConstant(site, node, decided);
  const [first] = args;
  const isAsked = name === "isNil" || name === "isUndefined";
  const tag = missingTag(site.shared);
  if (isAsked && first !== undefined && tag !== undefined)
    if (site.facts.known.get(first)?.fns?.has(tag))
      return op(site, node, "eq", [first, constant(site, node, tag)]);
  const result = at(site, node).op(name, args, { ty });
  const known = args[0] && site.facts.known.get(args[0]);
  if (known && (name === "wrap" || name === "unwrap"))
    site.facts.known.set(result, known);
  return result;
}

/** A condition that is known while the program is read. */
export function decidedConstant(
  site: Site,
  node: ts.Node,
  truth: boolean,
): Value {
  const value = at(site, node).constant(truth);
  site.facts.decided.set(value, truth);
  return value;
}

/** Is a function there? That is known before the program runs. */
function decide(
  site: Site,
  name: OpName,
  arg: Value | undefined,
): boolean | undefined {
  if (arg === undefined) return undefined;
  const { decided, known } = site.facts;
  if (name === "not") {
    const truth = decided.get(arg);
    return truth === undefined ? undefined : !truth;
  }
  if (name !== "isNil" && name !== "isUndefined") return undefined;
  const found = known.get(arg);
  if (found?.fns !== undefined) return isAbsent(site, found.fns);
  return found?.absent === true ? true : undefined;
}

/** Is there no function, as far as its tags say; undefined where only the running program knows. */
function isAbsent(
  { shared }: Site,
  fns: ReadonlySet<number>,
): boolean | undefined {
  const tag = missingTag(shared);
  if (tag === undefined || !fns.has(tag)) return false;
  return fns.size === 1 ? true : undefined;
}

/** The tag that stands for no function; undefined where no value has it. */
export function missingTag({ functions }: Shared): number | undefined {
  const tag = functions.findIndex(({ kind }) => kind === "missing");
  return tag < 0 ? undefined : tag;
}

/** Any instruction without regions that gives at most one result. */
type Simple = Exclude<Instr, { kind: "if" | "for" | "while" }>;
type Extra<K extends Simple["kind"]> = Omit<
  Extract<Simple, { kind: K }>,
  "kind" | "args" | "results" | "regions" | "span"
>;

/** Emits an instruction and gives its result of type `ty`. */
export function emit<K extends Simple["kind"]>(
  site: Site,
  node: ts.Node,
  kind: K,
  args: readonly Value[],
  ty: Ty,
  extra: Extra<K>,
): Value {
  refuseEscape(site, node, kind, args);
  const isFresh = makesArray.has(kind) && ty.kind === "array";
  const result = site.ids.fresh(isFresh ? writable(ty) : ty);
  const b = at(site, node);
  b.emit({ kind, ...extra, ...b.plain(args, [result]) } as unknown as Instr);
  return result;
}

const makesArray: ReadonlySet<string> = new Set([
  "arrayLit",
  "newArray",
  "slice",
]);

/** Emits an instruction that gives nothing. */
export function perform<K extends Simple["kind"]>(
  site: Site,
  node: ts.Node,
  kind: K,
  args: readonly Value[],
  extra: Extra<K>,
): void {
  refuseEscape(site, node, kind, args);
  const b = at(site, node);
  b.emit({ kind, ...extra, ...b.plain(args, []) } as unknown as Instr);
}

const escapes: ReadonlySet<string> = new Set([
  "store",
  "setField",
  "push",
  "opaque",
  "call",
]);

/** An array with functions in it is not changed. */
const isSealedBy = (site: Site, memory: Value): boolean =>
  site.facts.known.get(memory)?.elements !== undefined;

/** Functions stay where diffc can see which they are. */
export function refuseEscape(
  site: Site,
  node: ts.Node,
  kind: Instr["kind"],
  args: readonly Value[],
): void {
  const { known } = site.facts;
  if (!escapes.has(kind)) return;
  const [into] = args;
  const isSealed =
    kind !== "call" && kind !== "opaque" && into && isSealedBy(site, into);
  if (!isSealed && !args.some((one) => known.get(one)?.fns)) return;
  site.ctx.refuse(
    node,
    "DC2104",
    "a function is put where diffc cannot follow it",
    "keep functions in constants, object literals and array literals, or call it here",
  );
}

export function arrayTyOf(value: Value): ArrayTy | undefined {
  return value.ty.kind === "array" ? value.ty : undefined;
}

export function recordTyOf(value: Value): RecordTy | undefined {
  return value.ty.kind === "record" ? value.ty : undefined;
}

/** Gives a value the user's name for it, unless it has one. It was made here, and nobody has looked at it yet. */
export function nameValue(value: Value, name: string): void {
  // `_` says that nobody uses it
  if (value.hint === undefined && !/^_+$/.test(name))
    (value as { hint?: string }).hint = name;
}

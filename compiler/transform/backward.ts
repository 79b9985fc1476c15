import type { Activity } from "../analysis/activity.js";
import type { Positions } from "../analysis/positions.js";
import type { Reload } from "../analysis/reload.js";
import type { ReversibleCounter } from "../analysis/reversible.js";
import type { StoredValue } from "../analysis/storedValues.js";
import type { TapePlan } from "../analysis/tapePlan.js";
import type { Ids } from "../ir/builder.js";
import type {
  CallInstr,
  Instr,
  OpInstr,
  Region,
  Value,
  WhileInstr,
} from "../ir/ir.js";
import { isNum } from "../ir/types.js";
import { type Algebra, applySlope, guardedSlope } from "../rules/algebra.js";
import { rules } from "../rules/rules.js";
import type { FusedLoop } from "./backwardFused.js";
import { backwardIf } from "./backwardIf.js";
import { backwardFor, backwardWhile } from "./backwardLoops.js";
import { backwardMemory } from "./backwardMemory.js";
import type { GuardedWhile } from "./guardedWhile.js";
import { lazy, type Lazy, lazyAlgebra } from "./lazyAlgebra.js";
import { need } from "./need.js";
import type { Partners } from "./partners.js";
import { contribute, type Frame, type Scope, takeSum } from "./scope.js";
import type { Twins } from "./shadows.js";

/** What the backward sweep of one function shares while it is built. */
export interface Sweep {
  readonly activity: Activity;
  readonly positions: Positions;
  readonly reload: Reload;
  /** What is saved; undefined in a first build, which finds out what will be asked for. */
  readonly plan: TapePlan | undefined;
  /** Loops that are differentiated an iteration at a time, what the forward sweep adds to them, and those that can't be. */
  readonly fused: ReadonlySet<Instr>;
  readonly fusedLoops: Map<Instr, FusedLoop>;
  readonly notFused: Set<Instr>;
  /** Values from outside the primal that are there from the beginning: the cotangent that is passed in. */
  readonly given: Set<Value>;
  /** Loops whose last trip, in which the test fails, leaves nothing to undo. */
  readonly guarded: ReadonlyMap<WhileInstr, GuardedWhile>;
  /** Carried integers that the mirrored loop runs back. */
  readonly counters: ReadonlyMap<Value, ReversibleCounter>;
  /** Values that were asked for and are not in scope of both sweeps. */
  readonly demanded: Set<Value>;
  readonly twins: Twins;
  readonly ids: Ids;
  /** The frame of each region that has been entered; the forward sweep is built from them afterwards. */
  readonly frames: Map<Region, Frame>;
  /** Values that the forward sweep has to define in addition, beside an instruction. */
  readonly extras: Map<Instr, Extras>;
  /** Homes of twins and extras. */
  readonly homes: Map<Value, Region>;
  /** Cotangents of parameters with a default, seen where the value that stands for them is defined. */
  readonly observed: Map<Value, Value | undefined>;
  /** Arrays whose shadow is made by the backward sweep, since nothing before it needs one. */
  readonly lateShadows: ReadonlySet<Value>;
  /** The stack for what the forward sweep saves; made on first use. */
  tape(): Value;
  /** Cotangents that are constants (the seed 1), which make simpler products. */
  readonly seeds: Map<Value, number>;
  /** Numbers that an array keeps. */
  readonly stored: ReadonlyMap<Value, StoredValue>;
  /** Numbers that a carried value holds in the next trip of a loop. */
  readonly handed: ReadonlyMap<Value, Value>;
  /** Results of the function's own operations that are slopes of others. */
  readonly partners: Partners;
  call(call: CallInstr, scope: Scope): void;
  readonly log: SweepLog;
}

/** What is told to people about a sweep; nothing is decided by it. */
export interface SweepLog {
  /** The instruction whose derivative is being built. */
  asker: Instr | undefined;
  /** Who asked first for a value that is saved. */
  readonly readers: Map<Value, Instr>;
  readonly repeated: Set<Value>;
  /** The references whose shadows are saved, by their shadows. */
  readonly savedTwins: Map<Value, Value>;
}

/** What a forward sweep keeps of an instruction beyond its results. */
export interface Extras {
  /** The cell before it was overwritten, and the shadow's, for references. */
  old?: Value;
  oldTwin?: Value;
  /** The array's length before. */
  length?: Value;
  /** How often a loop ran. */
  trips?: Value;
  /** How long arrays were before a loop. */
  lengths?: Map<Value, Value>;
}

export function extrasOf(sweep: Sweep, instr: Instr): Extras {
  let extras = sweep.extras.get(instr);
  if (extras === undefined) sweep.extras.set(instr, (extras = {}));
  return extras;
}

export function homeOf(sweep: Sweep, value: Value): Region | undefined {
  return sweep.homes.get(value) ?? sweep.positions.home(value);
}

/** The name of a value's cotangent. */
export const hintOf = (value: Value): string | undefined =>
  value.hint === undefined ? undefined : `b${value.hint}`;

/** Puts the pops of a finished scope's frame at its beginning. */
export function popFrame(sweep: Sweep, scope: Scope): void {
  if (scope.frame.kind !== "tape" || scope.frame.saved.size === 0) return;
  const pops = [...scope.frame.saved.values()];
  scope.builder.body.unshift({
    kind: "tapePop",
    frame: frameNumber(scope.frame),
    ...scope.builder.plain([sweep.tape()], pops),
  });
}

/** Ties pops to pushes: what is saved first, is saved nowhere else. */
export const frameNumber = ({
  saved,
}: Exclude<Frame, { kind: "direct" }>): number => [...saved.keys()][0]!.id;

/** Adds to a value's cotangent, if it has one. */
export function give(
  sweep: Sweep,
  scope: Scope,
  value: Value,
  amount: Value | undefined,
): void {
  if (amount === undefined || !sweep.activity.isActive(value)) return;
  contribute(scope, value, homeOf(sweep, value), amount);
}

/** The instructions of the scope's region from the last to the first. */
export function sweepBack(sweep: Sweep, scope: Scope): void {
  for (const instr of [...scope.region.body].reverse()) {
    scope.builder.span = instr.span;
    const outer = sweep.log.asker;
    sweep.log.asker = instr;
    backwardInstr(sweep, scope, instr);
    sweep.log.asker = outer;
  }
}

function backwardInstr(sweep: Sweep, scope: Scope, instr: Instr): void {
  switch (instr.kind) {
    case "op":
      return backwardOp(sweep, scope, instr);
    case "if":
      return backwardIf(sweep, scope, instr);
    case "for":
      return backwardFor(sweep, scope, instr);
    case "while":
      return backwardWhile(sweep, scope, instr);
    case "call":
      return sweep.call(instr, scope);
    default:
      return backwardMemory(sweep, scope, instr);
  }
}

/** The cotangent of an instruction's number, noted where it stands for a parameter with a default. */
export function takeCotangent(
  sweep: Sweep,
  scope: Scope,
  value: Value,
): Value | undefined {
  const sum = takeSum(scope, value);
  if (sweep.observed.has(value)) sweep.observed.set(value, sum);
  return sum;
}

function backwardOp(sweep: Sweep, scope: Scope, instr: OpInstr): void {
  const [result] = instr.results;
  if (
    result === undefined ||
    !isNum(result.ty) ||
    !sweep.activity.isActive(result)
  )
    return;
  const cotangent = takeCotangent(sweep, scope, result);
  const rule = rules[instr.op];
  if (cotangent === undefined || rule.kind !== "smooth") return;
  const operand = (value: Value) =>
    lazy(() => need(sweep, scope, value), knownConstant(sweep, value));
  const args = instr.args.map(operand);
  const own = lazyAlgebra(scope.builder);
  const k: Algebra<Lazy> = {
    ...own,
    op: (op, ...operands) => {
      const value = instr.args[args.indexOf(operands[0]!)];
      const partner = value && sweep.partners(op, value, instr);
      return partner ? operand(partner) : own.op(op, ...operands);
    },
  };
  const t = lazy(() => cotangent, sweep.seeds.get(cotangent));
  // In x * x both slopes go to x: they are one contribution.
  const amounts = new Map<Value, Value>();
  instr.args.forEach((arg, i) => {
    if (!sweep.activity.isActive(arg)) return;
    const given = rule.slope(k, args, operand(result), i);
    const slope = instr.speculative ? guardedSlope(given) : given;
    const amount = applySlope(k, t, slope)?.get();
    const other = amounts.get(arg);
    if (amount === undefined) return;
    const sum =
      other === undefined ? amount : scope.builder.op("add", [other, amount]);
    amounts.set(arg, sum);
  });
  for (const [arg, amount] of amounts) give(sweep, scope, arg, amount);
}

export function knownConstant(sweep: Sweep, value: Value): number | undefined {
  const instr = sweep.positions.definition(value);
  if (instr?.kind === "const" && typeof instr.value === "number")
    return instr.value;
  if (instr?.kind === "global" && typeof instr.value === "number")
    return instr.value;
  return undefined;
}

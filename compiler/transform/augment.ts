import type { RegionBuilder } from "../ir/builder.js";
import type {
  CallInstr,
  ForInstr,
  IfInstr,
  Instr,
  Region,
  Value,
  WhileInstr,
} from "../ir/ir.js";
import { num } from "../ir/types.js";
import type { FusedLoop } from "./backwardFused.js";
import { augmentMemory } from "./augmentMemory.js";
import { augmentScalar } from "./augmentScalar.js";
import type { Twins } from "./shadows.js";
import type { Activity } from "../analysis/activity.js";

/**
 * Copies a function's code and adds, beside each instruction, what keeps the twins in step: shadow memory for
 * references and, in forward mode, tangents of numbers. Primal values keep their identity.
 * The hooks are where the forward sweep of reverse mode adds what its backward sweep will ask for.
 */
export interface Augmenter {
  readonly activity: Activity;
  readonly twins: Twins;
  readonly mode: "tangent" | "shadow";
  readonly hooks: Hooks;
  /** Known constants among the primal's values. */
  known(value: Value): number | undefined;
}

export interface Hooks {
  /** Before an instruction is copied. */
  before(instr: Instr, out: RegionBuilder): void;
  /** At the end of a region, before its yields. */
  atEnd(region: Region, out: RegionBuilder): void;
  /** Results that an `if` has in addition. */
  handedOut(instr: IfInstr): readonly HandedOut[];
  /** What is added to a loop that is differentiated an iteration at a time. */
  fused(loop: Instr): FusedLoop | undefined;
  /** The test of a loop that counts its trips in the arm that goes on. */
  countedIn(loop: Instr): IfInstr | undefined;
  /** The value that shall hold how often the loop ran. */
  trips(loop: Instr): Value | undefined;
  call(call: CallInstr, out: RegionBuilder): void;
  /** The tangent that the caller gives for this value in addition, if it stands for a parameter with a default. */
  givenTangent(value: Value): (() => Value) | undefined;
}

/** What an arm yields for an additional result; undefined: nothing that is ever looked at. */
export interface HandedOut {
  readonly result: Value;
  yieldedBy(arm: Region, end: RegionBuilder): Value | undefined;
}

export function augmentRegion(
  region: Region,
  params: readonly Value[],
  yields: (out: RegionBuilder) => readonly Value[],
  out: RegionBuilder,
  at: Augmenter,
): Region {
  augmentBody(region, out, at);
  return out.finish(params, yields(out));
}

export function augmentBody(
  region: Region,
  out: RegionBuilder,
  at: Augmenter,
): void {
  for (const instr of region.body) {
    out.span = instr.span;
    at.hooks.before(instr, out);
    augmentInstr(instr, out, at);
    for (const result of instr.results) {
      const given = at.hooks.givenTangent(result);
      if (given !== undefined) addGiven(at.twins.of(result), given, out);
    }
  }
  at.hooks.atEnd(region, out);
}

/** A caller's tangent for a parameter with a default adds to that of the value that stands for it. */
function addGiven(twin: Value, given: () => Value, out: RegionBuilder): void {
  if (twin.ty.kind !== "num")
    return void out.emit({
      kind: "struct",
      what: "addSeed",
      ...out.plain([twin, given()], []),
    });
  const at = out.body.findLastIndex((instr) => instr.results.includes(twin));
  const instr = out.body[at];
  if (instr === undefined) return;
  const before = out.ids.fresh(twin.ty);
  out.body[at] = {
    ...instr,
    results: instr.results.map((one) => (one === twin ? before : one)),
  };
  out.emit({ kind: "op", op: "add", ...out.plain([before, given()], [twin]) });
}

function augmentInstr(instr: Instr, out: RegionBuilder, at: Augmenter): void {
  switch (instr.kind) {
    case "if":
      return augmentIf(instr, out, at);
    case "for":
      return augmentFor(instr, out, at);
    case "while":
      return augmentWhile(instr, out, at);
    case "call":
      return at.hooks.call(instr, out);
    case "const":
    case "global":
    case "op":
      return augmentScalar(instr, out, at);
    default:
      return augmentMemory(instr, out, at);
  }
}

/** The twin of a value, or a zero of its shape where it has none. */
export function twinOrZero(
  value: Value,
  out: RegionBuilder,
  at: Augmenter,
): Value {
  if (at.twins.has(value)) return at.twins.of(value);
  return zeroTwin(value, at.twins.of(value).ty, out);
}

export function zeroTwin(
  value: Value,
  ty: Value["ty"],
  out: RegionBuilder,
): Value {
  if (ty.kind === "num") return out.constant(0);
  const zeros = out.ids.fresh(ty);
  out.emit({ kind: "struct", what: "zeros", ...out.plain([value], [zeros]) });
  return zeros;
}

const twinsOf = (values: readonly Value[], at: Augmenter): Value[] =>
  values
    .filter((value) => at.twins.has(value))
    .map((value) => at.twins.of(value));

function augmentIf(instr: IfInstr, out: RegionBuilder, at: Augmenter): void {
  const extra = at.hooks.handedOut(instr);
  const regions = instr.regions.map((arm) => {
    const yields = (end: RegionBuilder): Value[] => [
      ...arm.yields,
      ...yieldTwins(instr.results, arm.yields, end, at),
      ...extra.map(
        (one) => one.yieldedBy(arm, end) ?? end.poison(one.result.ty),
      ),
    ];
    return augmentRegion(arm, [], yields, out.child(), at);
  });
  const results = [
    ...instr.results,
    ...twinsOf(instr.results, at),
    ...extra.map((one) => one.result),
  ];
  out.emit({ ...instr, results, regions });
}

/** The twins that go with the results that have one. */
function yieldTwins(
  results: readonly Value[],
  yields: readonly Value[],
  out: RegionBuilder,
  at: Augmenter,
): Value[] {
  return yields
    .filter((_, i) => at.twins.has(results[i]!))
    .map((value) => twinOrZero(value, out, at));
}

function augmentFor(instr: ForInstr, out: RegionBuilder, at: Augmenter): void {
  const [lo, hi, ...inits] = instr.args;
  const [index, ...carried] = instr.regions[0]!.params;
  const loop = augmentLoop(
    instr,
    inits,
    carried,
    instr.breaks ? 1 : 0,
    out,
    at,
  );
  out.emit({
    ...instr,
    args: [lo!, hi!, ...loop.inits],
    results: loop.results,
    regions: [{ ...loop.body, params: [index!, ...loop.body.params] }],
  });
}

function augmentWhile(
  instr: WhileInstr,
  out: RegionBuilder,
  at: Augmenter,
): void {
  const loop = augmentLoop(
    instr,
    instr.args,
    instr.regions[0]!.params,
    1,
    out,
    at,
  );
  out.emit({
    ...instr,
    args: loop.inits,
    results: loop.results,
    regions: [loop.body],
  });
}

interface AugmentedLoop {
  readonly inits: readonly Value[];
  readonly results: readonly Value[];
  readonly body: Region;
}

/** `flags`: how many yields come before the carried ones. */
function augmentLoop(
  instr: ForInstr | WhileInstr,
  inits: readonly Value[],
  carried: readonly Value[],
  flags: number,
  out: RegionBuilder,
  at: Augmenter,
): AugmentedLoop {
  const trips = at.hooks.trips(instr);
  const counter = trips && newCounter(at.hooks.countedIn(instr), out);
  const count = counter?.before;
  const counting =
    counter?.handedOut === undefined
      ? at
      : withHandedOut(at, counter.handedOut);
  const fused = at.hooks.fused(instr);
  for (const early of fused?.before ?? []) out.emit(early);
  const initTwins = yieldTwins(carried, inits, out, at);
  const countInit = trips === undefined ? [] : [out.constant(0)];
  const inner = out.child();
  const body = instr.regions[0]!;
  const yields = (end: RegionBuilder): Value[] => {
    const counted = counter?.after(end);
    return [
      ...body.yields,
      ...yieldTwins(carried, body.yields.slice(flags), end, at),
      ...(counted === undefined ? [] : [counted]),
      ...(fused?.yields ?? []),
    ];
  };
  const params = [
    ...carried,
    ...twinsOf(carried, at),
    ...(count === undefined ? [] : [count]),
    ...(fused?.params ?? []),
  ];
  const region = augmentRegion(body, params, yields, inner, counting);
  // A result has a twin where its parameter has one: the two are active together.
  const resultTwins = instr.results
    .filter((_, i) => at.twins.has(carried[i]!))
    .map((value) => at.twins.of(value));
  return {
    inits: [...inits, ...initTwins, ...countInit, ...(fused?.inits ?? [])],
    results: [
      ...instr.results,
      ...resultTwins,
      ...(trips === undefined ? [] : [trips]),
      ...(fused?.results ?? []),
    ],
    body: region,
  };
}

/** Counts a loop's trips: all of them, or those in which the test of a `while` held. */
interface Counter {
  readonly before: Value;
  readonly handedOut:
    (HandedOut & { readonly instr: IfInstr; readonly arm: Region }) | undefined;
  after(end: RegionBuilder): Value;
}

function newCounter(test: IfInstr | undefined, out: RegionBuilder): Counter {
  const before = out.ids.fresh(num, "trips");
  const plusOne = (end: RegionBuilder): Value =>
    end.op("add", [before, end.constant(1)], { hint: "trips" });
  if (test === undefined)
    return { before, handedOut: undefined, after: plusOne };
  const result = out.ids.fresh(num, "trips");
  const [arm] = test.regions as [Region];
  const yieldedBy = (region: Region, end: RegionBuilder): Value =>
    region === arm ? plusOne(end) : before;
  return {
    before,
    handedOut: { instr: test, arm, result, yieldedBy },
    after: () => result,
  };
}

function withHandedOut(
  at: Augmenter,
  extra: HandedOut & { readonly instr: IfInstr },
): Augmenter {
  const handedOut = (instr: IfInstr): readonly HandedOut[] =>
    instr === extra.instr
      ? [...at.hooks.handedOut(instr), extra]
      : at.hooks.handedOut(instr);
  return { ...at, hooks: { ...at.hooks, handedOut } };
}

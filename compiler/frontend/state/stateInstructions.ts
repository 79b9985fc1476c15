import type { Span } from "../../diagnostics/span.js";
import {
  type CallInstr,
  type Instr,
  isPoison,
  type Region,
  type Value,
} from "../../ir/ir.js";
import { endsInThrow } from "../../ir/visit.js";
import { walkMemory } from "./stateMemory.js";
import { common, textOfPath } from "./stateFacts.js";
import {
  constantIndex,
  type Index,
  isConstantIndex,
  scaled,
  sum,
  textOfIndex,
} from "./stateIndex.js";
import { kindsWritten } from "./stateKinds.js";
import { walkFor, walkWhile } from "./stateLoops.js";
import { complain, escape, isWhole, mixed, use } from "./statePlaces.js";

import {
  type Frame,
  fresh,
  type Known,
  named,
  unknown,
  type Walker,
} from "./stateWalker.js";

export function walkRegion(walk: Walker, region: Region, frame: Frame): void {
  for (const instr of region.body) {
    if (++walk.steps > mostSteps) throw new TooMuch();
    const results = walkInstr(walk, instr, frame);
    instr.results.forEach((result, k) =>
      frame.set(result, results[k] ?? unknown(walk)),
    );
  }
}

export function get(
  walk: Walker,
  frame: Frame,
  value: Value | undefined,
): Known {
  const known = value && frame.get(value);
  return known ?? unknown(walk);
}

function walkInstr(walk: Walker, instr: Instr, frame: Frame): readonly Known[] {
  const args = instr.args.map((one) => get(walk, frame, one));
  const [a] = args;
  const { span } = instr;
  switch (instr.kind) {
    case "const":
      return [
        typeof instr.value === "boolean"
          ? { index: constantOf(walk, instr.value), truth: instr.value }
          : typeof instr.value === "number"
            ? { index: constantOf(walk, instr.value), present: true }
            : { index: constantOf(walk, instr.value) },
      ];
    case "global": {
      const state = walk.stateOf(instr);
      if (state === undefined) return [unknown(walk)];
      walk.states.set(state.name, state);
      return [{ index: fresh(walk), at: { state: state.name, steps: [] } }];
    }
    case "op":
      return [walkOp(walk, instr.op, args, span)];
    case "opaque": {
      if (instr.effect === "none") return [mixed(walk, args, span)];
      for (const one of args) use(walk, one, span);
      return [unknown(walk)];
    }
    case "newArray":
    case "arrayLit":
    case "newRecord":
      for (const one of args) use(walk, one, span);
      return [unknown(walk)];
    case "getField":
    case "load":
    case "setField":
    case "accumField":
    case "store":
    case "accum":
    case "length":
    case "setLength":
    case "push":
    case "pop":
      return walkMemory(walk, instr, args);
    case "if":
      return walkIf(walk, instr, a, frame);
    case "for":
      return walkFor(walk, instr, args, frame);
    case "while":
      return walkWhile(walk, instr, args, frame);
    case "call":
      return walkCall(walk, instr, args);
    default:
      for (const one of args) use(walk, one, span);
      return [];
  }
}

function walkOp(
  walk: Walker,
  op: string,
  args: readonly Known[],
  span: Span,
): Known {
  const [a, b] = args;
  if (op === "unwrap") return a ?? unknown(walk);
  if (op === "wrap") return { ...(a ?? unknown(walk)), present: true };
  if (op === "not" && a?.truth !== undefined)
    return { index: fresh(walk), truth: !a.truth };
  const asksForNothing =
    op === "isNil" || op === "isUndefined" || op === "isNull";
  if (asksForNothing && a?.present) return { index: fresh(walk), truth: false };
  if (op === "isNil" || op === "isUndefined" || op === "isNull")
    return a?.stale
      ? mixed(walk, [{ index: a.index, stale: a.stale }], span)
      : unknown(walk);
  const isComparison = op === "eq" || op === "ne";
  const { stale } = mixed(walk, isComparison ? args.map(asItself) : args, span);
  const index = indexOf(walk, op, a?.index, b?.index, args);
  const isNumber = op !== "select";
  return {
    index,
    ...(stale === undefined ? {} : { stale }),
    ...(isNumber ? { present: true as const } : {}),
  };
}

/** Which object the memory is never changes, and of what it holds a comparison sees nothing. */
const asItself = (one: Known): Known =>
  one.at?.steps.length === 0 ? { index: one.index } : one;

function indexOf(
  walk: Walker,
  op: string,
  a: Index | undefined,
  b: Index | undefined,
  args: readonly Known[],
): Index {
  if (a !== undefined && b !== undefined) {
    if (op === "add") return sum(a, b);
    if (op === "sub") return sum(a, b, -1);
    if (op === "mul" && isConstantIndex(b)) return scaled(a, b.constant);
    if (op === "mul" && isConstantIndex(a)) return scaled(b, a.constant);
  }
  return named(
    walk,
    `${op} ${args.map((one) => textOfIndex(one.index)).join(" ")}`,
  );
}

function constantOf(walk: Walker, value: unknown): Index {
  return typeof value === "number" && Number.isFinite(value)
    ? constantIndex(value)
    : isPoison(value)
      ? fresh(walk)
      : named(walk, `const ${String(value)}`);
}

function walkIf(
  walk: Walker,
  instr: Instr,
  condition: Known | undefined,
  frame: Frame,
): readonly Known[] {
  use(walk, condition, instr.span);
  const before = walk.written;
  const arms =
    condition?.truth === undefined
      ? instr.regions
      : instr.regions.slice(condition.truth ? 0 : 1, condition.truth ? 1 : 2);
  const ends = arms.map((region) => {
    walk.written = new Map(before);
    walkRegion(walk, region, frame);
    return {
      written: walk.written,
      threw: endsInThrow(region),
      yields: region.yields.map((one) => get(walk, frame, one)),
    };
  });
  const alive = ends.filter((one) => !one.threw);
  const [first, second] = alive;
  walk.written =
    first === undefined
      ? before
      : second === undefined
        ? first.written
        : common(first.written, second.written, walk.boundsOf);
  return instr.results.map((_, k) =>
    joined(
      walk,
      (alive.length > 0 ? alive : ends).flatMap((one) => one.yields[k] ?? []),
      instr.span,
    ),
  );
}

/** One of several values. */
export function joined(
  walk: Walker,
  parts: readonly Known[],
  span: Span,
): Known {
  const stale = parts.find((one) => one.stale !== undefined)?.stale;
  const [first] = parts;
  const texts = new Set(parts.map((one) => textOfIndex(one.index)));
  const index = texts.size === 1 && first ? first.index : fresh(walk);
  const places = new Set(
    parts.map((one) => (one.at === undefined ? "" : textOfPath(one.at))),
  );
  const rest = stale === undefined ? {} : { stale };
  if (places.size === 1)
    return { index, ...(first?.at ? { at: first.at } : {}), ...rest };
  for (const one of parts) if (one.at !== undefined) escape(walk, one.at, span);
  return { index, ...rest };
}

function walkCall(
  walk: Walker,
  instr: CallInstr,
  args: readonly Known[],
): readonly Known[] {
  const { callee, span } = instr;
  const fn = walk.funcs.get(callee);
  const touched = walk.statesOf(callee);
  const isPlain =
    args.every((one) => one.at === undefined && one.stale === undefined) &&
    touched.length === 0;
  if (fn === undefined) return [];
  if (isPlain) {
    const { kinds, sizes } = kindsWritten(walk.funcs, callee);
    for (const kind of kinds) walk.wild.add(kind);
    for (const kind of sizes) walk.changing.add(kind);
    return [];
  }
  if (walk.stack.includes(callee) || walk.stack.length > 60) {
    for (const one of args) use(walk, one, span);
    for (const state of touched) {
      walk.states.set(state.name, state);
      if (isWhole(walk, { state: state.name, steps: [] })) continue;
      complain(walk, { state: state.name, span, why: "recursion" });
    }
    return [];
  }
  walk.stack.push(callee);
  const inner: Frame = new Map();
  fn.body.params.forEach((param, k) =>
    inner.set(param, args[k] ?? unknown(walk)),
  );
  walkRegion(walk, fn.body, inner);
  walk.stack.pop();
  return fn.body.yields.map((one) => get(walk, inner, one));
}

/** Where a walk is given up: code this large has been looked through too often. */
const mostSteps = 3_000_000;

/** The code is too large to be followed. */
export class TooMuch extends Error {
  constructor() {
    super("too much code to follow module memory through");
    this.name = "TooMuch";
  }
}

import type { Span } from "../../diagnostics/span.js";
import type { Instr, Value } from "../../ir/ir.js";
import { bare, isRef } from "../../ir/types.js";
import {
  addWritten,
  covers,
  forget,
  into,
  type Path,
  shapeOf,
  type Step,
  type Written,
} from "./stateFacts.js";
import {
  constantIndex,
  type Index,
  isConstantIndex,
  sum,
  textOfIndex,
} from "./stateIndex.js";
import { isResizing, kindOf } from "./stateKinds.js";
import {
  escape,
  isChanging,
  isCovered,
  isObject,
  partAt,
  use,
} from "./statePlaces.js";
import {
  fresh,
  type Known,
  named,
  unknown,
  type Walker,
} from "./stateWalker.js";

export function readCell(
  walk: Walker,
  path: Path,
  result: Value,
  span: Span,
): Known {
  const isPlace = isRef(bare(result.ty)) && !isChanging(walk, path);
  if (isPlace) return { index: fresh(walk), at: path };
  walk.read.add(path.state);
  if (walk.hopeful > 0 || isCovered(walk, path)) return unknown(walk);
  return {
    index: fresh(walk),
    stale: { state: path.state, span, why: "read" },
  };
}

export function writeCell(
  walk: Walker,
  path: Path,
  value: Known,
  given: Value,
  span: Span,
): void {
  noteWrite(walk, path, span);
  if (isRef(bare(given.ty)) && !isChanging(walk, path))
    walk.changing.add(shapeOf(path));
  if (value.at !== undefined) escape(walk, value.at, span);
  if (value.stale !== undefined) {
    forget(walk.written, path);
    if (!walk.putBack.has(value.stale.state))
      walk.putBack.set(value.stale.state, value.stale);
  } else addWritten(walk.written, path);
}

export function wildWrite(
  walk: Walker,
  instr: Instr,
  kind: string,
  args: readonly Known[],
  span: Span,
): void {
  walk.wild.add(kind);
  if (isResizing(instr)) walk.changing.add(kind);
  for (const one of args) use(walk, one, span);
}

function noteWrite(walk: Walker, { state }: Path, span: Span): void {
  walk.writtenStates.add(state);
  if (!walk.firstWrites.has(state)) walk.firstWrites.set(state, span);
}

export function resized(walk: Walker, path: Path, span: Span): void {
  noteWrite(walk, path, span);
  walk.changing.add(shapeOf(into(path, lengthStep)));
}

/** A store behind the end makes an array longer. */
export function growing(
  walk: Walker,
  path: Path,
  index: Index,
  span: Span,
): void {
  const part = partAt(walk, path);
  if (!Array.isArray(part)) return;
  const isInside =
    isConstantIndex(index) &&
    index.constant >= 0 &&
    index.constant < part.length;
  const last = {
    kind: "range" as const,
    lo: index,
    hi: sum(index, constantIndex(1)),
  };
  const all = {
    kind: "range" as const,
    lo: constantIndex(0),
    hi: constantIndex(part.length),
  };
  const probe: Written = new Map();
  addWritten(probe, into(path, all));
  if (!isInside && !covers(probe, into(path, last), walk.boundsOf))
    resized(walk, path, span);
}

export function lengthOf(
  walk: Walker,
  instr: Instr,
  a: Known | undefined,
  span: Span,
): Known {
  const [array] = instr.args;
  if (a?.stale !== undefined) return { index: fresh(walk), stale: a.stale };
  if (a?.at !== undefined) {
    const part = partAt(walk, a.at);
    const place = into(a.at, lengthStep);
    if (!isChanging(walk, place) && isObject(part) && "length" in part)
      return { index: constantIndex(part.length as number) };
    if (isCovered(walk, place) || isCovered(walk, a.at)) return unknown(walk);
    return {
      index: fresh(walk),
      stale: { state: a.at.state, span, why: "read" },
    };
  }
  const ty = array?.ty;
  const isSteady =
    ty?.kind === "array" &&
    (ty.store !== "js" ||
      ty.fixed !== undefined ||
      !walk.changing.has(kindOf(ty)));
  const index =
    isSteady && a ? named(walk, `length ${textOfIndex(a.index)}`) : fresh(walk);
  const [atom] = index.terms.keys();
  if (atom !== undefined) {
    walk.bounds.set(atom, { lo: constantIndex(0) });
    walk.integers.add(atom);
  }
  return { index };
}

export const lengthStep: Step = { kind: "field", name: "length" };

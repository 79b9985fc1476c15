import type { Span } from "../../diagnostics/span.js";
import { lengthStep } from "./stateCells.js";
import { covers, into, type Path, shapeOf, type Step } from "./stateFacts.js";
import { constantIndex, isConstantIndex, sum } from "./stateIndex.js";
import type { Stale } from "./stateWalk.js";
import { fresh, type Known, type Walker } from "./stateWalker.js";

export function isCovered(walk: Walker, path: Path): boolean {
  return (
    walk.states.get(path.state)?.isFixed === true ||
    covers(walk.written, path, walk.boundsOf) ||
    wider(walk, path).some((one) => covers(walk.written, one, walk.boundsOf))
  );
}

export function complain(walk: Walker, stale: Stale): void {
  if (walk.silent > 0 || walk.found.has(stale.state)) return;
  walk.found.set(stale.state, walk.putBack.get(stale.state) ?? stale);
}

/** Something outside of module memory is made of the value. */
export function use(walk: Walker, known: Known | undefined, span: Span): void {
  if (known?.stale !== undefined) complain(walk, known.stale);
  if (known?.at !== undefined) escape(walk, known.at, span);
}

/** From here on a place can be reached in ways that are not followed: all of it has to be of this call. */
export function escape(walk: Walker, path: Path, span: Span): void {
  walk.escaped.add(path.state);
  if (!isWhole(walk, path))
    complain(walk, { state: path.state, span, why: "escapes" });
}

export function isWhole(walk: Walker, path: Path): boolean {
  if (isCovered(walk, path)) return true;
  const part = partAt(walk, path);
  if (!isObject(part)) return false;
  if (isChanging(walk, into(path, lengthStep))) return false;
  return partsOf(part).every((step) => {
    const inner = into(path, step);
    return isChanging(walk, inner)
      ? isCovered(walk, inner)
      : isWhole(walk, inner);
  });
}

/** All elements among which one is: what is written of them all is written of it. */
function wider(walk: Walker, path: Path): readonly Path[] {
  const at = path.steps.findIndex(
    (step) => step.kind === "at" && !isConstantIndex(step.index),
  );
  const step = path.steps[at];
  if (step?.kind !== "at") return [];
  const before = { state: path.state, steps: path.steps.slice(0, at) };
  const part = partAt(walk, before);
  const ranges: Step[] = [];
  const [term, ...others] = step.index.terms;
  const bounds =
    term && others.length === 0 ? walk.boundsOf(term[0]) : undefined;
  if (bounds?.lo && bounds.hi && term?.[1] === 1) {
    const { constant } = step.index;
    const by = constantIndex(constant);
    ranges.push({
      kind: "range",
      lo: sum(bounds.lo, by),
      hi: sum(bounds.hi, by),
    });
  }
  if (
    isObject(part) &&
    "length" in part &&
    !isChanging(walk, into(before, lengthStep))
  )
    ranges.push({
      kind: "range",
      lo: constantIndex(0),
      hi: constantIndex(part.length as number),
    });
  return ranges.flatMap((range) => {
    const steps = path.steps.map((one, k) => (k === at ? range : one));
    const one = { state: path.state, steps };
    return [one, ...wider(walk, one)];
  });
}

/** What stands at a place when the module is loaded. */
export function partAt(walk: Walker, path: Path): unknown {
  let part: unknown = walk.states.get(path.state)?.initial;
  for (const step of path.steps) {
    if (!isObject(part)) return undefined;
    part =
      step.kind === "field"
        ? (part as Record<string, unknown>)[step.name]
        : (part as ArrayLike<unknown>)[
            step.kind === "at" && isConstantIndex(step.index)
              ? step.index.constant
              : 0
          ];
  }
  return part;
}

export function isChanging(walk: Walker, path: Path): boolean {
  const shape = shapeOf(path);
  return (
    walk.changing.has(shape) ||
    walk.states.get(path.state)?.changing.has(shape) === true
  );
}

/** A value made of others: stale where one of them is. */
export function mixed(walk: Walker, args: readonly Known[], span: Span): Known {
  for (const one of args) if (one.at !== undefined) escape(walk, one.at, span);
  const stale = args.find((one) => one.stale !== undefined)?.stale;
  return { index: fresh(walk), ...(stale === undefined ? {} : { stale }) };
}

export const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null;

/** The steps to the parts of an object: all numbers of an array at once, objects one by one. */
function partsOf(part: object): readonly Step[] {
  const isList = Array.isArray(part) || ArrayBuffer.isView(part);
  if (!isList)
    return Object.keys(part).map((name) => ({ kind: "field", name }));
  const list = part as unknown as ArrayLike<unknown>;
  if (!isObject(list[0]))
    return [
      { kind: "range", lo: constantIndex(0), hi: constantIndex(list.length) },
    ];
  return Array.from(list, (_, k) => ({ kind: "at", index: constantIndex(k) }));
}

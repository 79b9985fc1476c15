import type { Span } from "../../diagnostics/span.js";
import type { Func, Instr, Value } from "../../ir/ir.js";
import type { Path, Written } from "./stateFacts.js";
import {
  atomIndex,
  type Bounds,
  constantIndex,
  type Index,
  isConstantIndex,
  textOfIndex,
} from "./stateIndex.js";
import type { Stale, State } from "./stateWalk.js";

/** What is known of a value. */
export interface Known {
  readonly index: Index;
  /** Where in module memory it points to. */
  readonly at?: Path;
  /** It is not undefined or null, whatever its type says; or it is a condition that is decided. */
  readonly present?: true;
  readonly truth?: boolean;
  /** It is, or depends on, something that an older call left. */
  readonly stale?: Stale;
}

export type Frame = Map<Value, Known>;

/** What is known while a function is walked through. */
export interface Walker {
  readonly funcs: ReadonlyMap<string, Func>;
  stateOf(instr: Instr): State | undefined;
  statesOf(callee: string): readonly State[];
  readonly changing: Set<string>;
  readonly states: Map<string, State>;
  readonly writtenStates: Set<string>;
  readonly firstWrites: Map<string, Span>;
  readonly read: Set<string>;
  readonly found: Map<string, Stale>;
  readonly bounds: Map<string, Bounds>;
  boundsOf(atom: string): Bounds | undefined;
  readonly interned: Map<string, string>;
  /** The functions that are walked through at the moment. */
  readonly stack: string[];
  readonly integers: Set<string>;
  /** The first read of what an older call left that went back into module memory. */
  readonly putBack: Map<string, Stale>;
  readonly escaped: Set<string>;
  /** Kinds of memory that are written through references which are not followed. */
  readonly wild: Set<string>;
  atoms: number;
  steps: number;
  silent: number;
  hopeful: number;
  written: Written;
}

export function newWalker(
  entry: Func,
  {
    funcs,
    stateOf,
    statesOf,
    changing,
  }: Pick<Walker, "funcs" | "stateOf" | "statesOf" | "changing">,
): Walker {
  const bounds = new Map<string, Bounds>();
  return {
    funcs,
    stateOf,
    statesOf,
    changing,
    states: new Map(),
    writtenStates: new Set(),
    firstWrites: new Map(),
    read: new Set(),
    found: new Map(),
    bounds,
    boundsOf: (atom) => bounds.get(atom),
    interned: new Map(),
    stack: [entry.name],
    integers: new Set(),
    putBack: new Map(),
    escaped: new Set(),
    wild: new Set(),
    atoms: 0,
    steps: 0,
    silent: 0,
    hopeful: 0,
    written: new Map(),
  };
}

export function fresh(walk: Walker): Index {
  return atomIndex(`#${walk.atoms++}`);
}

export function unknown(walk: Walker): Known {
  return { index: fresh(walk) };
}

export function named(walk: Walker, text: string): Index {
  const atom = walk.interned.get(text) ?? `#${walk.atoms++}`;
  walk.interned.set(text, atom);
  return atomIndex(atom);
}

export function rounded(
  walk: Walker,
  how: "floor" | "ceil",
  index: Index,
): Index {
  return isConstantIndex(index)
    ? constantIndex(Math[how](index.constant))
    : [...index.terms].every(
          ([one, k]) => walk.integers.has(one) && k % 1 === 0,
        )
      ? index
      : named(walk, `${how} ${textOfIndex(index)}`);
}

/** A number that is a parameter or a field is there; only an element of an array may not be. */
export const there = (value: Value, known: Known): Known =>
  value.ty.kind === "num" || value.ty.kind === "bool"
    ? { ...known, present: true }
    : known;

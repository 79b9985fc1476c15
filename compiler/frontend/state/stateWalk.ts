import type { Span } from "../../diagnostics/span.js";
import type { Func, Instr } from "../../ir/ir.js";
import type { Ty } from "../../ir/types.js";
import { TooMuch, walkRegion } from "./stateInstructions.js";
import { kindsIn } from "./stateKinds.js";
import { use } from "./statePlaces.js";
import {
  type Frame,
  newWalker,
  there,
  unknown,
  type Walker,
} from "./stateWalker.js";

/** Memory of a module that functions write into. */
export interface State {
  readonly name: string;
  readonly ty: Ty;
  /** What it is when the module is loaded: its shape is that for good. */
  readonly initial: unknown;
  /** Nothing writes into it: it may be read at any time. */
  readonly isFixed: boolean;
  /** Places whose reference is changed somewhere, and arrays that get longer or shorter. */
  readonly changing: ReadonlySet<string>;
}

/** A read that may see what an older call left. */
export interface Stale {
  readonly state: string;
  readonly span: Span;
  readonly why: "read" | "escapes" | "recursion" | "same" | "size";
}

export interface Walk {
  /** The states that a call of the function writes into. */
  readonly written: ReadonlySet<string>;
  /** Where the states are first written that nothing reads in the call. */
  readonly onlyWritten: ReadonlyMap<string, Span>;
  /** The first stale read of each state that has one and matters. */
  readonly stale: ReadonlyMap<string, Stale>;
}

/**
 * Proves that what a function reads from module memory was written before in the same call, so that the memory may as
 * well be made anew for each call. Walks the function in the order in which it runs, through the helpers that it
 * calls, and keeps the places that are written on every way. What an older call may have left is followed: it may be
 * put back into module memory (a counter), and goes nowhere else.
 */
export function walkStates(
  entry: Func,
  funcs: ReadonlyMap<string, Func>,
  stateOf: (instr: Instr) => State | undefined,
  statesOf: (callee: string) => readonly State[],
): Walk {
  const changing = new Set<string>();
  // a place that turns out to change is one to be written before it is read: from the start
  for (;;) {
    const before = changing.size;
    try {
      const walker = newWalker(entry, { funcs, stateOf, statesOf, changing });
      const walk = walkOnce(entry, walker);
      if (changing.size === before) return walk;
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error;
      const { span } = entry;
      const all = statesOf(entry.name).map(({ name }) => name);
      return {
        written: new Set(all),
        onlyWritten: new Map(),
        stale: new Map(
          all.map((state) => [state, { state, span, why: "size" }]),
        ),
      };
    }
  }
}

function walkOnce(entry: Func, walk: Walker): Walk {
  const frame: Frame = new Map();
  for (const param of entry.body.params)
    frame.set(param, there(param, unknown(walk)));
  walkRegion(walk, entry.body, frame);
  for (const result of entry.body.yields)
    use(walk, frame.get(result), entry.span);
  for (const name of walk.escaped) {
    const kinds = kindsIn(walk.states.get(name)?.ty);
    if (kinds.some((one) => walk.wild.has(one))) walk.writtenStates.add(name);
  }
  for (const name of [...walk.read, ...walk.escaped])
    walk.firstWrites.delete(name);
  return {
    written: walk.writtenStates,
    onlyWritten: walk.firstWrites,
    stale: walk.found,
  };
}

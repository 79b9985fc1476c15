import type { Func, Instr, Region, Value } from "../ir/ir.js";
import type { Program } from "../ir/program.js";
import { eachInstr } from "../ir/visit.js";

/** Values as one call of a function sees them, and where they come from. */

/** Where a value comes from. */
export type Origin =
  | {
      readonly kind: "made";
      readonly instr: Instr;
      readonly slot: number;
      readonly region: Region;
      readonly index: number;
    }
  /** What a loop carries from one iteration to the next. */
  | { readonly kind: "carried"; readonly loop: Instr; readonly slot: number }
  | { readonly kind: "parameter"; readonly place: number }
  | { readonly kind: "counter" };

/** A function as one call sees it; without `args` nothing is known of its parameters. */
export interface Frame {
  readonly fn: Func;
  readonly origins: ReadonlyMap<Value, Origin>;
  readonly args?: readonly Seen[];
  readonly depth: number;
  readonly calls: Map<Instr, Frame>;
}

export interface Seen {
  readonly value: Value;
  readonly frame: Frame;
}

/** How many calls are followed. */
export const deepest = 8;

const mostFrames = 32;

interface Caller {
  readonly caller: Func;
  readonly call: Instr;
}

function callersIn({ funcs }: Program): ReadonlyMap<string, readonly Caller[]> {
  const found = new Map<string, Caller[]>();
  for (const caller of funcs.values())
    eachInstr(caller.body, (call) => {
      if (call.kind !== "call") return;
      const all = found.get(call.callee) ?? [];
      found.set(call.callee, all);
      all.push({ caller, call });
    });
  return found;
}

export class Frames {
  private readonly program: Program;
  private readonly origins = new Map<Func, ReadonlyMap<Value, Origin>>();
  private callers: ReadonlyMap<string, readonly Caller[]> | undefined;

  constructor(program: Program) {
    this.program = program;
  }

  frameOf(fn: Func, args?: readonly Seen[], depth = 0): Frame {
    const origins = this.origins.get(fn) ?? originsIn(fn);
    this.origins.set(fn, origins);
    return {
      fn,
      origins,
      ...(args === undefined ? {} : { args }),
      depth,
      calls: new Map(),
    };
  }

  /**
   * The function as each of its calls sees it, and once more with nothing known of its parameters where others call it,
   * or too many do.
   */
  framesOf(fn: Func, above: readonly Func[] = []): readonly Frame[] {
    const isOpen = this.program.entries.some(({ func }) => func === fn.name);
    this.callers ??= callersIn(this.program);
    const callers = this.callers.get(fn.name) ?? [];
    const open = [this.frameOf(fn)];
    if (isOpen || callers.length === 0 || above.includes(fn)) return open;
    const frames = callers.flatMap(({ caller, call }) =>
      this.framesOf(caller, [...above, fn]).map((frame) =>
        this.called(call, frame),
      ),
    );
    const known = frames.filter((one) => one !== undefined);
    return known.length === frames.length && known.length <= mostFrames
      ? known
      : open;
  }

  /** The function that is called, with what it is given. */
  called(instr: Instr, frame: Frame): Frame | undefined {
    const known = frame.calls.get(instr);
    if (known !== undefined) return known;
    const fn =
      instr.kind === "call" ? this.program.funcs.get(instr.callee) : undefined;
    if (fn === undefined || frame.depth === deepest) return undefined;
    const args = instr.args.map((value): Seen => ({ value, frame }));
    const made = this.frameOf(fn, args, frame.depth + 1);
    frame.calls.set(instr, made);
    return made;
  }
}

/** A parameter is what the call passes. */
export function resolved(given: Seen): Seen {
  const origin = given.frame.origins.get(given.value);
  const arg =
    origin?.kind === "parameter" ? given.frame.args?.[origin.place] : undefined;
  return arg === undefined ? given : resolved(arg);
}

function originsIn(fn: Func): ReadonlyMap<Value, Origin> {
  const origins = new Map<Value, Origin>();
  fn.body.params.forEach((param, place) =>
    origins.set(param, { kind: "parameter", place }),
  );
  const walk = (region: Region): void =>
    region.body.forEach((instr, index) => {
      instr.results.forEach((result, slot) =>
        origins.set(result, { kind: "made", instr, slot, region, index }),
      );
      for (const inner of instr.regions) {
        const counters = instr.kind === "for" ? 1 : 0;
        inner.params.forEach((param, k) =>
          origins.set(
            param,
            k < counters
              ? { kind: "counter" }
              : { kind: "carried", loop: instr, slot: k - counters },
          ),
        );
        walk(inner);
      }
    });
  walk(fn.body);
  return origins;
}

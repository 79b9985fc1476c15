import { noSpan, type Span } from "../diagnostics/span.js";
import type { Func, Instr, Region, Value, ValueId } from "./ir.js";
import type { OpName } from "./ops.js";
import { isPredicate } from "./ops.js";
import { bool, num, str, type Ty } from "./types.js";
import { perFunc } from "./perFunc.js";
import { eachInstr } from "./visit.js";

/** Hands out values that no other value of the function shares its id with. One for each Func that is built. */
export interface Ids {
  fresh(ty: Ty, hint?: string): Value;
}

export function newIds(firstFree = 0): Ids {
  let next = firstFree;
  return {
    fresh: (ty, hint) => ({
      id: next++ as ValueId,
      ty,
      ...(hint === undefined ? {} : { hint }),
    }),
  };
}

/** Ids beyond those that a function uses, to add instructions to it. */
export const idsAfter = (fn: Func): Ids => newIds(lastId(fn) + 1);

const lastId = perFunc((fn) => {
  let last = -1;
  const see = (values: readonly Value[]): void => {
    for (const value of values) if (value.id > last) last = value.id;
  };
  see(fn.body.params);
  eachInstr(fn.body, (instr) => {
    see(instr.results);
    for (const region of instr.regions) see(region.params);
  });
  return last;
});

type NoRegions = { args: readonly Value[]; span?: Span };

/**
 * Collects the instructions of one region. The instruction order is the order of the calls.
 * Nested regions are built with a builder of their own (`child`) and handed to `emit`.
 */
export class RegionBuilder {
  readonly ids: Ids;
  readonly body: Instr[] = [];
  /** The span that new instructions get where none is given. */
  span: Span;

  constructor(ids: Ids, span: Span = noSpan) {
    this.ids = ids;
    this.span = span;
  }

  child(): RegionBuilder {
    return new RegionBuilder(this.ids, this.span);
  }

  finish(params: readonly Value[], yields: readonly Value[]): Region {
    return { params, body: this.body, yields };
  }

  emit(instr: Instr): readonly Value[] {
    this.body.push(instr);
    return instr.results;
  }

  constant(
    value: number | boolean | string | undefined | null,
    ty?: Ty,
  ): Value {
    const result = this.ids.fresh(ty ?? typeOfConstant(value));
    this.emit({ kind: "const", value, ...this.plain([], [result]) });
    return result;
  }

  poison(ty: Ty): Value {
    const result = this.ids.fresh(ty);
    this.emit({
      kind: "const",
      value: { poison: true },
      ...this.plain([], [result]),
    });
    return result;
  }

  op(
    op: OpName,
    args: readonly Value[],
    options: { ty?: Ty; hint?: string; span?: Span } = {},
  ): Value {
    const ty = options.ty ?? (isPredicate(op) ? bool : num);
    const result = this.ids.fresh(ty, options.hint);
    this.emit({ kind: "op", op, ...this.plain(args, [result], options.span) });
    return result;
  }

  /** Fields that every instruction without regions has. */
  plain(
    args: readonly Value[],
    results: readonly Value[],
    span?: Span,
  ): NoRegions & {
    results: readonly Value[];
    regions: readonly Region[];
    span: Span;
  } {
    return { args, results, regions: [], span: span ?? this.span };
  }
}

function typeOfConstant(value: unknown): Ty {
  if (typeof value === "boolean") return bool;
  if (typeof value === "string") return str;
  return num;
}

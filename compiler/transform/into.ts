import type { Activity } from "../analysis/activity.js";
import { newIds, RegionBuilder } from "../ir/builder.js";
import type { Func, Value } from "../ir/ir.js";
import { num, type RecordTy, type Ty } from "../ir/types.js";
import type { Environment } from "./environment.js";
import { howKept } from "./callersOwn.js";
import {
  gradientRecordTy,
  isFlat,
  newRecord,
  type Reported,
  reportedParams,
  reportedTy,
} from "./gradients.js";
import { derivedFunc, reverseEntry } from "./reverse.js";
import type { Entry } from "../ir/program.js";

/**
 * `fValueAndGrad(...args)` and `fValueAndGradInto(...args, out)`, which leaves the gradient in a record of the caller's.
 * One of them holds the work: the second where arrays of the caller's can be used as they are, else the first.
 */
export function gradEntries(
  environment: Environment,
  activity: Activity,
  entry: Entry,
  name: string,
): { full: Func; into: Func } {
  const reported = reportedParams(activity.fn.params, entry.wrt);
  const kept = new Map(reported.map((one) => [one, howKept(activity, one)]));
  if ([...kept.values()].some((how) => how !== "replaced")) {
    const into = reverseEntry(
      environment,
      activity,
      entry,
      `${name}Into`,
      "grad",
      "into",
    );
    const canAllocate = reported.every(
      (one) =>
        kept.get(one) !== "replaced" || one.param.value.ty.kind === "num",
    );
    if (canAllocate)
      return {
        full: allocating(name, activity.fn, into, reported),
        into,
      };
    return {
      full: reverseEntry(environment, activity, entry, name, "grad"),
      into,
    };
  }
  const full = reverseEntry(environment, activity, entry, name, "grad");
  return {
    full,
    into: copying(`${name}Into`, activity.fn, full, gradientRecordTy(reported)),
  };
}

/** Makes the record and its flat arrays, and has them filled; nested arrays are made there, instead of empty ones. */
function allocating(
  name: string,
  fn: Func,
  into: Func,
  reported: readonly Reported[],
): Func {
  const args = into.body.params.slice(0, -1);
  const out = new RegionBuilder(idsFor(into), fn.span);
  const parts = reported.map((one) => {
    const key = one.param.name;
    const partTy = reportedTy(one);
    if (!isFlat(one)) return [key, emptyOf(partTy, out)] as const;
    const like = args[fn.params.indexOf(one.param)]!;
    const length = emitted(out, "length", [like], num);
    const zeros = out.ids.fresh(partTy);
    out.emit({ kind: "newArray", ...out.plain([length], [zeros]) });
    return [key, zeros] as const;
  });
  const grad = newRecord(out, parts, "grad");
  const value = out.ids.fresh(num, "value");
  out.emit({
    kind: "call",
    callee: into.name,
    ...out.plain([...args, grad], [value]),
  });
  const both = newRecord(out, [
    ["value", value],
    ["grad", grad],
  ]);
  const params = fn.params.map((param, i) => {
    const { effective: _effective, seenAs: _seenAs, ...rest } = param;
    return { ...rest, value: args[i]! };
  });
  return derivedFunc(name, fn, params, undefined, out.finish([], [both]));
}

/** The least value of a type. */
function emptyOf(ty: Ty, out: RegionBuilder): Value {
  const isMemory =
    ty.kind === "record" || ty.kind === "array" || ty.kind === "table";
  if (!isMemory) return out.constant(0);
  const result = out.ids.fresh(ty);
  if (ty.kind === "table")
    out.emit({ kind: "newTable", names: [], ...out.plain([], [result]) });
  if (ty.kind === "record") {
    const parts = ty.fields.map((field) => emptyOf(field.ty, out));
    out.emit({ kind: "newRecord", ...out.plain(parts, [result]) });
  }
  if (ty.kind !== "array") return result;
  if (ty.store === "js") {
    const parts = Array.from({ length: ty.fixed ?? 0 }, () =>
      emptyOf(ty.elem, out),
    );
    out.emit({ kind: "arrayLit", ...out.plain(parts, [result]) });
  } else
    out.emit({
      kind: "newArray",
      ...out.plain([out.constant(0)], [result]),
    });
  return result;
}

/** Computes the gradient and puts it into the record of the caller. */
function copying(name: string, fn: Func, full: Func, ty: RecordTy): Func {
  const out = new RegionBuilder(idsFor(full), fn.span);
  const target = out.ids.fresh(ty, "out");
  const [record] = full.body.yields as [Value];
  const both = out.ids.fresh(record.ty);
  out.emit({
    kind: "call",
    callee: full.name,
    ...out.plain(full.body.params, [both]),
  });
  const grad = field(out, both, "grad");
  for (const { name: key, optional } of ty.fields) {
    const part = field(out, grad, key);
    out.emit({
      kind: "setField",
      field: key,
      ...(optional === true ? { mayGo: true } : {}),
      ...out.plain([target, part], []),
    });
  }
  // Handed on as they are.
  const params = full.params.map(({ seenAs: _, ...param }) => param);
  return derivedFunc(
    name,
    fn,
    params,
    target,
    out.finish([], [field(out, both, "value")]),
  );
}

function field(out: RegionBuilder, owner: Value, key: string): Value {
  const ty =
    owner.ty.kind === "record"
      ? owner.ty.fields.find((one) => one.name === key)!.ty
      : num;
  const result = out.ids.fresh(ty, key);
  out.emit({ kind: "getField", field: key, ...out.plain([owner], [result]) });
  return result;
}

function emitted(
  out: RegionBuilder,
  kind: "length",
  args: readonly Value[],
  ty: Ty,
): Value {
  const result = out.ids.fresh(ty);
  out.emit({ kind, ...out.plain(args, [result]) });
  return result;
}

const idsFor = (fn: Func): ReturnType<typeof newIds> =>
  newIds(Math.max(0, ...fn.body.params.map((param) => param.id)) + 1);

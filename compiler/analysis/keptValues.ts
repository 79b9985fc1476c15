import type { Instr, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import {
  deepest,
  type Frame,
  type Frames,
  resolved,
  type Seen,
} from "./frames.js";

/** A field of one object, or all cells of one array. */
export interface Place {
  readonly base: Seen;
  readonly field: string | undefined;
}

/** What a `load` or `getField` reads. */
export const placeOf = (instr: Instr, frame: Frame): Place => ({
  base: resolved({ value: instr.args[0] as Value, frame }),
  field: instr.kind === "getField" ? instr.field : undefined,
});

export const isSamePlace = (a: Place, b: Place): boolean =>
  a.field === b.field &&
  a.base.value === b.base.value &&
  a.base.frame === b.base.frame;

/**
 * All that is ever put into a place of an array or object that is made here, or by a function that is called for it, and
 * by those that it is handed to; undefined where others may write into it.
 */
export function keptAt(
  { base, field }: Place,
  frames: Frames,
): Seen[] | undefined {
  const found: Seen[] = [];
  let maker = base;
  for (let calls = 0; ; calls++) {
    if (!collect(maker, field, frames, found)) return undefined;
    const inner = givenBack(maker, frames);
    if (inner === undefined || calls === deepest) break;
    maker = inner;
  }
  const origin = maker.frame.origins.get(maker.value);
  if (origin?.kind !== "made" || found.length > most) return undefined;
  const first = putWhenMade(origin.instr, field);
  const { frame } = maker;
  return first && [...first.map((value) => ({ value, frame })), ...found];
}

/** The same memory in the function that made it, where a call gave it. */
function givenBack({ value, frame }: Seen, frames: Frames): Seen | undefined {
  const origin = frame.origins.get(value);
  if (origin?.kind !== "made" || origin.instr.kind !== "call") return undefined;
  const callee = frames.called(origin.instr, frame);
  const inner = callee?.fn.body.yields[origin.slot];
  return callee && inner && resolved({ value: inner, frame: callee });
}

/** Values that are looked at for a place. */
const most = 64;

function putWhenMade(
  { kind, args, results }: Instr,
  field: string | undefined,
): readonly Value[] | undefined {
  if (kind === "arrayLit" && field === undefined) return args;
  // without a value its cells are 0
  if (kind === "newArray" && field === undefined) return args.slice(1);
  const ty = results[0]?.ty;
  if (kind !== "newRecord" || ty?.kind !== "record") return undefined;
  const at = ty.fields.findIndex((one) => one.name === field);
  return at < 0 ? undefined : args.slice(at, at + 1);
}

/** Adds what is put into the place where a function sees the memory under a name; false where it gets out of sight. */
function collect(
  { value, frame }: Seen,
  field: string | undefined,
  frames: Frames,
  found: Seen[],
): boolean {
  let isOurs = true;
  eachInstr(frame.fn.body, (instr) => {
    if (instr.regions.some(({ yields }) => yields.includes(value)))
      isOurs = false;
    if (!isOurs || !instr.args.includes(value)) return;
    const [base, ...others] = instr.args;
    const put = others.at(-1);
    switch (instr.kind) {
      case "load":
      case "getField":
      case "length":
      case "slice":
      case "pop":
        return;
      case "store":
      case "setField": {
        isOurs = base === value && put !== value;
        const isThere = instr.kind === "store" || instr.field === field;
        if (isThere && put !== undefined) found.push({ value: put, frame });
        return;
      }
      case "push":
        isOurs = base === value && others[0] !== value;
        if (others[0] !== undefined) found.push({ value: others[0], frame });
        return;
      case "call":
        isOurs = inCall(instr, { value, frame }, field, frames, found);
        return;
      default:
        isOurs = false;
    }
  });
  return isOurs;
}

/** The same in a function that it is handed to, and of what that gives back where it is the same memory. */
function inCall(
  call: Instr,
  { value, frame }: Seen,
  field: string | undefined,
  frames: Frames,
  found: Seen[],
): boolean {
  const callee = frames.called(call, frame);
  if (callee === undefined) return false;
  const { params, yields } = callee.fn.body;
  return call.args.every((arg, k) => {
    const own = params[k];
    if (arg !== value) return true;
    if (own === undefined) return false;
    const inside = { value: own, frame: callee };
    return (
      collect(inside, field, frames, found) &&
      yields.every((one, slot) => {
        const again = call.results[slot];
        if (one !== own || again === undefined) return true;
        return collect({ value: again, frame }, field, frames, found);
      })
    );
  });
}

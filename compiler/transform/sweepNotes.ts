import { isRepeatable } from "../analysis/tapePlan.js";
import type { Span } from "../diagnostics/span.js";
import type { Func, Instr, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import type { SweepState } from "./sweepState.js";

/** How the backward sweep of a function finds the values that it reads, and why so; for people. */
export interface SweepNotes {
  readonly saved: readonly SweepNote[];
  readonly recomputed: readonly SweepNote[];
  /** Loops that are differentiated an iteration at a time, which saves nothing. */
  readonly fused: readonly Span[];
}

export interface SweepNote {
  /** The user's name for the value; without one, its span tells what it is. */
  readonly name: string | undefined;
  readonly span: Span;
  readonly why: string;
}

export function notesOf(state: SweepState): SweepNotes {
  const spans = spansOf(state.activity.fn);
  const extras = extraNotes(state);
  const describe = (value: Value): SweepNote => {
    const extra = extras.get(value);
    if (extra !== undefined) return extra;
    const primal = state.log.savedTwins.get(value);
    const name = nameOf(primal ?? value, state);
    const span = spans.get(primal ?? value) ?? state.activity.fn.span;
    if (primal !== undefined)
      return { name, span, why: "its adjoints are in memory made here" };
    const reader = readBy(state.log.readers.get(value));
    return { name, span, why: `${reader}, ${whySaved(state, value)}` };
  };
  const saved = [...state.frames.values()].flatMap((frame) =>
    frame.kind === "direct"
      ? []
      : [...frame.saved.keys()].map(describe).map((note) => ({
          ...note,
          why: frame.kind === "tape" ? note.why : `${note.why} (in a variable)`,
        })),
  );
  const recomputed = [...state.log.repeated].flatMap((value) => {
    const instr = state.positions.definition(value)!;
    const why = whyRepeated(instr);
    return why === undefined
      ? []
      : [{ name: nameOf(value, state), span: instr.span, why }];
  });
  const fused = [...state.fusedLoops.keys()].map(({ span }) => span);
  return { saved, recomputed, fused };
}

/** What is read of something with a name is called after it. */
function nameOf(value: Value, { positions }: SweepState): string | undefined {
  if (value.hint !== undefined) return value.hint;
  const instr = positions.definition(value);
  const owner = instr?.args[0]?.hint;
  if (instr === undefined || owner === undefined) return undefined;
  const index = instr.args[1]?.hint ?? "...";
  if (instr.kind === "load") return `${owner}[${index}]`;
  if (instr.kind === "length") return `${owner}.length`;
  return instr.kind === "getField" ? `${owner}.${instr.field}` : undefined;
}

function spansOf(fn: Func): Map<Value, Span> {
  const spans = new Map(fn.params.map(({ value, span }) => [value, span]));
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) spans.set(result, instr.span);
    for (const { params } of instr.regions)
      for (const param of params) spans.set(param, instr.span);
  });
  return spans;
}

/** What instructions replace, and how often loops run: not values of the primal. */
function extraNotes(state: SweepState): Map<Value, SweepNote> {
  const notes = new Map<Value, SweepNote>();
  for (const [instr, { old, oldTwin, length, trips }] of state.extras) {
    const { span } = instr;
    const add = (value: Value | undefined, name: string, why: string): void => {
      if (value !== undefined) notes.set(value, { name, span, why });
    };
    const owner = instr.args[0]?.hint ?? "the memory";
    const putBack =
      "overwritten here, and put back for what the backward sweep reads";
    add(old, `${owner} before`, putBack);
    add(oldTwin, `adjoint of ${owner} before`, putBack);
    add(length, `${owner}.length`, "grows here, and is set back");
    add(trips, "trips", "only known when the loop has ended");
  }
  return notes;
}

function readBy(reader: Instr | undefined): string {
  switch (reader?.kind) {
    case "op":
      return `read by the derivative of ${reader.op}`;
    case "if":
      return "says which arm ran";
    case "for":
    case "while":
      return "a bound of the mirrored loop";
    case "load":
    case "getField":
      return "says where a load came from";
    case "store":
    case "setField":
      return "says where a store went";
    case "call":
      return `read by the derivative of ${reader.callee}`;
    default:
      return "read by the backward sweep";
  }
}

function whySaved(state: SweepState, value: Value): string {
  const instr = state.positions.definition(value);
  switch (instr?.kind) {
    case undefined:
      return state.activity.fn.body.params.includes(value)
        ? "passed by the caller"
        : "carried from one iteration to the next";
    case "op":
      return isRepeatable(instr, state.reload)
        ? "less to save than what it is computed from"
        : "costs more than a load";
    case "load":
    case "getField":
    case "length":
    case "has":
      return state.reload.canRepeat(instr)
        ? "less to save than its place"
        : "the memory is written later";
    case "if":
      return "the result of a branch";
    case "for":
    case "while":
      return "the result of a loop";
    case "call":
      return `the result of ${instr.callee}`;
    default:
      return "made once";
  }
}

/** Undefined: not worth a word. */
function whyRepeated(instr: Instr): string | undefined {
  switch (instr.kind) {
    case "load":
    case "getField":
    case "length":
    case "has":
      return "loaded again, the memory is as it was";
    case "op":
      return "computed again, costs less than saving it";
    default:
      return undefined;
  }
}

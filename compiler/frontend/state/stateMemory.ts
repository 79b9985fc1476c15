import type { Instr } from "../../ir/ir.js";
import {
  growing,
  lengthOf,
  readCell,
  resized,
  wildWrite,
  writeCell,
} from "./stateCells.js";
import { addWhole, into, type Step } from "./stateFacts.js";
import { textOfIndex } from "./stateIndex.js";
import { kindOf } from "./stateKinds.js";
import { complain, isCovered, mixed, use } from "./statePlaces.js";
import {
  fresh,
  there,
  unknown,
  type Known,
  type Walker,
} from "./stateWalker.js";

type MemoryInstr = Extract<
  Instr,
  {
    kind:
      | "getField"
      | "load"
      | "setField"
      | "accumField"
      | "store"
      | "accum"
      | "length"
      | "setLength"
      | "push"
      | "pop";
  }
>;

/** Reads and writes of arrays and records: in module memory the places that they touch are kept. */
export function walkMemory(
  walk: Walker,
  instr: MemoryInstr,
  args: readonly Known[],
): readonly Known[] {
  const [a, b, c] = args;
  const [result] = instr.results;
  const { span } = instr;
  switch (instr.kind) {
    case "getField":
      if (result === undefined) return [];
      if (a?.at !== undefined) {
        const step: Step = { kind: "field", name: instr.field };
        return [there(result, readCell(walk, into(a.at, step), result, span))];
      }
      return [there(result, mixed(walk, args, span))];
    case "load":
      if (b?.stale !== undefined) complain(walk, b.stale);
      if (a?.at !== undefined && b !== undefined && result !== undefined) {
        const step: Step = { kind: "at", index: b.index };
        return [readCell(walk, into(a.at, step), result, span)];
      }
      return [mixed(walk, args, span)];
    case "setField":
    case "accumField":
      if (a?.at !== undefined && b !== undefined) {
        const step: Step = { kind: "field", name: instr.field };
        writeCell(walk, into(a.at, step), b, instr.args[1]!, span);
      } else wildWrite(walk, instr, `.${instr.field}`, args, span);
      return [];
    case "store":
    case "accum":
      if (b?.stale !== undefined) complain(walk, b.stale);
      if (a?.at !== undefined && b !== undefined && c !== undefined) {
        growing(walk, a.at, b.index, span);
        const step: Step = { kind: "at", index: b.index };
        writeCell(walk, into(a.at, step), c, instr.args[2]!, span);
      } else wildWrite(walk, instr, kindOf(instr.args[0]?.ty), args, span);
      return [];
    case "length":
      return [lengthOf(walk, instr, a, span)];
    case "setLength":
      if (b?.stale !== undefined) complain(walk, b.stale);
      if (a?.at === undefined) walk.changing.add(kindOf(instr.args[0]?.ty));
      else {
        resized(walk, a.at, span);
        if (b !== undefined && textOfIndex(b.index) === "0")
          addWhole(walk.written, a.at);
      }
      return [];
    case "push":
      if (a?.at === undefined)
        wildWrite(walk, instr, kindOf(instr.args[0]?.ty), args, span);
      else {
        resized(walk, a.at, span);
        // what is there already is an older call's
        const { state } = a.at;
        if (!isCovered(walk, a.at) && !walk.putBack.has(state))
          walk.putBack.set(state, { state, span, why: "read" });
        // no element of its own is known: it has to be good as it is
        use(walk, b, span);
      }
      return [];
    case "pop":
      if (a?.at === undefined) {
        walk.changing.add(kindOf(instr.args[0]?.ty));
        return [mixed(walk, args, span)];
      }
      resized(walk, a.at, span);
      walk.read.add(a.at.state);
      return isCovered(walk, a.at)
        ? [unknown(walk)]
        : [
            {
              index: fresh(walk),
              stale: { state: a.at.state, span, why: "read" },
            },
          ];
  }
}

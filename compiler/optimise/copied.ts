import type { Ids } from "../ir/builder.js";
import type { Instr, Region, Value } from "../ir/ir.js";
import { withParts } from "../ir/visit.js";

/** A body for another place, with values of its own; `now` says what stands for what comes from outside. */
export function copiedBody(
  body: Region,
  now: Map<Value, Value>,
  ids: Ids,
): Region {
  const none = (): undefined => undefined;
  const copies = body.body.map((instr) => copied(instr, now, none, ids));
  const yields = body.yields.map((value) => now.get(value) ?? value);
  return { params: [], body: copies, yields };
}

/** The instruction with values of its own; a copy of a whole array of known cells is made of these. */
export function copied(
  instr: Instr,
  now: Map<Value, Value>,
  cellsOfCopy: (instr: Instr) => readonly Value[] | undefined,
  ids: Ids,
): Instr {
  const define = (value: Value): Value => {
    const made = ids.fresh(value.ty, value.hint);
    now.set(value, made);
    return made;
  };
  const known = cellsOfCopy(instr);
  if (known !== undefined) {
    const results = instr.results.map(define);
    return {
      kind: "arrayLit",
      args: known,
      results,
      regions: [],
      span: instr.span,
    };
  }
  const args = instr.args.map((arg) => now.get(arg) ?? arg);
  const regions = instr.regions.map((region): Region => {
    const params = region.params.map(define);
    const body = region.body.map((one) => copied(one, now, cellsOfCopy, ids));
    const yields = region.yields.map((value) => now.get(value) ?? value);
    return { params, body, yields };
  });
  const results = instr.results.map(define);
  return withParts(instr, { args, regions, results });
}

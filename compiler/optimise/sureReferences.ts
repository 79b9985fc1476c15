import type { Func, Instr, Value } from "../ir/ir.js";
import { perFunc } from "../ir/perFunc.js";
import { isRef } from "../ir/types.js";
import { carriedBy, eachInstr } from "../ir/visit.js";

/**
 * References that are surely there, of which a load does not throw: an element of an array of arrays may be missing. What
 * a loop or a branch hands on, or what comes back from the tape, is there where all that it may be is there.
 */
export const sureReferences = perFunc((fn: Func): ReadonlySet<Value> => {
  const sure = new Set(
    fn.body.params.filter((param) => param.ty.kind !== "maybe"),
  );
  const sources = new Map<Value, Value[]>();
  const comesFrom = (value: Value | undefined, source: Value | undefined) => {
    if (value === undefined || source === undefined || !isRef(value.ty)) return;
    sources.set(value, [...(sources.get(value) ?? []), source]);
  };
  const saved = new Map<string, Value[]>();
  const popped: [Value, string][] = [];
  eachInstr(fn.body, (instr) => {
    const isThere =
      allocating.has(instr.kind) ||
      (instr.kind === "load" && instr.inBounds) ||
      (instr.kind === "getField" && sure.has(instr.args[0]!));
    if (isThere)
      for (const result of instr.results)
        if (allocating.has(instr.kind) || result.ty.kind !== "maybe")
          sure.add(result);
    handedOn(instr, comesFrom);
    if (instr.kind === "tapePush" && instr.frame !== undefined)
      for (const [place, value] of instr.args.slice(1).entries()) {
        const key = `${instr.frame} ${place}`;
        saved.set(key, [...(saved.get(key) ?? []), value]);
      }
    if (instr.kind === "tapePop" && instr.frame !== undefined)
      for (const [place, value] of instr.results.entries())
        if (isRef(value.ty)) popped.push([value, `${instr.frame} ${place}`]);
  });
  for (const [value, key] of popped)
    for (const source of saved.get(key) ?? []) comesFrom(value, source);
  // All of these are taken to be there, until one of their sources is not.
  for (const value of sources.keys())
    if (value.ty.kind !== "maybe") sure.add(value);
  for (let isStable = false; !isStable;) {
    isStable = true;
    for (const [value, all] of sources) {
      if (!sure.has(value) || all.every((source) => sure.has(source))) continue;
      sure.delete(value);
      isStable = false;
    }
  }
  return sure;
});

/** What the parameters and results of regions may be. */
function handedOn(
  instr: Instr,
  comesFrom: (value: Value | undefined, source: Value | undefined) => void,
): void {
  if (instr.kind === "if")
    instr.results.forEach((result, k) => {
      for (const { yields } of instr.regions) comesFrom(result, yields[k]);
    });
  if (instr.kind !== "for" && instr.kind !== "while") return;
  const { inits, params, nexts } = carriedBy(instr);
  params.forEach((param, k) => {
    comesFrom(param, inits[k]);
    comesFrom(param, nexts[k]);
    comesFrom(instr.results[k], param);
    comesFrom(instr.results[k], nexts[k]);
  });
}

const allocating: ReadonlySet<Instr["kind"]> = new Set<Instr["kind"]>([
  "newArray",
  "arrayLit",
  "newTable",
  "newRecord",
  "slice",
  "subarray",
  "struct",
]);

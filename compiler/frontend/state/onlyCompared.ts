import type { Func, Instr, Value } from "../../ir/ir.js";
import { bare, someTy, type Ty } from "../../ir/types.js";
import { eachInstr, useCounts } from "../../ir/visit.js";

/**
 * Is memory of the module only asked for where it is compared: `dest !== scratch`? What it holds is not looked at, and
 * where nothing comes from outside that could be that object, one which is made anew answers the same.
 */
export function isOnlyCompared(
  entry: Func,
  funcs: ReadonlyMap<string, Func>,
  ty: Ty,
  isIt: (instr: Instr) => boolean,
): boolean {
  const mayBeIt = (given: Ty): boolean =>
    someTy(given, (one) => mayBeOne(one, ty));
  if (entry.body.params.some((one) => mayBeIt(one.ty))) return false;
  return reached(entry, funcs).every(
    (fn) =>
      comparesOnly(fn, isIt) &&
      !someInstr(
        fn,
        (one) =>
          one.kind === "global" &&
          !isIt(one) &&
          one.results.some((value) => mayBeIt(value.ty)),
      ),
  );
}

/**
 * Is memory of the module that is made anew compared, while what the module exports may be that object under another
 * name: `export const shared = scratch`?
 */
export function isComparedWithExports(
  entry: Func,
  funcs: ReadonlyMap<string, Func>,
  ty: Ty,
  isOwn: (instr: Instr) => boolean,
): boolean {
  const mayBeIt = (value: Value): boolean => mayBeOne(value.ty, ty);
  const fns = reached(entry, funcs);
  const some = (test: (one: Instr) => boolean): boolean =>
    fns.some((fn) => someInstr(fn, test));
  return (
    some((one) => isComparison(one) && one.args.every(mayBeIt)) &&
    some(
      (one) =>
        one.kind === "global" &&
        one.binding.from.kind !== "copy" &&
        !isOwn(one) &&
        one.results.some(mayBeIt),
    )
  );
}

const isComparison = (one: Instr): boolean =>
  one.kind === "op" && (one.op === "eq" || one.op === "ne");

/** A function, and those that it calls. */
function reached(entry: Func, funcs: ReadonlyMap<string, Func>): Func[] {
  const found = new Set([entry]);
  for (const fn of found)
    eachInstr(fn.body, (one) => {
      const callee = one.kind === "call" ? funcs.get(one.callee) : undefined;
      if (callee !== undefined) found.add(callee);
    });
  return [...found];
}

function someInstr(fn: Func, test: (one: Instr) => boolean): boolean {
  let found = false;
  eachInstr(fn.body, (one) => (found ||= test(one)));
  return found;
}

/** Could one object be of both types? */
function mayBeOne(given: Ty, other: Ty): boolean {
  const [a, b] = [bare(given), bare(other)];
  if (a.kind !== "record" || b.kind !== "record")
    return a.kind === b.kind && a.kind !== "num" && a.kind !== "bool";
  const names = new Set(a.fields.map((one) => one.name));
  const shared = b.fields.filter((one) => names.has(one.name)).length;
  return shared === b.fields.length || shared === names.size;
}

function comparesOnly(fn: Func, isIt: (instr: Instr) => boolean): boolean {
  const counts = useCounts(fn);
  const own = new Set<Value>();
  eachInstr(fn.body, (instr) => {
    if (isIt(instr)) for (const one of instr.results) own.add(one);
  });
  let left = [...own].reduce((sum, one) => sum + (counts.get(one) ?? 0), 0);
  eachInstr(fn.body, (instr) => {
    if (isComparison(instr))
      left -= instr.args.filter((one) => own.has(one)).length;
  });
  return left === 0;
}

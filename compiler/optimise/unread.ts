import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { eachInstr, withParts } from "../ir/visit.js";
import { eliminateDeadCode } from "./dce.js";

export interface Functions {
  readonly exports: readonly Func[];
  readonly helpers: readonly Func[];
}

/**
 * Helpers take no parameter that they do not read, and return no result that no caller looks at. What an export takes
 * and returns is its user's business. A parameter that is only handed on to where it is not read is not read either.
 */
export function dropUnread(functions: Functions): Functions {
  let current = functions;
  for (let round = 0; round < 4; round++) {
    const next = dropOnce(current);
    if (next === undefined) break;
    current = next;
  }
  return current;
}

function dropOnce(functions: Functions): Functions | undefined {
  const all = [...functions.exports, ...functions.helpers];
  const params = unreadParams(all, functions.helpers);
  const results = unreadResults(all, functions.helpers);
  if (params.size + results.size === 0) return undefined;
  const shape = (fn: Func, isHelper: boolean): Func => {
    const changed = withCalls(fn, params, results);
    const own = isHelper ? narrowed(changed, params, results) : changed;
    return own === fn ? fn : eliminateDeadCode(own);
  };
  return {
    exports: functions.exports.map((fn) => shape(fn, false)),
    helpers: functions.helpers.map((fn) => shape(fn, true)),
  };
}

/** By the name of a helper, the places among its parameters or results. */
type Places = ReadonlyMap<string, ReadonlySet<number>>;

/** Everything is unread until someone is found who reads it. */
function unreadParams(all: readonly Func[], helpers: readonly Func[]): Places {
  const unread = new Map(
    helpers.map((fn) => [fn.name, new Set(fn.params.keys())]),
  );
  const uses = all.map((fn) => ({ fn, reads: readsOf(fn) }));
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const { fn, reads } of uses) {
      const open = unread.get(fn.name);
      if (open === undefined) continue;
      for (const k of [...open]) {
        const isRead = (reads.get(fn.params[k]!.value) ?? []).some(
          (read) =>
            read === "really" || !unread.get(read.callee)?.has(read.place),
        );
        if (!isRead) continue;
        open.delete(k);
        isSettled = false;
      }
    }
  }
  return nonEmpty(unread);
}

type Read = "really" | { readonly callee: string; readonly place: number };

function readsOf(fn: Func): Map<Value, Read[]> {
  const found = new Map<Value, Read[]>();
  const add = (value: Value, read: Read): void => {
    const reads = found.get(value);
    if (reads === undefined) found.set(value, [read]);
    else reads.push(read);
  };
  for (const { effective } of fn.params)
    if (effective) add(effective, "really");
  eachInstr(fn.body, (instr) => {
    for (const region of instr.regions)
      for (const value of region.yields) add(value, "really");
    instr.args.forEach((value, place) =>
      add(
        value,
        instr.kind === "call" ? { callee: instr.callee, place } : "really",
      ),
    );
  });
  for (const value of fn.body.yields) add(value, "really");
  return found;
}

function unreadResults(all: readonly Func[], helpers: readonly Func[]): Places {
  const unread = new Map(
    helpers.map((fn) => [fn.name, new Set(fn.results.keys())]),
  );
  for (const fn of all) {
    const reads = readsOf(fn);
    eachInstr(fn.body, (instr) => {
      if (instr.kind !== "call") return;
      instr.results.forEach((value, k) => {
        if (reads.has(value)) unread.get(instr.callee)?.delete(k);
      });
    });
  }
  return nonEmpty(unread);
}

const nonEmpty = (places: ReadonlyMap<string, ReadonlySet<number>>): Places =>
  new Map([...places].filter(([, own]) => own.size > 0));

function narrowed(fn: Func, params: Places, results: Places): Func {
  const keepsParam = (_: unknown, k: number): boolean =>
    params.get(fn.name)?.has(k) !== true;
  const keepsResult = (_: unknown, k: number): boolean =>
    results.get(fn.name)?.has(k) !== true;
  if (!params.has(fn.name) && !results.has(fn.name)) return fn;
  return {
    ...fn,
    params: fn.params.filter(keepsParam),
    results: fn.results.filter(keepsResult),
    body: {
      ...fn.body,
      params: fn.body.params.filter(keepsParam),
      yields: fn.body.yields.filter(keepsResult),
    },
  };
}

/** The function with calls that pass and get only what is left. */
function withCalls(fn: Func, params: Places, results: Places): Func {
  let isChanged = false;
  const visitRegion = (region: Region): Region => ({
    ...region,
    body: region.body.map(visit),
  });
  const visit = (instr: Instr): Instr => {
    if (instr.regions.length > 0)
      return withParts(instr, { regions: instr.regions.map(visitRegion) });
    if (instr.kind !== "call") return instr;
    const passed = params.get(instr.callee);
    const got = results.get(instr.callee);
    if (passed === undefined && got === undefined) return instr;
    isChanged = true;
    return withParts(instr, {
      args: instr.args.filter((_, k) => passed?.has(k) !== true),
      results: instr.results.filter((_, k) => got?.has(k) !== true),
    });
  };
  const body = visitRegion(fn.body);
  return isChanged ? { ...fn, body } : fn;
}

import type { Instr, OpaqueInstr, Region, Value } from "../ir/ir.js";
import { isNum, isRef } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import type { Activity } from "./activity.js";
import { elements, find, type MemoryNode } from "./memoryGraph.js";

/** Numbers that vary and become text: is it only for a reader, or does the result depend on it? */

export interface Uses {
  readonly by: ReadonlyMap<Value, readonly Instr[]>;
  /** What becomes the result of an `if`, or what a counted loop hands on and gives in the end. */
  readonly chosen: ReadonlyMap<Value, readonly Value[]>;
  /** What leaves another loop or the function: where it goes from there is not followed. */
  readonly yielded: ReadonlySet<Value>;
  /** What is a key of a table may be seen again. */
  readonly listsKeys: boolean;
}

export function usesOf({ fn }: Activity, listsKeys: boolean): Uses {
  const uses = new Map<Value, Instr[]>();
  const chosen = new Map<Value, Value[]>();
  const yielded = new Set<Value>(fn.body.yields);
  eachInstr(fn.body, (instr) => {
    for (const region of instr.regions)
      region.yields.forEach((value, k) => {
        const next = nextNames(instr, region, k);
        if (next === undefined) yielded.add(value);
        else chosen.set(value, [...(chosen.get(value) ?? []), ...next]);
      });
    for (const arg of instr.args) {
      const list = uses.get(arg);
      if (list === undefined) uses.set(arg, [instr]);
      else list.push(instr);
    }
  });
  return { by: uses, chosen, yielded, listsKeys };
}

/** The values that what a region yields at place k goes into; undefined where that is not followed. */
function nextNames(
  { kind, results, ...instr }: Instr,
  { params }: Region,
  k: number,
): readonly Value[] | undefined {
  if (kind === "if") return results[k] && [results[k]];
  if (kind !== "for" || ("breaks" in instr && instr.breaks)) return undefined;
  const [result, param] = [results[k], params[k + 1]];
  return result && param && [result, param];
}

/**
 * Carried code must not touch what varies. It may see a varied number only to make text of it that ends in an error or
 * a log; it never sees memory with varied numbers.
 */
export function isFaulty(
  instr: OpaqueInstr,
  activity: Activity,
  uses: Uses,
): boolean {
  // `assertNever(shape)`: by its type control never gets there, and nobody computes with it
  const isNever = instr.results.some(
    ({ ty }) => ty.kind === "opaque" && ty.text === "never",
  );
  if (isNever) return false;
  if (instr.args.some((arg) => activity.reachesVaried(arg))) return true;
  if (
    instr.results.some(
      (result) => isRef(result.ty) && activity.reachesVaried(result),
    )
  )
    return true;
  if (!instr.args.some((arg) => activity.isVaried(arg))) return false;
  // what a call with effects gives may depend on what it got, as the result of one without does
  if (instr.effect === "throw") return false;
  return !endsInMessage(instr, { activity, uses, seen: new Set() });
}

interface Trail {
  readonly activity: Activity;
  readonly uses: Uses;
  readonly seen: Set<Instr | Value | MemoryNode>;
}

function endsInMessage(instr: OpaqueInstr, trail: Trail): boolean {
  if (trail.seen.has(instr)) return true;
  trail.seen.add(instr);
  if (instr.effect === "none" && instr.results.every(isFlag)) return true;
  return instr.results.every((result) => isMessage(result, trail));
}

/** Is a text only compared, logged, thrown or looked up, here and in the functions that get it? */
function isMessage(text: Value, trail: Trail): boolean {
  if (isNum(text.ty) || trail.uses.yielded.has(text)) return false;
  if (trail.seen.has(text)) return true;
  trail.seen.add(text);
  const results = trail.uses.chosen.get(text) ?? [];
  if (!results.every((result) => isMessage(result, trail))) return false;
  return (trail.uses.by.get(text) ?? []).every((use) => {
    if (use.kind === "opaque") return endsInMessage(use, trail);
    if (isLookUp(use, text)) return !trail.uses.listsKeys;
    if (use.kind === "op") {
      const isSame = use.op === "wrap" || use.op === "unwrap";
      return use.results.every((one) =>
        isSame ? isMessage(one, trail) : isFlag(one),
      );
    }
    if (putsInto(use, text))
      return holdsMessages(use.results[0] ?? use.args[0]!, trail);
    if (use.kind !== "call") return false;
    if (trail.seen.has(use)) return true;
    trail.seen.add(use);
    const activity = trail.activity.ofCall(use);
    const uses = usesOf(activity, trail.uses.listsKeys);
    const inside = { ...trail, activity, uses };
    return use.args.every(
      (arg, k) =>
        arg !== text || isMessage(activity.fn.body.params[k]!, inside),
    );
  });
}

/** `texts.push(x.toFixed(2))`, `[x.toFixed(2)]` */
const putsInto = ({ kind, args }: Instr, text: Value): boolean =>
  kind === "arrayLit" ||
  (kind === "push" && args[0] !== text) ||
  (kind === "store" && args[0]!.ty.kind === "array" && args[2] === text);

/** Is every text of a list a message? Nobody else may have the list. */
function holdsMessages(list: Value, trail: Trail): boolean {
  const { memory, fn } = trail.activity;
  const node = find(memory.nodeOf(list));
  const isIt = (value: Value): boolean =>
    isRef(value.ty) && find(memory.nodeOf(value)) === node;
  if (trail.seen.has(node)) return true;
  trail.seen.add(node);
  const isOutside = [...fn.body.params, ...fn.body.yields].some(isIt);
  if (list.ty.kind !== "array" || isOutside) return false;
  return [...trail.uses.by].every(
    ([value, uses]) =>
      !isIt(value) ||
      uses.every((use) => {
        if (use.kind === "load")
          return use.results.every((one) => isMessage(one, trail));
        if (use.kind === "slice")
          return use.results.every((one) => holdsMessages(one, trail));
        if (use.kind === "opaque") return endsInMessage(use, trail);
        return leavesTexts.has(use.kind) && use.args[0] === value;
      }),
  );
}

/** What does not look at the texts of the list it is done to. */
const leavesTexts: ReadonlySet<string> = new Set(["length", "push", "store"]);

/** Are there numbers among the keys that vary, on which the result may depend? */
export function isKeyLost(
  list: Value,
  activity: Activity,
  uses: Uses,
): boolean {
  const node = activity.memory.nodeOf(list);
  if (activity.isActiveCell(node, elements)) return true;
  // an object gives its keys as texts: nobody follows what is made of them
  const isText = list.ty.kind === "array" && !isNum(list.ty.elem);
  if (!isText || !activity.isVariedCell(node, elements)) return false;
  if (uses.yielded.has(list)) return true;
  return (uses.by.get(list) ?? []).some((use) => {
    if (use.kind === "length") return false;
    const [key] = use.results;
    return (
      use.kind !== "load" || key === undefined || !isOnlyLookedUp(key, uses)
    );
  });
}

const isOnlyLookedUp = (key: Value, uses: Uses): boolean =>
  !uses.yielded.has(key) &&
  !uses.chosen.has(key) &&
  (uses.by.get(key) ?? []).every(
    (use) => use.kind !== "store" && isLookUp(use, key),
  );

/** `memo.get(text)`: a key only says which entry is meant. */
const isLookUp = ({ kind, args }: Instr, text: Value): boolean =>
  (kind === "load" || kind === "has" || kind === "store") &&
  args[0]?.ty.kind === "table" &&
  args[1] === text &&
  args[2] !== text;

const isFlag = ({ ty }: Value): boolean => ty.kind === "bool";

import type { Instr, OpaqueInstr, Value } from "../ir/ir.js";
import { isFloatStore, isNum, isRef } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import type { Span } from "../diagnostics/span.js";
import { rules } from "../rules/rules.js";
import type { Activity } from "./activity.js";
import { elements, find, type MemoryNode } from "./memoryGraph.js";
import type { Entry } from "../ir/program.js";

/** What activity tells about the user's code; `compile.ts` turns it into diagnostics. */
export type ActivityFinding =
  | {
      readonly kind: "carried";
      readonly span: Span;
      /** It makes a text. */
      readonly isText: boolean;
    }
  | { readonly kind: "integer"; readonly span: Span }
  | { readonly kind: "rounded"; readonly span: Span; readonly op: string }
  | { readonly kind: "integerStore"; readonly span: Span }
  | { readonly kind: "listedKeys"; readonly span: Span }
  | {
      readonly kind: "writtenTable";
      readonly span: Span;
      readonly name: string;
    }
  | {
      readonly kind: "alwaysZero";
      readonly span: Span;
      readonly param: string;
    };

/**
 * Of an entry and of every function that it reaches, each in the contexts in which it is called. `influence` is the
 * activity in which what is useful goes through rounding and bits; it is asked for only where there are such operations.
 */
export function findingsOf(
  entry: Entry,
  activity: Activity,
  influence: () => Activity,
): ActivityFinding[] {
  const all = reachedFrom(activity);
  const listsKeys = all.some(listsKeysOf);
  const findings = all.flatMap((one) => {
    const uses = usesOf(one, listsKeys);
    const found: ActivityFinding[] = [];
    eachInstr(one.fn.body, (instr) => {
      found.push(...findingsAt(instr, one, uses));
    });
    return found;
  });
  return [
    ...findings,
    ...stepsIn(activity, influence),
    ...zeroGradients(entry, activity),
  ];
}

/** The entry and all that it calls, each in the contexts in which it is called. */
function reachedFrom(entry: Activity): Activity[] {
  const reached = new Map<string, Activity>();
  const visit = (one: Activity): void => {
    if (reached.has(one.key)) return;
    reached.set(one.key, one);
    eachInstr(one.fn.body, (instr) => {
      if (instr.kind === "call") visit(one.ofCall(instr));
    });
  };
  visit(entry);
  return [...reached.values()];
}

/** Does anybody look at the keys of a table, other than to find what is under one? */
function listsKeysOf({ fn }: Activity): boolean {
  let found = false;
  eachInstr(fn.body, ({ kind, args }) => {
    if (kind === "keys" && args[0]?.ty.kind === "table") found = true;
  });
  return found;
}

/** Where a value that varies is lost in steps, and the result depends on what is left of it as a number. */
function stepsIn(
  activity: Activity,
  influence: () => Activity,
): ActivityFinding[] {
  const findings: ActivityFinding[] = [];
  const seen = new Set<string>();
  let known: Activity | undefined;
  const visit = (one: Activity, influenceHere: () => Activity): void => {
    if (seen.has(one.key)) return;
    seen.add(one.key);
    eachInstr(one.fn.body, (instr) => {
      if (instr.kind === "call")
        visit(one.ofCall(instr), () => influenceHere().ofCall(instr));
      if (instr.kind !== "op") return;
      const rule = rules[instr.op];
      const isStep =
        rule.kind === "refused" || (rule.kind === "flat" && rule.rounds);
      if (!isStep || !instr.args.some((arg) => one.isVaried(arg))) return;
      // as an index or in a condition no slope is wanted
      if (!influenceHere().isUseful(instr.results[0]!)) return;
      const { span, op } = instr;
      findings.push(
        rule.kind === "refused"
          ? { kind: "integer", span }
          : { kind: "rounded", span, op },
      );
    });
  };
  visit(activity, () => (known ??= influence()));
  return findings;
}

interface Uses {
  readonly by: ReadonlyMap<Value, readonly Instr[]>;
  /** What becomes the result of an `if`. */
  readonly chosen: ReadonlyMap<Value, readonly Value[]>;
  /** What leaves a loop or the function: where it goes from there is not followed. */
  readonly yielded: ReadonlySet<Value>;
  /** What is a key of a table may be seen again. */
  readonly listsKeys: boolean;
}

function usesOf({ fn }: Activity, listsKeys: boolean): Uses {
  const uses = new Map<Value, Instr[]>();
  const chosen = new Map<Value, Value[]>();
  const yielded = new Set<Value>(fn.body.yields);
  eachInstr(fn.body, (instr) => {
    for (const region of instr.regions)
      region.yields.forEach((value, k) => {
        const result = instr.results[k];
        if (instr.kind !== "if" || result === undefined) yielded.add(value);
        else chosen.set(value, [...(chosen.get(value) ?? []), result]);
      });
    for (const arg of instr.args) {
      const list = uses.get(arg);
      if (list === undefined) uses.set(arg, [instr]);
      else list.push(instr);
    }
  });
  return { by: uses, chosen, yielded, listsKeys };
}

function findingsAt(
  instr: Instr,
  activity: Activity,
  uses: Uses,
): ActivityFinding[] {
  const { span } = instr;
  const isVaried = (value: Value): boolean => activity.isVaried(value);
  switch (instr.kind) {
    case "opaque":
      return isFaulty(instr, activity, uses)
        ? [{ kind: "carried", span, isText: instr.results.some(isString) }]
        : [];
    case "store": {
      const [array, , value] = instr.args;
      const isInteger =
        array!.ty.kind === "array" && !isFloatStore(array!.ty.store);
      return isInteger && isVaried(value!)
        ? [{ kind: "integerStore", span }]
        : [];
    }
    case "keys":
      return instr.results.some((list) => isKeyLost(list, activity, uses))
        ? [{ kind: "listedKeys", span }]
        : [];
    case "arrayLit": {
      const [result] = instr.results;
      const isInteger =
        result!.ty.kind === "array" && !isFloatStore(result!.ty.store);
      return isInteger && instr.args.some(isVaried)
        ? [{ kind: "integerStore", span }]
        : [];
    }
    case "global": {
      const [result] = instr.results;
      const isWritten =
        isRef(result!.ty) &&
        find(activity.memory.nodeOf(result!)).written.size > 0;
      return isWritten
        ? [{ kind: "writtenTable", span, name: instr.binding.name }]
        : [];
    }
    default:
      return [];
  }
}

/**
 * Carried code must not touch what varies. It may see a varied number only to make text of it that ends in an error or
 * a log; it never sees memory with varied numbers.
 */
function isFaulty(instr: OpaqueInstr, activity: Activity, uses: Uses): boolean {
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
  readonly seen: Set<Instr>;
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

/** Are there numbers among the keys that vary, on which the result may depend? */
function isKeyLost(list: Value, activity: Activity, uses: Uses): boolean {
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

const isString = ({ ty }: Value): boolean =>
  ty.kind === "opaque" && ty.text === "string";

const isFlag = ({ ty }: Value): boolean => ty.kind === "bool";

/** Where nothing that is asked for has any influence, or a part that was named has none. */
function zeroGradients(entry: Entry, activity: Activity): ActivityFinding[] {
  const isNamed = entry.namesWrt === true;
  const idle = entry.wrt.filter((path) => isIdle(path, activity));
  if (!isNamed && idle.length < entry.wrt.length) return [];
  return idle.flatMap((path) => {
    const param = activity.fn.params.find((one) => one.name === path[0]);
    return param === undefined
      ? []
      : { kind: "alwaysZero", span: param.span, param: path.join(".") };
  });
}

function isIdle(
  [root, ...fields]: readonly string[],
  activity: Activity,
): boolean {
  const param = activity.fn.params.find((one) => one.name === root);
  if (param === undefined) return false;
  const values = [param.value, param.effective ?? param.value];
  if (fields.length === 0)
    return values.every(
      (value) => !activity.isActive(value) && !activity.needsShadow(value),
    );
  const last = fields.at(-1)!;
  return values.every((value) => {
    if (!isRef(value.ty)) return true;
    let node: MemoryNode | undefined = activity.memory.nodeOf(value);
    for (const field of fields.slice(0, -1))
      node = node && find(node).children.get(field);
    if (node === undefined || activity.isActiveCell(node, last)) return !node;
    const child = find(node).children.get(last);
    return child === undefined || !activity.hasActive(child);
  });
}

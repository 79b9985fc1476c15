import type { Instr, Value } from "../ir/ir.js";
import { isFloatStore, isRef } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import type { Span } from "../diagnostics/span.js";
import { rules } from "../rules/rules.js";
import type { Activity } from "./activity.js";
import { isFaulty, isKeyLost, type Uses, usesOf } from "./texts.js";
import { find, type MemoryNode } from "./memoryGraph.js";
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

const isString = ({ ty }: Value): boolean =>
  ty.kind === "opaque" && ty.text === "string";

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

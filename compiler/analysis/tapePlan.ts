import type { Instr, OpInstr, Value } from "../ir/ir.js";
import type { OpName } from "../ir/ops.js";
import { minimumCut } from "./minCut.js";
import type { Positions } from "./positions.js";
import type { Reload } from "./reload.js";
import type { StoredValue } from "./storedValues.js";

/**
 * Save or recompute: which values a forward sweep saves, so that the backward sweep can have every value it asks for.
 * A value that is not saved is computed again from others; what must be saved is the frontier between values that can
 * be had for nothing (constants, indices, memory that is as it was) and values that cannot be computed again (results
 * of expensive operations, overwritten memory, carried values). The frontier is a minimum cut.
 */
export interface TapePlan {
  /** Undefined: the plan does not know the value. */
  isSaved(value: Value): boolean;
}

export interface PlanInputs {
  readonly positions: Positions;
  readonly reload: Reload;
  /** Values that the backward sweep asks for. */
  readonly demanded: Iterable<Value>;
  /** Numbers that an array keeps. */
  readonly stored: ReadonlyMap<Value, StoredValue>;
  /** Numbers that a carried value holds in the next trip of a loop. */
  readonly handed: ReadonlyMap<Value, Value>;
  /** At hand without saving: in scope of both sweeps, parameters, indices of mirrored loops. */
  isFree(value: Value): boolean;
}

/** Above this many nodes the frontier is not minimised. */
const largest = 40_000;

export function planTape(inputs: PlanInputs): TapePlan {
  const { positions } = inputs;
  const nodes: Value[] = [];
  const index = new Map<Value, number>();
  const edges: [number, number][] = [];
  const lost: number[] = [];
  const visit = (root: Value): void => {
    const queue = [root];
    const enter = (value: Value): number => {
      let at = index.get(value);
      if (at === undefined) {
        index.set(value, (at = nodes.length));
        nodes.push(value);
        queue.push(value);
      }
      return at;
    };
    if (index.has(root)) return;
    index.set(root, nodes.length);
    nodes.push(root);
    for (const value of queue) {
      const at = index.get(value)!;
      const sources = sourcesOf(value, inputs);
      if (sources === undefined) {
        lost.push(at);
        continue;
      }
      for (const arg of sources)
        if (!inputs.isFree(arg)) edges.push([enter(arg), at]);
    }
  };
  const demanded = [...inputs.demanded].filter(
    (value) => !inputs.isFree(value),
  );
  for (const value of demanded) visit(value);
  if (nodes.length > largest)
    return { isSaved: (value) => demanded.includes(value) };
  const cut = minimumCut({
    size: nodes.length,
    weight: (node) => weightOf(nodes[node]!, positions),
    edges,
    sources: lost,
    sinks: demanded.map((value) => index.get(value)!),
  });
  const saved = new Set([...cut].map((node) => nodes[node]!));
  return { isSaved: (value) => saved.has(value) };
}

/**
 * What a value can be had from without saving it: the operands of what computes it, the array that keeps it, or what
 * carries it to the next trip.
 */
function sourcesOf(
  value: Value,
  { positions, reload, stored, handed }: PlanInputs,
): readonly Value[] | undefined {
  const instr = positions.definition(value);
  if (instr !== undefined && isRepeatable(instr, reload)) return instr.args;
  const place = stored.get(value);
  if (place !== undefined) return [place.array, place.index];
  const carrier = handed.get(value);
  return carrier && [carrier];
}

/** One slot each time the value's region runs; a loop is taken to run eight times. References are dearer to keep. */
function weightOf(value: Value, positions: Positions): number {
  const slot = value.ty.kind === "num" || value.ty.kind === "bool" ? 4 : 9;
  return slot * 8 ** positions.valueDepth(value);
}

/** Operations that cost less than saving and loading what they give. */
const cheapOps: ReadonlySet<OpName> = new Set<OpName>([
  "neg",
  "add",
  "sub",
  "mul",
  "div",
  "abs",
  "floor",
  "ceil",
  "round",
  "trunc",
  "sqrt",
  "fround",
  "max",
  "min",
  "lt",
  "le",
  "gt",
  "ge",
  "eq",
  "ne",
  "not",
  "and",
  "or",
  "isNaN",
  "isFinite",
  "isInteger",
  "isSafeInteger",
  "isNil",
  "isUndefined",
  "isNull",
  "select",
  "unwrap",
  "wrap",
  "bool2num",
  "bitand",
  "bitor",
  "bitxor",
  "bitnot",
  "shl",
  "shr",
  "ushr",
  "imul",
  "clz32",
]);

/** Can the instruction run again in the backward sweep, with the same result and at little cost? */
export function isRepeatable(instr: Instr, reload: Reload): boolean {
  switch (instr.kind) {
    case "const":
    case "global":
      return true;
    case "op":
      return cheapOps.has(instr.op) && !tellsUndefined(instr);
    case "load":
    case "length":
    case "has":
    case "getField":
      return reload.canRepeat(instr);
    default:
      return false;
  }
}

/**
 * Does it tell undefined from NaN, under the type of a number? A tape of numbers does not, nor an array that is put back
 * from one: it is asked once.
 */
function tellsUndefined({ op, args: [a, b] }: OpInstr): boolean {
  switch (op) {
    case "isNil":
    case "isUndefined":
    case "isNull":
    case "isNaN":
      return a!.ty.kind === "num";
    case "eq":
    case "ne":
      return a === b;
    default:
      return false;
  }
}

/** All loads that might run again to have the demanded values; `reload` still allows every load. */
export function loadsBehind(inputs: PlanInputs): Set<Instr> {
  const loads = new Set<Instr>();
  const seen = new Set<Value>();
  const queue = [...inputs.demanded];
  for (const value of queue) {
    if (seen.has(value) || inputs.isFree(value)) continue;
    seen.add(value);
    const instr = inputs.positions.definition(value);
    if (instr === undefined) continue;
    if (
      instr.kind === "load" ||
      instr.kind === "length" ||
      instr.kind === "has" ||
      instr.kind === "getField"
    )
      loads.add(instr);
    queue.push(...(sourcesOf(value, inputs) ?? []));
  }
  return loads;
}

import type { CallInstr, Func, Value } from "../ir/ir.js";
import { holdsFloat, isNum, isRef, type Ty } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import {
  type ActivityContext,
  addCell,
  type Cells,
  hasCell,
  sharedNodes,
} from "./activityContext.js";
import { flowBackward, flowForward, type Step } from "./activityFlow.js";
import type { Memory } from "./memory.js";
import {
  childOf,
  elements,
  find,
  type MemoryNode,
  reachable,
} from "./memoryGraph.js";

/**
 * Which values and memory cells carry a derivative: those that vary with an input of the differentiation and that its
 * result depends on. A fixed point through loops, memory and calls. Each function is analysed once for each context:
 * the set of its inputs that vary.
 */
export interface Activity {
  readonly fn: Func;
  readonly memory: Memory;
  /** Identifies the context; two calls with the same key share their derivative functions. */
  readonly key: string;
  isVaried(value: Value): boolean;
  /** For numbers: has it a (co)tangent? */
  isActive(value: Value): boolean;
  isActiveCell(node: MemoryNode, key: string): boolean;
  isVariedCell(node: MemoryNode, key: string): boolean;
  /** Does the result depend on the number, smoothly, through whatever it goes? */
  isUseful(value: Value): boolean;
  /** For references: can active cells be reached from it? */
  needsShadow(value: Value): boolean;
  /** Can active cells be reached from the node? */
  hasActive(node: MemoryNode): boolean;
  /** The analysis of a call's callee in its context here. */
  ofCall(call: CallInstr): Activity;
  /** Can varied cells be reached from the reference? */
  reachesVaried(value: Value): boolean;
}

export interface ActivityInputs {
  readonly funcs: ReadonlyMap<string, Func>;
  readonly memories: ReadonlyMap<string, Memory>;
}

/**
 * `wrt`: paths into the parameters, by name, that vary. `numerically`: what is useful is followed through rounding and
 * bit operations, too, to see what is lost in them; what varies is not.
 */
export function analyseActivity(
  inputs: ActivityInputs,
  name: string,
  wrt: readonly (readonly string[])[],
  numerically = false,
): Activity {
  const solver = newSolver(inputs, numerically);
  const entry = solver.context(name, entrySeeds(inputs, name, wrt), true);
  solver.solve(entry);
  return asActivity(entry);
}

interface Seeds {
  readonly values: readonly Value[];
  readonly cells: Cells;
}

function entrySeeds(
  inputs: ActivityInputs,
  name: string,
  wrt: readonly (readonly string[])[],
): Seeds {
  const fn = inputs.funcs.get(name)!;
  const memory = inputs.memories.get(name)!;
  const values: Value[] = [];
  const cells: Cells = new Map();
  for (const [root, ...path] of wrt) {
    const param = fn.params.find((one) => one.name === root);
    if (param === undefined) continue;
    if (isNum(param.value.ty)) values.push(param.value);
    else markCells(cells, memory.nodeOf(param.value), param.value.ty, path);
  }
  return { values, cells };
}

/** Marks every float cell at `path` below a node as varied, but for those of Maps, for which there is no gradient. */
function markCells(
  cells: Cells,
  node: MemoryNode,
  ty: Ty,
  path: readonly string[],
  above: readonly Ty[] = [],
): void {
  if (ty.kind === "maybe") return markCells(cells, node, ty.of, path, above);
  if (ty.kind === "table" && ty.form !== "object") return;
  const cell = (key: string, inner: Ty, rest: readonly string[]): void => {
    if (isNum(inner)) addCell(cells, node, key);
    else if (holdsFloat(inner))
      markCells(cells, childOf(node, key), inner, rest, inside);
  };
  const isTree = ty.kind === "record" && ty.recursive === true;
  if (isTree && path.length === 0 && above.includes(ty)) return;
  const inside = isTree && path.length === 0 ? [...above, ty] : above;
  if ((ty.kind === "array" || ty.kind === "table") && holdsFloat(ty))
    cell(elements, ty.elem, path);
  if (ty.kind !== "record") return;
  const [head, ...rest] = path;
  for (const field of ty.fields)
    if (head === undefined || head === field.name)
      cell(field.name, field.ty, rest);
}

interface Solver {
  context(name: string, seeds: Seeds, isEntry: boolean): ActivityContext;
  solve(entry: ActivityContext): void;
}

function newSolver(inputs: ActivityInputs, numerically: boolean): Solver {
  const contexts = new Map<string, ActivityContext>();
  let changed = false;

  const context = (
    name: string,
    seeds: Seeds,
    isEntry: boolean,
  ): ActivityContext => {
    const fn = inputs.funcs.get(name)!;
    const key = contextKey(fn, seeds, isEntry);
    const known = contexts.get(key);
    if (known !== undefined) return known;
    const made = newContext(
      key,
      fn,
      inputs.memories.get(name)!,
      seeds,
      isEntry,
    );
    contexts.set(key, made);
    changed = true;
    return made;
  };

  const calleeContext = (
    at: ActivityContext,
    call: CallInstr,
  ): ActivityContext =>
    context(call.callee, calleeSeeds(at, call, inputs), false);

  const solve = (entry: ActivityContext): void => {
    do {
      changed = false;
      // Contexts that calls reach for the first time are appended while this runs.
      for (const one of new Set([entry, ...contexts.values()])) {
        const step: Step = {
          context: one,
          callee: (call) => calleeContext(one, call),
          changed: () => (changed = true),
          numerically,
        };
        eachInstr(one.fn.body, (instr) => flowForward(instr, step));
        flowBackward(step);
      }
    } while (changed);
  };
  return { context, solve };
}

function newContext(
  key: string,
  fn: Func,
  memory: Memory,
  seeds: Seeds,
  isEntry: boolean,
): ActivityContext {
  return {
    key,
    fn,
    memory,
    isEntry,
    varied: new Set(seeds.values),
    useful: new Set(),
    variedCells: new Map(
      [...seeds.cells].map(([node, keys]) => [node, new Set(keys)]),
    ),
    usefulCells: new Map(),
    calls: new Map(),
    shadowMemo: new Map(),
  };
}

function contextKey(fn: Func, seeds: Seeds, isEntry: boolean): string {
  const params = fn.body.params
    .map((p) => (seeds.values.includes(p) ? "1" : "0"))
    .join("");
  const cells = [...seeds.cells]
    .sort(([a], [b]) => a.id - b.id)
    .map(([node, keys]) => `${node.id}:${[...keys].sort().join("|")}`);
  return `${isEntry ? "entry " : ""}${fn.name}(${params};${cells.join(",")})`;
}

/** What varies in a callee: arguments, and the cells of all memory that caller and callee both see. */
function calleeSeeds(
  at: ActivityContext,
  call: CallInstr,
  inputs: ActivityInputs,
): Seeds {
  const fn = inputs.funcs.get(call.callee)!;
  const memory = inputs.memories.get(call.callee)!;
  const here = at.memory.callMap(call);
  const values = fn.body.params.filter((_, i) => at.varied.has(call.args[i]!));
  const cells: Cells = new Map();
  for (const node of sharedNodes(fn, memory))
    for (const key of at.variedCells.get(find(here(node))) ?? [])
      addCell(cells, node, key);
  return { values, cells };
}

const activities = new WeakMap<ActivityContext, Activity>();

function asActivity(context: ActivityContext): Activity {
  const known = activities.get(context);
  if (known !== undefined) return known;
  const { varied, useful, variedCells, usefulCells, memory, shadowMemo } =
    context;
  const isActiveCell = (node: MemoryNode, key: string): boolean =>
    hasCell(variedCells, node, key) && hasCell(usefulCells, node, key);
  const hasActive = (node: MemoryNode): boolean => {
    const root = find(node);
    const memo = shadowMemo.get(root);
    if (memo !== undefined) return memo;
    const found = [...reachable(root)].some((one) =>
      [...(variedCells.get(one) ?? [])].some((key) => isActiveCell(one, key)),
    );
    shadowMemo.set(root, found);
    return found;
  };
  const activity: Activity = {
    fn: context.fn,
    memory,
    key: context.key,
    isVaried: (value) => varied.has(value),
    isActive: (value) => varied.has(value) && useful.has(value),
    isActiveCell,
    isVariedCell: (node, key) => hasCell(variedCells, node, key),
    isUseful: (value) => useful.has(value),
    needsShadow: (value) =>
      isRef(value.ty) &&
      holdsFloat(value.ty) &&
      hasActive(memory.nodeOf(value)),
    reachesVaried: (value) =>
      isRef(value.ty) &&
      [...reachable(memory.nodeOf(value))].some(
        (node) => (variedCells.get(node)?.size ?? 0) > 0,
      ),
    hasActive,
    ofCall: (call) => asActivity(context.calls.get(call)!),
  };
  activities.set(context, activity);
  return activity;
}

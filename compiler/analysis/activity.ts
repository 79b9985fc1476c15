import type { CallInstr, Func, Instr, Value } from "../ir/ir.js";
import { holdsFloat, isNum, isRef, type Ty } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { rules } from "../rules/rules.js";
import type { Memory } from "./memory.js";
import { childOf, elements, find, type MemoryNode, reachable } from "./memoryGraph.js";

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
  /** The analysis of a call's callee in its context here. */
  ofCall(call: CallInstr): Activity;
  /** Can varied cells be reached from the reference? */
  reachesVaried(value: Value): boolean;
}

type Cells = Map<MemoryNode, Set<string>>;

interface Context {
  readonly key: string;
  readonly fn: Func;
  readonly memory: Memory;
  readonly isEntry: boolean;
  readonly varied: Set<Value>;
  readonly useful: Set<Value>;
  readonly variedCells: Cells;
  readonly usefulCells: Cells;
  readonly calls: Map<CallInstr, Context>;
  readonly shadowMemo: Map<MemoryNode, boolean>;
}

export interface ActivityInputs {
  readonly funcs: ReadonlyMap<string, Func>;
  readonly memories: ReadonlyMap<string, Memory>;
}

/** `wrt`: paths into the parameters, by name, that vary. */
export function analyseActivity(
  inputs: ActivityInputs,
  name: string,
  wrt: readonly (readonly string[])[],
): Activity {
  const solver = newSolver(inputs);
  const entry = solver.context(name, entrySeeds(inputs, name, wrt), true);
  solver.solve(entry);
  return asActivity(entry);
}

interface Seeds {
  readonly values: readonly Value[];
  readonly cells: Cells;
}

function entrySeeds(inputs: ActivityInputs, name: string, wrt: readonly (readonly string[])[]): Seeds {
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

/** Marks every float cell at `path` below a node as varied. */
function markCells(cells: Cells, node: MemoryNode, ty: Ty, path: readonly string[]): void {
  if (ty.kind === "maybe") return markCells(cells, node, ty.of, path);
  const cell = (key: string, inner: Ty, rest: readonly string[]): void => {
    if (isNum(inner)) addCell(cells, node, key);
    else if (holdsFloat(inner)) markCells(cells, childOf(node, key), inner, rest);
  };
  if (ty.kind === "array" && holdsFloat(ty)) cell(elements, ty.elem, path);
  if (ty.kind !== "record") return;
  const [head, ...rest] = path;
  for (const field of ty.fields)
    if (head === undefined || head === field.name) cell(field.name, field.ty, rest);
}

function addCell(cells: Cells, node: MemoryNode, key: string): boolean {
  const root = find(node);
  const keys = cells.get(root);
  if (keys === undefined) cells.set(root, new Set([key]));
  else if (keys.has(key)) return false;
  else keys.add(key);
  return true;
}

const hasCell = (cells: Cells, node: MemoryNode, key: string): boolean =>
  cells.get(find(node))?.has(key) ?? false;

interface Solver {
  context(name: string, seeds: Seeds, isEntry: boolean): Context;
  solve(entry: Context): void;
}

function newSolver(inputs: ActivityInputs): Solver {
  const contexts = new Map<string, Context>();
  let changed = false;

  const context = (name: string, seeds: Seeds, isEntry: boolean): Context => {
    const fn = inputs.funcs.get(name)!;
    const key = contextKey(fn, seeds, isEntry);
    const known = contexts.get(key);
    if (known !== undefined) return known;
    const made = newContext(key, fn, inputs.memories.get(name)!, seeds, isEntry);
    contexts.set(key, made);
    changed = true;
    return made;
  };

  const calleeContext = (at: Context, call: CallInstr): Context =>
    context(call.callee, calleeSeeds(at, call, inputs), false);

  const solve = (entry: Context): void => {
    do {
      changed = false;
      // Contexts that calls reach for the first time are appended while this runs.
      for (const one of new Set([entry, ...contexts.values()])) {
        const step: Step = {
          context: one,
          callee: (call) => calleeContext(one, call),
          changed: () => (changed = true),
        };
        eachInstr(one.fn.body, (instr) => flowForward(instr, step));
        flowBackward(step);
      }
    } while (changed);
  };
  return { context, solve };
}

function newContext(key: string, fn: Func, memory: Memory, seeds: Seeds, isEntry: boolean): Context {
  return {
    key,
    fn,
    memory,
    isEntry,
    varied: new Set(seeds.values),
    useful: new Set(),
    variedCells: new Map([...seeds.cells].map(([node, keys]) => [node, new Set(keys)])),
    usefulCells: new Map(),
    calls: new Map(),
    shadowMemo: new Map(),
  };
}

function contextKey(fn: Func, seeds: Seeds, isEntry: boolean): string {
  const params = fn.body.params.map((p) => (seeds.values.includes(p) ? "1" : "0")).join("");
  const cells = [...seeds.cells]
    .sort(([a], [b]) => a.id - b.id)
    .map(([node, keys]) => `${node.id}:${[...keys].sort().join("|")}`);
  return `${isEntry ? "entry " : ""}${fn.name}(${params};${cells.join(",")})`;
}

/** What varies in a callee: arguments, and the cells of all memory that caller and callee both see. */
function calleeSeeds(at: Context, call: CallInstr, inputs: ActivityInputs): Seeds {
  const fn = inputs.funcs.get(call.callee)!;
  const memory = inputs.memories.get(call.callee)!;
  const here = at.memory.callMap(call);
  const values = fn.body.params.filter((_, i) => at.varied.has(call.args[i]!));
  const cells: Cells = new Map();
  for (const node of sharedNodes(fn, memory))
    for (const key of at.variedCells.get(find(here(node))) ?? []) addCell(cells, node, key);
  return { values, cells };
}

function sharedNodes(fn: Func, memory: Memory): Set<MemoryNode> {
  const refs = [...fn.body.params, ...fn.body.yields].filter((value) => isRef(value.ty));
  return reachable(...refs.map((value) => memory.nodeOf(value)));
}

interface Step {
  readonly context: Context;
  callee(call: CallInstr): Context;
  changed(): void;
}

/** Is the scalar result of this op varied when its operand i is? */
const passes = (instr: Instr): boolean =>
  instr.kind !== "op" || rules[instr.op].kind === "smooth";

function flowForward(instr: Instr, step: Step): void {
  const { context } = step;
  const { memory } = context;
  const mark = (value: Value | undefined): void => {
    if (value === undefined || !isNum(value.ty) || context.varied.has(value)) return;
    context.varied.add(value);
    step.changed();
  };
  const markCell = (array: Value, key: string): void => {
    if (addCell(context.variedCells, memory.nodeOf(array), key)) step.changed();
  };
  const varied = (value: Value | undefined): boolean => value !== undefined && context.varied.has(value);
  const flow = (from: readonly Value[], to: readonly Value[]): void =>
    from.forEach((value, i) => {
      if (varied(value)) mark(to[i]);
    });
  const [a, b, c] = instr.args;
  const [result] = instr.results;
  switch (instr.kind) {
    case "op":
      if (passes(instr) && instr.args.some(varied)) mark(result);
      return;
    case "newArray":
      if (varied(b)) markCell(result!, elements);
      return;
    case "arrayLit":
      if (instr.args.some(varied)) markCell(result!, elements);
      return;
    case "newRecord":
      instr.args.forEach((arg, i) => {
        if (varied(arg) && result?.ty.kind === "record") markCell(result, result.ty.fields[i]!.name);
      });
      return;
    case "slice":
      if (hasCell(context.variedCells, memory.nodeOf(a!), elements)) markCell(result!, elements);
      return;
    case "load":
    case "pop":
      if (hasCell(context.variedCells, memory.nodeOf(a!), elements)) mark(result);
      return;
    case "getField":
      if (hasCell(context.variedCells, memory.nodeOf(a!), instr.field)) mark(result);
      return;
    case "store":
      if (varied(c)) markCell(a!, elements);
      return;
    case "push":
      if (varied(b)) markCell(a!, elements);
      return;
    case "setField":
      if (varied(b)) markCell(a!, instr.field);
      return;
    case "if":
      for (const region of instr.regions) flow(region.yields, instr.results);
      return;
    case "for":
      return flowLoop(instr, instr.args.slice(2), 1, instr.breaks ? 1 : 0, flow);
    case "while":
      return flowLoop(instr, instr.args, 0, 1, flow);
    case "call":
      return flowCall(instr, step, mark);
    default:
      return;
  }
}

type Flow = (from: readonly Value[], to: readonly Value[]) => void;

function flowLoop(instr: Instr, inits: readonly Value[], skipParams: number, skipYields: number, flow: Flow): void {
  const [body] = instr.regions;
  const params = body!.params.slice(skipParams);
  flow(inits, params);
  flow(inits, instr.results);
  flow(body!.yields.slice(skipYields), params);
  flow(body!.yields.slice(skipYields), instr.results);
}

function flowCall(call: CallInstr, step: Step, mark: (value: Value | undefined) => void): void {
  const { context } = step;
  const callee = step.callee(call);
  if (context.calls.get(call) !== callee) {
    context.calls.set(call, callee);
    step.changed();
  }
  callee.fn.body.yields.forEach((value, i) => {
    if (callee.varied.has(value)) mark(call.results[i]);
  });
  const here = context.memory.callMap(call);
  for (const node of sharedNodes(callee.fn, callee.memory))
    for (const key of callee.variedCells.get(node) ?? [])
      if (addCell(context.variedCells, here(node), key)) step.changed();
}

/** One pass in reverse order of what the results depend on. Outside memory is a result of every function but the entry. */
function flowBackward(step: Step): void {
  const { context } = step;
  const { fn, memory } = context;
  for (const value of fn.body.yields) {
    if (isNum(value.ty)) markUseful(step, value);
    else if (isRef(value.ty)) markReachable(step, memory.nodeOf(value));
  }
  if (!context.isEntry)
    for (const node of sharedNodes(fn, memory)) markReachable(step, node);
  const instrs: Instr[] = [];
  eachInstr(fn.body, (instr) => instrs.push(instr));
  for (const instr of instrs.reverse()) usefulBefore(instr, step);
}

function markUseful(step: Step, value: Value | undefined): void {
  if (value === undefined || !isNum(value.ty) || step.context.useful.has(value)) return;
  step.context.useful.add(value);
  step.changed();
}

function markReachable(step: Step, from: MemoryNode): void {
  const { variedCells, usefulCells } = step.context;
  for (const node of reachable(from))
    for (const key of variedCells.get(node) ?? [])
      if (addCell(usefulCells, node, key)) step.changed();
}

function usefulBefore(instr: Instr, step: Step): void {
  const { context } = step;
  const { memory, useful, usefulCells } = context;
  const isUseful = (value: Value | undefined): boolean => value !== undefined && useful.has(value);
  const usefulCell = (value: Value | undefined, key: string): boolean =>
    value !== undefined && hasCell(usefulCells, memory.nodeOf(value), key);
  const markCell = (value: Value, key: string): void => {
    if (addCell(usefulCells, memory.nodeOf(value), key)) step.changed();
  };
  const flow = (to: readonly Value[], from: readonly Value[]): void =>
    to.forEach((value, i) => {
      if (isUseful(value)) markUseful(step, from[i]);
    });
  const [a, b, c] = instr.args;
  const [result] = instr.results;
  switch (instr.kind) {
    case "op":
      if (isUseful(result) && passes(instr)) for (const arg of instr.args) markUseful(step, arg);
      return;
    case "newArray":
      if (usefulCell(result, elements)) markUseful(step, b);
      return;
    case "arrayLit":
      if (usefulCell(result, elements)) for (const arg of instr.args) markUseful(step, arg);
      return;
    case "newRecord":
      instr.args.forEach((arg, i) => {
        if (result?.ty.kind === "record" && usefulCell(result, result.ty.fields[i]!.name)) markUseful(step, arg);
      });
      return;
    case "slice":
      if (usefulCell(result, elements)) markCell(a!, elements);
      return;
    case "load":
    case "pop":
      if (isUseful(result)) markCell(a!, elements);
      return;
    case "getField":
      if (isUseful(result)) markCell(a!, instr.field);
      return;
    case "store":
      if (usefulCell(a, elements)) markUseful(step, c);
      return;
    case "push":
      if (usefulCell(a, elements)) markUseful(step, b);
      return;
    case "setField":
      if (usefulCell(a, instr.field)) markUseful(step, b);
      return;
    case "if":
      for (const region of instr.regions) flow(instr.results, region.yields);
      return;
    case "for":
      return usefulLoop(instr, instr.args.slice(2), 1, instr.breaks ? 1 : 0, flow);
    case "while":
      return usefulLoop(instr, instr.args, 0, 1, flow);
    case "call":
      return usefulCall(instr, step);
    default:
      return;
  }
}

function usefulLoop(instr: Instr, inits: readonly Value[], skipParams: number, skipYields: number, flow: Flow): void {
  const [body] = instr.regions;
  const params = body!.params.slice(skipParams);
  const yields = body!.yields.slice(skipYields);
  // Parameter and result of a carried value are active together.
  flow(instr.results, params);
  flow(params, yields);
  flow(params, inits);
}

/** A callee's active inputs are useful to its caller, so that the two agree on what has a shadow. */
function usefulCall(call: CallInstr, step: Step): void {
  const { context } = step;
  const callee = context.calls.get(call);
  if (callee === undefined) return;
  callee.fn.body.params.forEach((param, i) => {
    if (callee.varied.has(param) && callee.useful.has(param)) markUseful(step, call.args[i]);
  });
  const here = context.memory.callMap(call);
  for (const node of sharedNodes(callee.fn, callee.memory))
    for (const key of callee.usefulCells.get(node) ?? [])
      if (hasCell(callee.variedCells, node, key) && addCell(context.usefulCells, here(node), key)) step.changed();
}

const activities = new WeakMap<Context, Activity>();

function asActivity(context: Context): Activity {
  const known = activities.get(context);
  if (known !== undefined) return known;
  const { varied, useful, variedCells, usefulCells, memory, shadowMemo } = context;
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
    needsShadow: (value) => isRef(value.ty) && holdsFloat(value.ty) && hasActive(memory.nodeOf(value)),
    reachesVaried: (value) =>
      isRef(value.ty) &&
      [...reachable(memory.nodeOf(value))].some((node) => (variedCells.get(node)?.size ?? 0) > 0),
    ofCall: (call) => asActivity(context.calls.get(call)!),
  };
  activities.set(context, activity);
  return activity;
}

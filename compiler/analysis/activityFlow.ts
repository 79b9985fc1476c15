import type { CallInstr, Instr, Value } from "../ir/ir.js";
import { isNum, isRef } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { rules } from "../rules/rules.js";
import {
  type ActivityContext,
  addCell,
  hasCell,
  sharedNodes,
} from "./activityContext.js";
import { elements, type MemoryNode, reachable } from "./memoryGraph.js";

/** One pass over a context: what it needs of the solver. */
export interface Step {
  readonly context: ActivityContext;
  callee(call: CallInstr): ActivityContext;
  changed(): void;
  /** Follow what the results depend on through operations that have no slope, too: rounding, bits. */
  readonly numerically: boolean;
}

/** Stands for the keys of a Map or Set: numbers that vary may be among them, and no slope comes out of them. */
const tableKeys = "[keys]";

/** Is the scalar result of this op varied when its operand i is? */
const passes = (instr: Instr): boolean =>
  instr.kind !== "op" || rules[instr.op].kind === "smooth";

/** Does the number that this op gives depend on its operands, smoothly or in steps? */
function passesNumbers(instr: Instr): boolean {
  if (instr.kind !== "op") return true;
  const rule = rules[instr.op];
  return rule.kind !== "flat" || rule.rounds;
}

export function flowForward(instr: Instr, step: Step): void {
  const { context } = step;
  const { memory } = context;
  const mark = (value: Value | undefined): void => {
    if (value === undefined || !isNum(value.ty) || context.varied.has(value))
      return;
    context.varied.add(value);
    step.changed();
  };
  const markCell = (array: Value, key: string): void => {
    if (addCell(context.variedCells, memory.nodeOf(array), key)) step.changed();
  };
  const varied = (value: Value | undefined): boolean =>
    value !== undefined && context.varied.has(value);
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
    case "newTable":
      if (instr.args.some(varied)) markCell(result!, elements);
      return;
    case "newRecord":
      instr.args.forEach((arg, i) => {
        if (varied(arg) && result?.ty.kind === "record")
          markCell(result, result.ty.fields[i]!.name);
      });
      return;
    case "slice":
      if (hasCell(context.variedCells, memory.nodeOf(a!), elements))
        markCell(result!, elements);
      return;
    case "load":
    case "pop":
      if (hasCell(context.variedCells, memory.nodeOf(a!), elements))
        mark(result);
      return;
    case "getField":
      if (hasCell(context.variedCells, memory.nodeOf(a!), instr.field))
        mark(result);
      return;
    case "store":
      if (varied(c)) markCell(a!, elements);
      if (varied(b) && a!.ty.kind === "table") markCell(a!, tableKeys);
      return;
    case "keys":
      if (hasCell(context.variedCells, memory.nodeOf(a!), tableKeys))
        markCell(result!, elements);
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
      return flowLoop(
        instr,
        instr.args.slice(2),
        1,
        instr.breaks ? 1 : 0,
        flow,
      );
    case "while":
      return flowLoop(instr, instr.args, 0, 1, flow);
    case "call":
      return flowCall(instr, step, mark);
    default:
      return;
  }
}

type Flow = (from: readonly Value[], to: readonly Value[]) => void;

function flowLoop(
  instr: Instr,
  inits: readonly Value[],
  skipParams: number,
  skipYields: number,
  flow: Flow,
): void {
  const [body] = instr.regions;
  const params = body!.params.slice(skipParams);
  flow(inits, params);
  flow(inits, instr.results);
  flow(body!.yields.slice(skipYields), params);
  flow(body!.yields.slice(skipYields), instr.results);
}

function flowCall(
  call: CallInstr,
  step: Step,
  mark: (value: Value | undefined) => void,
): void {
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
export function flowBackward(step: Step): void {
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
  if (value === undefined || !isNum(value.ty) || step.context.useful.has(value))
    return;
  step.context.useful.add(value);
  step.changed();
}

function markReachable(step: Step, from: MemoryNode): void {
  const { variedCells, usefulCells } = step.context;
  for (const node of reachable(from))
    for (const key of variedCells.get(node) ?? [])
      if (key !== tableKeys && addCell(usefulCells, node, key)) step.changed();
}

function usefulBefore(instr: Instr, step: Step): void {
  const { context } = step;
  const { memory, useful, usefulCells } = context;
  const isUseful = (value: Value | undefined): boolean =>
    value !== undefined && useful.has(value);
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
      if (
        isUseful(result) &&
        (step.numerically ? passesNumbers(instr) : passes(instr))
      )
        for (const arg of instr.args) markUseful(step, arg);
      return;
    case "newArray":
      if (usefulCell(result, elements)) markUseful(step, b);
      return;
    case "arrayLit":
    case "newTable":
      if (usefulCell(result, elements))
        for (const arg of instr.args) markUseful(step, arg);
      return;
    case "newRecord":
      instr.args.forEach((arg, i) => {
        if (
          result?.ty.kind === "record" &&
          usefulCell(result, result.ty.fields[i]!.name)
        )
          markUseful(step, arg);
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
      return usefulLoop(
        instr,
        instr.args.slice(2),
        1,
        instr.breaks ? 1 : 0,
        flow,
      );
    case "while":
      return usefulLoop(instr, instr.args, 0, 1, flow);
    case "call":
      return usefulCall(instr, step);
    default:
      return;
  }
}

function usefulLoop(
  instr: Instr,
  inits: readonly Value[],
  skipParams: number,
  skipYields: number,
  flow: Flow,
): void {
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
    if (callee.varied.has(param) && callee.useful.has(param))
      markUseful(step, call.args[i]);
  });
  const here = context.memory.callMap(call);
  for (const node of sharedNodes(callee.fn, callee.memory))
    for (const key of callee.usefulCells.get(node) ?? [])
      if (
        hasCell(callee.variedCells, node, key) &&
        addCell(context.usefulCells, here(node), key)
      )
        step.changed();
}

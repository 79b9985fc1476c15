import { idsAfter, newIds, RegionBuilder } from "../../ir/builder.js";
import { interpret } from "../../ir/interpret.js";
import type { Binding, Func, Instr } from "../../ir/ir.js";
import { bool, isRef, type Ty } from "../../ir/types.js";
import { eachInstr } from "../../ir/visit.js";
import { localise } from "./stateLocal.js";
import type { ModuleState } from "./moduleState.js";
import type { Walk } from "./stateWalk.js";

/**
 * `const ONE = new Complex(1, 0)`, of which the constructor uses scratch memory of the module: an object that holds nothing
 * but constants once it is made. The Func that makes it then only puts these together, and needs the other memory no more.
 */
export function madeOfConstants(
  state: ModuleState,
  shared: ReadonlySet<ModuleState>,
  input: {
    readonly funcs: ReadonlyMap<string, Func>;
    readonly states: ReadonlyMap<Binding, ModuleState>;
    readonly uses: ReadonlyMap<string, ReadonlySet<ModuleState>>;
    walk(fn: Func): Walk;
  },
): Func | undefined {
  const { funcs, states, uses } = input;
  const make = funcs.get(state.make);
  const fields = make && fieldsIn(make.results[0]);
  if (make === undefined || fields === undefined) return undefined;
  // each of them is made by itself
  if ([...shared].some((one) => uses.get(one.make)?.size !== 0))
    return undefined;
  // it may be what the scratch memory holds from an earlier use
  if (input.walk(make).stale.size > 0) return undefined;
  const alone = localise({
    funcs,
    entries: [{ func: state.make }],
    states,
    uses,
    local: new Map([[state.make, shared]]),
    all: shared,
  }).funcs;
  const asked = alone.get(state.make);
  if (asked === undefined || differsByEngine(alone, state.make))
    return undefined;
  alone.set(state.make, withIdentity(asked, shared.size));
  const [made, isScratch] = valuesOf(alone, state.make);
  if (made === undefined || isScratch !== false) return undefined;
  const values = fields.map(
    ({ name }) => (made as Record<string, unknown>)[name],
  );
  return values.every(isScalar) ? builtOf(make, values) : undefined;
}

type Scalar = number | boolean | string;

const isScalar = (value: unknown): value is Scalar =>
  ["number", "boolean", "string"].includes(typeof value);

function fieldsIn(
  ty: Ty | undefined,
): readonly { readonly name: string; readonly ty: Ty }[] | undefined {
  if (ty?.kind !== "record" || ty.tuple || ty.recursive) return undefined;
  return ty.fields.every((one) => !isRef(one.ty) && one.ty.kind !== "maybe")
    ? ty.fields
    : undefined;
}

/** It also gives whether what it makes is the memory that it uses, which stands at its start. */
function withIdentity(fn: Func, count: number): Func {
  const [result] = fn.body.yields;
  if (result === undefined) return fn;
  const b = new RegionBuilder(idsAfter(fn), fn.span);
  let found = b.constant(false);
  for (const { results } of fn.body.body.slice(0, count))
    for (const one of results)
      found = b.op("or", [found, b.op("eq", [result, one])]);
  return {
    ...fn,
    results: [...fn.results, bool],
    body: {
      ...fn.body,
      body: [...fn.body.body, ...b.body],
      yields: [result, found],
    },
  };
}

/** The last bits of these may be others where the module runs. */
const inexact: ReadonlySet<string> = new Set(
  "pow cbrt exp expm1 log log1p log2 log10 sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh atan2 hypot".split(
    " ",
  ),
);

function differsByEngine(
  funcs: ReadonlyMap<string, Func>,
  first: string,
): boolean {
  const reached = new Set([first]);
  let differs = false;
  for (const name of reached) {
    const fn = funcs.get(name);
    if (fn === undefined) continue;
    eachInstr(fn.body, (instr) => {
      if (instr.kind === "call") reached.add(instr.callee);
      differs ||= instr.kind === "op" && inexact.has(instr.op);
    });
  }
  return differs;
}

function valuesOf(
  funcs: ReadonlyMap<string, Func>,
  name: string,
): readonly unknown[] {
  // what is only carried runs where the module does, and not here
  const toJavaScript = (text: string): never => {
    throw new Error(`not run while compiling: ${text}`);
  };
  try {
    const host = { toJavaScript, maxSteps: 200_000 };
    return interpret({ funcs }, name, [], host) as readonly unknown[];
  } catch {
    // it needs what only the running module has
    return [];
  }
}

function builtOf(make: Func, values: readonly Scalar[]): Func {
  const [ty] = make.results;
  const ids = newIds();
  const b = new RegionBuilder(ids, make.span);
  const result = ids.fresh(ty!);
  const args = values.map((one) => b.constant(one));
  const instr: Instr = { kind: "newRecord", ...b.plain(args, [result]) };
  b.emit(instr);
  return { ...make, params: [], body: b.finish([], [result]) };
}

import { idsAfter, type Ids } from "../../ir/builder.js";
import type { Binding, Func, Instr, Param, Region } from "../../ir/ir.js";
import { withParts } from "../../ir/visit.js";
import type { ModuleState } from "./moduleState.js";
import type { Entry } from "../../ir/program.js";

interface Input<E extends Pick<Entry, "func"> = Pick<Entry, "func">> {
  readonly funcs: ReadonlyMap<string, Func>;
  readonly entries: readonly E[];
  readonly states: ReadonlyMap<Binding, ModuleState>;
  readonly uses: ReadonlyMap<string, ReadonlySet<ModuleState>>;
  /** What each entry makes anew when it is called. */
  readonly local: ReadonlyMap<string, ReadonlySet<ModuleState>>;
  /** All that some entry makes. */
  readonly all: ReadonlySet<ModuleState>;
}

/**
 * Module memory becomes a parameter of the helpers that use it. An entry makes its own, or takes that of the module
 * where it only reads. An entry that others call is a helper, too, and then there are two of it.
 */
export function localise<E extends Pick<Entry, "func">>(
  input: Input<E>,
): {
  funcs: Map<string, Func>;
  entries: readonly E[];
} {
  const { funcs, entries, uses, local, all } = input;
  const passed = (name: string): readonly ModuleState[] =>
    [...(uses.get(name) ?? [])].filter((one) => all.has(one));
  const roots = new Set(entries.map((one) => one.func));
  const called = calledIn(funcs);
  const inner = (name: string): string =>
    roots.has(name) && passed(name).length > 0 ? `${name}Inner` : name;
  const made = new Map<string, Func>();
  for (const [name, given] of funcs) {
    const fn = unboxed(given, input);
    const states = passed(name);
    if (states.length === 0) made.set(name, fn);
    else {
      if (roots.has(name)) {
        const own = local.get(name) ?? new Set();
        made.set(name, asEntry(fn, states, own, input, passed, inner));
      }
      if (!roots.has(name) || called.has(name)) {
        const helper = asHelper(fn, states, input, passed, inner);
        made.set(inner(name), { ...helper, name: inner(name) });
      }
    }
  }
  // what made the memory of entries that only read it is not called any more
  const live = reachable(made, [...roots]);
  for (const name of made.keys()) if (!live.has(name)) made.delete(name);
  return { funcs: made, entries };
}

function calledIn(funcs: ReadonlyMap<string, Func>): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (region: Region): void => {
    for (const instr of region.body) {
      if (instr.kind === "call") found.add(instr.callee);
      instr.regions.forEach(visit);
    }
  };
  for (const fn of funcs.values()) visit(fn.body);
  return found;
}

function reachable(
  funcs: ReadonlyMap<string, Func>,
  roots: readonly string[],
): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const fn = funcs.get(name);
    if (fn === undefined || found.has(name)) return;
    found.add(name);
    calledIn(new Map([[name, fn]])).forEach(visit);
  };
  roots.forEach(visit);
  return found;
}

type Passed = (name: string) => readonly ModuleState[];

function asEntry(
  fn: Func,
  states: readonly ModuleState[],
  own: ReadonlySet<ModuleState>,
  input: Input,
  passed: Passed,
  inner: (name: string) => string,
): Func {
  const ids = idsAfter(fn);
  const values = new Map(
    states.map((one) => [one, ids.fresh(one.ty, one.name)]),
  );
  const { span } = fn;
  const start = states.flatMap((one): Instr[] => {
    const result = values.get(one)!;
    const rest = { args: [], results: [result], regions: [], span };
    return own.has(one)
      ? [{ kind: "call", callee: one.make, ...rest }]
      : ofModule(one, { kind: "global", binding: one.binding, ...rest }, ids);
  });
  const body = threaded(fn.body, values, input, passed, inner);
  return { ...fn, body: { ...body, body: [...start, ...body.body] } };
}

/** What a module has, as it is; a variable in an object of its own. */
function ofModule(
  { ty, isVariable }: ModuleState,
  instr: Instr,
  ids: Ids,
): Instr[] {
  const [field] = ty.kind === "record" ? ty.fields : [];
  if (!isVariable || field === undefined) return [instr];
  const inner = ids.fresh(field.ty);
  return [
    withParts(instr, { results: [inner] }),
    { ...instr, kind: "newRecord", args: [inner] },
  ];
}

/** Variables that only others assign are read from the module. */
function unboxed(fn: Func, { states, all }: Input): Func {
  const isOpen = (instr: Instr): ModuleState | undefined => {
    const state =
      instr.kind === "global" ? states.get(instr.binding) : undefined;
    return state?.isVariable && !all.has(state) ? state : undefined;
  };
  if (!fn.body.body.some(isOpen)) return fn;
  const ids = idsAfter(fn);
  const body = fn.body.body.flatMap((instr) => {
    const state = isOpen(instr);
    return state === undefined ? [instr] : ofModule(state, instr, ids);
  });
  return { ...fn, body: { ...fn.body, body } };
}

function asHelper(
  fn: Func,
  states: readonly ModuleState[],
  input: Input,
  passed: Passed,
  inner: (name: string) => string,
): Func {
  const ids = idsAfter(fn);
  const values = new Map(
    states.map((one) => [one, ids.fresh(one.ty, one.name)]),
  );
  const added = states.map((one): Param => ({
    name: one.name,
    value: values.get(one)!,
    optional: false,
    span: fn.span,
  }));
  const params = [...fn.params.map(withoutRest), ...added];
  const body = threaded(fn.body, values, input, passed, inner);
  return {
    ...fn,
    params,
    body: { ...body, params: params.map((one) => one.value) },
  };
}

function withoutRest(param: Param): Param {
  const { rest: _, ...plain } = param;
  return plain;
}

/** The region with the states as they are in this function: parameters, or made at its start. */
function threaded(
  region: Region,
  values: ReadonlyMap<ModuleState, Func["body"]["params"][number]>,
  { states }: Input,
  passed: Passed,
  inner: (name: string) => string,
): Region {
  const renamed = new Map<unknown, Func["body"]["params"][number]>();
  const now = (value: Func["body"]["params"][number]): typeof value =>
    renamed.get(value) ?? value;
  const walk = (one: Region): Region => {
    const body: Instr[] = [];
    for (const instr of one.body) {
      const state =
        instr.kind === "global" ? states.get(instr.binding) : undefined;
      const value = state && values.get(state);
      if (value !== undefined) {
        renamed.set(instr.results[0], value);
        continue;
      }
      const args = instr.args.map(now);
      const current = withParts(instr, {
        args,
        regions: instr.regions.map(walk),
      });
      if (current.kind !== "call") body.push(current);
      else {
        const more = passed(current.callee).map((s) => values.get(s)!);
        body.push({
          ...current,
          callee: inner(current.callee),
          args: [...args, ...more],
        });
      }
    }
    return { params: one.params, body, yields: one.yields.map(now) };
  };
  return walk(region);
}

import { ts } from "ts-morph";
import type { Finding } from "../../diagnostics/diagnostic.js";
import type { Span } from "../../diagnostics/span.js";
import { interpret } from "../../ir/interpret.js";
import type { Binding, Func, Instr } from "../../ir/ir.js";
import type { Ty } from "../../ir/types.js";
import { eachInstr } from "../../ir/visit.js";
import { localise } from "./stateLocal.js";
import { isComparedWithExports, isOnlyCompared } from "./onlyCompared.js";
import { madeOfConstants } from "./stateConstants.js";
import { walkStates, type Stale, type State, type Walk } from "./stateWalk.js";
import type { Entry } from "../../ir/program.js";

/** Memory of a module that functions may write into, as lowering meets it. */
export interface ModuleState {
  readonly name: string;
  /** A static field, as the source names it. */
  readonly shownAs?: string;
  readonly ty: Ty;
  /** The Func that makes it as it is when the module is loaded. */
  readonly make: string;
  /** Stands for it in `global` instructions: the real binding where there is one. */
  readonly binding: Binding;
  /** Why the generated module cannot have it as it is; absent where it can. */
  readonly refusal: Refusal | undefined;
  /** Nothing changes it, anywhere. */
  readonly isFixed: boolean;
  /** Where a function only reads it, it is what it was at first: nobody changes it by its name. */
  readonly isMadeAnew: boolean;
  /** It is a variable that is assigned, kept in an object with one field. */
  readonly isVariable: boolean;
  readonly changing: readonly string[];
}

export type Refusal = Pick<Finding, "code" | "message" | "help">;

/**
 * Takes module memory that functions write into out of the program: it is made at the start of each call, once it is
 * proven that no call sees what an older one left. What is only read stays what it was, a binding of the module.
 */
export function resolveStates(
  given: Map<string, Func>,
  entries: readonly Entry[],
  states: ReadonlyMap<Binding, ModuleState>,
  report: (finding: Finding) => void,
): { funcs: Map<string, Func>; entries: readonly Entry[] } {
  if (states.size === 0) return { funcs: given, entries };
  const funcs = new Map(given);
  const walked = new Map<ModuleState, State>();
  const stateFor = (state: ModuleState): State => {
    const known = walked.get(state);
    if (known !== undefined) return known;
    const made: State = {
      name: state.name,
      ty: state.ty,
      initial: initialOf(state, funcs),
      isFixed: state.isFixed,
      changing: new Set(state.changing),
    };
    walked.set(state, made);
    return made;
  };
  const stateAt = (instr: Instr): ModuleState | undefined =>
    instr.kind === "global" ? states.get(instr.binding) : undefined;
  const walkOf = (
    fn: Func,
    uses: ReadonlyMap<string, ReadonlySet<ModuleState>>,
    kept: ReadonlySet<string> = new Set(),
  ): Walk => {
    const asUsed = (state: ModuleState): State => {
      const found = stateFor(state);
      return kept.has(found.name) ? { ...found, isFixed: true } : found;
    };
    return walkStates(
      fn,
      funcs,
      (instr) => {
        const found = stateAt(instr);
        return found && asUsed(found);
      },
      (name) => [...(uses.get(name) ?? [])].map(asUsed),
    );
  };
  /** What a call does not write into may be put into what it writes: it is no memory of an earlier call. */
  const walkEntry = (fn: Func, used: readonly ModuleState[]): Walk => {
    const walk = walkOf(fn, uses);
    const kept = used
      .map(({ name }) => name)
      .filter((name) => !walk.written.has(name));
    if (walk.stale.size === 0 || kept.length === 0) return walk;
    const again = walkOf(fn, uses, new Set(kept));
    return kept.some((name) => again.written.has(name)) ? walk : again;
  };
  for (let isNew = true; isNew;) {
    isNew = false;
    const uses = usesOf(funcs, states);
    for (const state of states.values()) {
      const shared = uses.get(state.make) ?? new Set();
      if (shared.size === 0) continue;
      const walk = (fn: Func): Walk => walkOf(fn, uses);
      const input = { funcs, states, uses, walk };
      const made = madeOfConstants(state, shared, input);
      if (made === undefined) continue;
      funcs.set(state.make, made);
      walked.delete(state);
      isNew = true;
    }
  }
  const uses = usesOf(funcs, states);
  /** An object of its own, whatever names it has. */
  const isOwn = (at: Instr): boolean => {
    const state = stateAt(at);
    return state !== undefined && (uses.get(state.make)?.size ?? 0) === 0;
  };
  const local = new Map<string, Set<ModuleState>>();
  for (const { func } of entries) {
    const fn = funcs.get(func);
    const used = [...(uses.get(func) ?? [])];
    if (fn === undefined || used.length === 0) continue;
    // something that it calls has been refused
    if (!isWhole(func, funcs)) continue;
    const walk = walkEntry(fn, used);
    const made = new Set<ModuleState>();
    for (const state of used) {
      const isWritten = walk.written.has(state.name);
      const stale = walk.stale.get(state.name);
      const span = firstUse(func, state, funcs, stateAt) ?? fn.span;
      const isIt = (at: Instr): boolean => stateAt(at) === state;
      const isInitial =
        state.isFixed ||
        state.isMadeAnew ||
        isOnlyCompared(fn, funcs, state.ty, isIt);
      if (isWritten || (isInitial && state.refusal)) {
        made.add(state);
        const shared = [...(uses.get(state.make) ?? [])];
        if (shared.length > 0) report(sharedFinding(state, span));
        else if (isWritten && stale !== undefined && !state.isFixed)
          report(staleFinding(state, stale));
        else if (isComparedWithExports(fn, funcs, state.ty, isOwn))
          report(staleFinding(state, { state: state.name, span, why: "same" }));
        else {
          const at = walk.onlyWritten.get(state.name);
          const isSeen = state.refusal === undefined && !state.isVariable;
          if (at !== undefined && isSeen) report(outputFinding(state, at));
        }
      } else if (state.refusal !== undefined)
        report({ ...state.refusal, severity: "error", span });
    }
    local.set(func, made);
  }
  if (entries.some(({ func }) => !isWhole(func, funcs)))
    return { funcs: given, entries };
  const all = new Set([...local.values()].flatMap((one) => [...one]));
  return localise({ funcs, entries, states, uses, local, all });
}

function isWhole(start: string, funcs: ReadonlyMap<string, Func>): boolean {
  const seen = new Set<string>();
  const visit = (name: string): boolean => {
    if (seen.has(name)) return true;
    seen.add(name);
    const fn = funcs.get(name);
    if (fn === undefined) return false;
    let whole = true;
    eachInstr(fn.body, (instr) => {
      if (instr.kind === "call") whole &&= visit(instr.callee);
    });
    return whole;
  };
  return visit(start);
}

/** The states that a function and those that it calls mention. */
function usesOf(
  funcs: ReadonlyMap<string, Func>,
  states: ReadonlyMap<Binding, ModuleState>,
): Map<string, ReadonlySet<ModuleState>> {
  const own = new Map<string, Set<ModuleState>>();
  const calls = new Map<string, Set<string>>();
  for (const [name, fn] of funcs) {
    const found = new Set<ModuleState>();
    const called = new Set<string>();
    eachInstr(fn.body, (instr) => {
      if (instr.kind === "call") called.add(instr.callee);
      const state =
        instr.kind === "global" ? states.get(instr.binding) : undefined;
      if (state !== undefined) found.add(state);
    });
    own.set(name, found);
    calls.set(name, called);
  }
  for (let changed = true; changed;) {
    changed = false;
    for (const [name, called] of calls) {
      const mine = own.get(name)!;
      const before = mine.size;
      for (const callee of called)
        for (const state of own.get(callee) ?? []) mine.add(state);
      changed ||= mine.size > before;
    }
  }
  return own;
}

/** Where a function, or one that it calls, mentions a state first. */
function firstUse(
  start: string,
  state: ModuleState,
  funcs: ReadonlyMap<string, Func>,
  stateAt: (instr: Instr) => ModuleState | undefined,
): Span | undefined {
  const seen = new Set<string>();
  const visit = (name: string): Span | undefined => {
    const fn = funcs.get(name);
    if (fn === undefined || seen.has(name)) return undefined;
    seen.add(name);
    let found: Span | undefined;
    eachInstr(fn.body, (instr) => {
      if (stateAt(instr) === state) found ??= instr.span;
      if (instr.kind === "call") found ??= visit(instr.callee);
    });
    return found;
  };
  return visit(start);
}

/** What a state is when its module is loaded, as far as that can be computed here. */
function initialOf(
  state: ModuleState,
  funcs: ReadonlyMap<string, Func>,
): unknown {
  const toJavaScript = (text: string): string =>
    ts.transpile(text, { target: ts.ScriptTarget.ESNext });
  try {
    const host = { toJavaScript, maxSteps: 200_000 };
    return interpret({ funcs }, state.make, [], host);
  } catch {
    // it needs what only the running module has: then nothing is known of its shape
    return undefined;
  }
}

function staleFinding(
  { name, shownAs, isVariable }: ModuleState,
  { span, why }: Stale,
): Finding {
  const kind = isVariable ? "variable of the module" : "memory of the module";
  const what =
    shownAs === undefined
      ? `${name}, ${kind}`
      : `${shownAs}, state of its class`;
  const messages = {
    read: `this reads ${what}, which may still hold what an earlier call left there`,
    escapes: `${what}, is handed on here before all of it is given a value in this call`,
    recursion: `${what}, is used by a function that calls itself`,
    same: `${what}, may be what the module exports under another name, and is compared with that`,
    size: `${what}, is used in more code than diffc looks through`,
  };
  return {
    code: "DC2005",
    severity: "error",
    span,
    message: messages[why],
    help: `give it a value first, on every way that leads here; or pass it as a parameter, or make a local one`,
  };
}

const sharedFinding = ({ name }: ModuleState, span: Span): Finding => ({
  code: "DC2005",
  severity: "error",
  span,
  message: `${name} is memory of the module that is made of other such memory`,
  help: "make each on its own, or pass it as a parameter",
});

const outputFinding = ({ name }: ModuleState, span: Span): Finding => ({
  code: "DC2005",
  severity: "error",
  span,
  message: `this writes into ${name}, memory of the module that others can see, and nothing reads it here`,
  help: "return the values instead: a derivative changes nothing outside of itself",
});

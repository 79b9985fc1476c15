import type { Span } from "../diagnostics/span.js";
import type { CallInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import { isPoison } from "../ir/ir.js";
import { bare, isRef, type Ty } from "../ir/types.js";
import { eachInstr, endsInThrow } from "../ir/visit.js";
import {
  addWhole,
  addWritten,
  afterLoop,
  common,
  covers,
  forget,
  into,
  shapeOf,
  textOfPath,
  type Path,
  type Step,
  type Trips,
  type Written,
} from "./stateFacts.js";
import {
  atomIndex,
  constantIndex,
  isConstantIndex,
  number,
  scaled,
  sum,
  textOfIndex,
  type Bounds,
  type Index,
} from "./stateIndex.js";

/** Memory of a module that functions write into. */
export interface State {
  readonly name: string;
  readonly ty: Ty;
  /** What it is when the module is loaded: its shape is that for good. */
  readonly initial: unknown;
  /** Nothing writes into it: it may be read at any time. */
  readonly isFixed: boolean;
  /** Places whose reference is changed somewhere, and arrays that get longer or shorter. */
  readonly changing: ReadonlySet<string>;
}

/** A read that may see what an older call left. */
export interface Stale {
  readonly state: string;
  readonly span: Span;
  readonly why: "read" | "escapes" | "recursion" | "size";
}

export interface Walk {
  /** The states that a call of the function writes into. */
  readonly written: ReadonlySet<string>;
  /** Where the states are first written that nothing reads in the call. */
  readonly onlyWritten: ReadonlyMap<string, Span>;
  /** The first stale read of each state that has one and matters. */
  readonly stale: ReadonlyMap<string, Stale>;
}

/** What is known of a value. */
interface Known {
  readonly index: Index;
  /** Where in module memory it points to. */
  readonly at?: Path;
  /** It is not undefined or null, whatever its type says; or it is a condition that is decided. */
  readonly present?: true;
  readonly truth?: boolean;
  /** It is, or depends on, something that an older call left. */
  readonly stale?: Stale;
}

type Frame = Map<Value, Known>;

/**
 * Proves that what a function reads from module memory was written before in the same call, so that the memory may as
 * well be made anew for each call. Walks the function in the order in which it runs, through the helpers that it
 * calls, and keeps the places that are written on every way. What an older call may have left is followed: it may be
 * put back into module memory (a counter), and goes nowhere else.
 */
export function walkStates(
  entry: Func,
  funcs: ReadonlyMap<string, Func>,
  stateOf: (instr: Instr) => State | undefined,
  statesOf: (callee: string) => readonly State[],
): Walk {
  const changing = new Set<string>();
  // a place that turns out to change is one to be written before it is read: from the start
  for (;;) {
    const before = changing.size;
    try {
      const walk = walkOnce(entry, funcs, stateOf, statesOf, changing);
      if (changing.size === before) return walk;
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error;
      const { span } = entry;
      const all = statesOf(entry.name).map(({ name }) => name);
      return {
        written: new Set(all),
        onlyWritten: new Map(),
        stale: new Map(
          all.map((state) => [state, { state, span, why: "size" }]),
        ),
      };
    }
  }
}

/** Kinds of memory that a function and those that it calls write into. */
function kindsWritten(
  funcs: ReadonlyMap<string, Func>,
  start: string,
): { kinds: ReadonlySet<string>; sizes: ReadonlySet<string> } {
  const kinds = new Set<string>();
  const sizes = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const fn = funcs.get(name);
    if (fn === undefined || seen.has(name)) return;
    seen.add(name);
    eachInstr(fn.body, (instr) => {
      if (instr.kind === "setField") kinds.add(`.${instr.field}`);
      if (instr.kind === "store" || instr.kind === "push")
        kinds.add(kindOf(instr.args[0]?.ty));
      if (isResizing(instr)) sizes.add(kindOf(instr.args[0]?.ty));
      if (instr.kind === "call") visit(instr.callee);
    });
  };
  visit(start);
  return { kinds, sizes };
}

function walkOnce(
  entry: Func,
  funcs: ReadonlyMap<string, Func>,
  stateOf: (instr: Instr) => State | undefined,
  statesOf: (callee: string) => readonly State[],
  changing: Set<string>,
): Walk {
  const states = new Map<string, State>();
  const writtenStates = new Set<string>();
  const firstWrites = new Map<string, Span>();
  const read = new Set<string>();
  const found = new Map<string, Stale>();
  const bounds = new Map<string, Bounds>();
  const interned = new Map<string, string>();
  const stack: string[] = [entry.name];
  const integers = new Set<string>();
  /** The first read of what an older call left that went back into module memory. */
  const putBack = new Map<string, Stale>();
  const escaped = new Set<string>();
  /** Kinds of memory that are written through references which are not followed. */
  const wild = new Set<string>();
  let atoms = 0;
  let steps = 0;
  let silent = 0;
  let hopeful = 0;
  let written: Written = new Map();

  const boundsOf = (atom: string): Bounds | undefined => bounds.get(atom);
  const fresh = (): Index => atomIndex(`#${atoms++}`);
  const unknown = (): Known => ({ index: fresh() });
  const named = (text: string): Index => {
    const atom = interned.get(text) ?? `#${atoms++}`;
    interned.set(text, atom);
    return atomIndex(atom);
  };
  const rounded = (how: "floor" | "ceil", index: Index): Index =>
    isConstantIndex(index)
      ? constantIndex(Math[how](index.constant))
      : [...index.terms].every(([one, k]) => integers.has(one) && k % 1 === 0)
        ? index
        : named(`${how} ${textOfIndex(index)}`);
  const isCovered = (path: Path): boolean =>
    states.get(path.state)?.isFixed === true ||
    covers(written, path, boundsOf) ||
    wider(path).some((one) => covers(written, one, boundsOf));

  const frame: Frame = new Map();
  for (const param of entry.body.params)
    frame.set(param, there(param, unknown()));
  walkRegion(entry.body, frame);
  for (const result of entry.body.yields) use(frame.get(result), entry.span);
  for (const name of escaped) {
    const kinds = kindsIn(states.get(name)?.ty);
    if (kinds.some((one) => wild.has(one))) writtenStates.add(name);
  }
  for (const name of [...read, ...escaped]) firstWrites.delete(name);
  return { written: writtenStates, onlyWritten: firstWrites, stale: found };

  // ---- what may not be ----

  function complain(stale: Stale): void {
    if (silent > 0 || found.has(stale.state)) return;
    found.set(stale.state, putBack.get(stale.state) ?? stale);
  }

  /** Something outside of module memory is made of the value. */
  function use(known: Known | undefined, span: Span): void {
    if (known?.stale !== undefined) complain(known.stale);
    if (known?.at !== undefined) escape(known.at, span);
  }

  /** From here on a place can be reached in ways that are not followed: all of it has to be of this call. */
  function escape(path: Path, span: Span): void {
    escaped.add(path.state);
    if (!isWhole(path)) complain({ state: path.state, span, why: "escapes" });
  }

  function isWhole(path: Path): boolean {
    if (isCovered(path)) return true;
    const part = partAt(path);
    if (!isObject(part)) return false;
    if (isChanging(into(path, lengthStep))) return false;
    return partsOf(part).every((step) => {
      const inner = into(path, step);
      return isChanging(inner) ? isCovered(inner) : isWhole(inner);
    });
  }

  /** All elements among which one is: what is written of them all is written of it. */
  function wider(path: Path): readonly Path[] {
    const at = path.steps.findIndex(
      (step) => step.kind === "at" && !isConstantIndex(step.index),
    );
    const step = path.steps[at];
    if (step?.kind !== "at") return [];
    const before = { state: path.state, steps: path.steps.slice(0, at) };
    const part = partAt(before);
    const ranges: Step[] = [];
    const [term, ...others] = step.index.terms;
    const bounds = term && others.length === 0 ? boundsOf(term[0]) : undefined;
    if (bounds?.lo && bounds.hi && term?.[1] === 1) {
      const { constant } = step.index;
      const by = constantIndex(constant);
      ranges.push({
        kind: "range",
        lo: sum(bounds.lo, by),
        hi: sum(bounds.hi, by),
      });
    }
    if (
      isObject(part) &&
      "length" in part &&
      !isChanging(into(before, lengthStep))
    )
      ranges.push({
        kind: "range",
        lo: constantIndex(0),
        hi: constantIndex(part.length as number),
      });
    return ranges.flatMap((range) => {
      const steps = path.steps.map((one, k) => (k === at ? range : one));
      const one = { state: path.state, steps };
      return [one, ...wider(one)];
    });
  }

  /** What stands at a place when the module is loaded. */
  function partAt(path: Path): unknown {
    let part: unknown = states.get(path.state)?.initial;
    for (const step of path.steps) {
      if (!isObject(part)) return undefined;
      part =
        step.kind === "field"
          ? (part as Record<string, unknown>)[step.name]
          : (part as ArrayLike<unknown>)[
              step.kind === "at" && isConstantIndex(step.index)
                ? step.index.constant
                : 0
            ];
    }
    return part;
  }

  function isChanging(path: Path): boolean {
    const shape = shapeOf(path);
    return (
      changing.has(shape) ||
      states.get(path.state)?.changing.has(shape) === true
    );
  }

  // ---- reads and writes ----

  function readCell(path: Path, result: Value, span: Span): Known {
    const isPlace = isRef(bare(result.ty)) && !isChanging(path);
    if (isPlace) return { index: fresh(), at: path };
    read.add(path.state);
    if (hopeful > 0 || isCovered(path)) return unknown();
    return { index: fresh(), stale: { state: path.state, span, why: "read" } };
  }

  function writeCell(path: Path, value: Known, given: Value, span: Span): void {
    noteWrite(path, span);
    if (isRef(bare(given.ty)) && !isChanging(path)) changing.add(shapeOf(path));
    if (value.at !== undefined) escape(value.at, span);
    if (value.stale !== undefined) {
      forget(written, path);
      if (!putBack.has(value.stale.state))
        putBack.set(value.stale.state, value.stale);
    } else addWritten(written, path);
  }

  // ---- the walk ----

  function walkRegion(region: Region, frame: Frame): void {
    for (const instr of region.body) {
      if (++steps > mostSteps) throw new TooMuch();
      const results = walkInstr(instr, frame);
      instr.results.forEach((result, k) =>
        frame.set(result, results[k] ?? unknown()),
      );
    }
  }

  function get(frame: Frame, value: Value | undefined): Known {
    const known = value && frame.get(value);
    return known ?? unknown();
  }

  function walkInstr(instr: Instr, frame: Frame): readonly Known[] {
    const args = instr.args.map((one) => get(frame, one));
    const [a, b, c] = args;
    const [result] = instr.results;
    const { span } = instr;
    switch (instr.kind) {
      case "const":
        return [
          typeof instr.value === "boolean"
            ? { index: constantOf(instr.value), truth: instr.value }
            : typeof instr.value === "number"
              ? { index: constantOf(instr.value), present: true }
              : { index: constantOf(instr.value) },
        ];
      case "global": {
        const state = stateOf(instr);
        if (state === undefined) return [unknown()];
        states.set(state.name, state);
        return [{ index: fresh(), at: { state: state.name, steps: [] } }];
      }
      case "op":
        return [walkOp(instr.op, args, span)];
      case "opaque": {
        if (instr.effect === "none") return [mixed(args, span)];
        for (const one of args) use(one, span);
        return [unknown()];
      }
      case "newArray":
      case "arrayLit":
      case "newRecord":
        for (const one of args) use(one, span);
        return [unknown()];
      case "getField":
        if (result === undefined) return [];
        if (a?.at !== undefined) {
          const step: Step = { kind: "field", name: instr.field };
          return [there(result, readCell(into(a.at, step), result, span))];
        }
        return [there(result, mixed(args, span))];
      case "load":
        if (b?.stale !== undefined) complain(b.stale);
        if (a?.at !== undefined && b !== undefined && result !== undefined) {
          const step: Step = { kind: "at", index: b.index };
          return [readCell(into(a.at, step), result, span)];
        }
        return [mixed(args, span)];
      case "setField":
      case "accumField":
        if (a?.at !== undefined && b !== undefined) {
          const step: Step = { kind: "field", name: instr.field };
          writeCell(into(a.at, step), b, instr.args[1]!, span);
        } else wildWrite(instr, `.${instr.field}`, args, span);
        return [];
      case "store":
      case "accum":
        if (b?.stale !== undefined) complain(b.stale);
        if (a?.at !== undefined && b !== undefined && c !== undefined) {
          growing(a.at, b.index, span);
          const step: Step = { kind: "at", index: b.index };
          writeCell(into(a.at, step), c, instr.args[2]!, span);
        } else wildWrite(instr, kindOf(instr.args[0]?.ty), args, span);
        return [];
      case "length":
        return [lengthOf(instr, a, span)];
      case "setLength":
        if (b?.stale !== undefined) complain(b.stale);
        if (a?.at === undefined) changing.add(kindOf(instr.args[0]?.ty));
        else {
          resized(a.at, span);
          if (b !== undefined && textOfIndex(b.index) === "0")
            addWhole(written, a.at);
        }
        return [];
      case "push":
        if (a?.at === undefined)
          wildWrite(instr, kindOf(instr.args[0]?.ty), args, span);
        else {
          resized(a.at, span);
          // what is there already is an older call's
          const { state } = a.at;
          if (!isCovered(a.at) && !putBack.has(state))
            putBack.set(state, { state, span, why: "read" });
          // no element of its own is known: it has to be good as it is
          use(b, span);
        }
        return [];
      case "pop":
        if (a?.at === undefined) {
          changing.add(kindOf(instr.args[0]?.ty));
          return [mixed(args, span)];
        }
        resized(a.at, span);
        read.add(a.at.state);
        return isCovered(a.at)
          ? [unknown()]
          : [
              {
                index: fresh(),
                stale: { state: a.at.state, span, why: "read" },
              },
            ];
      case "if":
        return walkIf(instr, a, frame);
      case "for":
        return walkFor(instr, args, frame);
      case "while":
        return walkWhile(instr, args, frame);
      case "call":
        return walkCall(instr, args);
      default:
        for (const one of args) use(one, span);
        return [];
    }
  }

  function wildWrite(
    instr: Instr,
    kind: string,
    args: readonly Known[],
    span: Span,
  ): void {
    wild.add(kind);
    if (isResizing(instr)) changing.add(kind);
    for (const one of args) use(one, span);
  }

  function noteWrite({ state }: Path, span: Span): void {
    writtenStates.add(state);
    if (!firstWrites.has(state)) firstWrites.set(state, span);
  }

  function resized(path: Path, span: Span): void {
    noteWrite(path, span);
    changing.add(shapeOf(into(path, lengthStep)));
  }

  /** A store behind the end makes an array longer. */
  function growing(path: Path, index: Index, span: Span): void {
    const part = partAt(path);
    if (!Array.isArray(part)) return;
    const isInside =
      isConstantIndex(index) &&
      index.constant >= 0 &&
      index.constant < part.length;
    const last = {
      kind: "range" as const,
      lo: index,
      hi: sum(index, constantIndex(1)),
    };
    const all = {
      kind: "range" as const,
      lo: constantIndex(0),
      hi: constantIndex(part.length),
    };
    const probe: Written = new Map();
    addWritten(probe, into(path, all));
    if (!isInside && !covers(probe, into(path, last), boundsOf))
      resized(path, span);
  }

  function lengthOf(instr: Instr, a: Known | undefined, span: Span): Known {
    const [array] = instr.args;
    if (a?.stale !== undefined) return { index: fresh(), stale: a.stale };
    if (a?.at !== undefined) {
      const part = partAt(a.at);
      const place = into(a.at, lengthStep);
      if (!isChanging(place) && isObject(part) && "length" in part)
        return { index: constantIndex(part.length as number) };
      if (isCovered(place) || isCovered(a.at)) return unknown();
      return {
        index: fresh(),
        stale: { state: a.at.state, span, why: "read" },
      };
    }
    const ty = array?.ty;
    const isSteady =
      ty?.kind === "array" &&
      (ty.store !== "js" ||
        ty.fixed !== undefined ||
        !changing.has(kindOf(ty)));
    const index =
      isSteady && a ? named(`length ${textOfIndex(a.index)}`) : fresh();
    const [atom] = index.terms.keys();
    if (atom !== undefined) {
      bounds.set(atom, { lo: constantIndex(0) });
      integers.add(atom);
    }
    return { index };
  }

  /** A value made of others: stale where one of them is. */
  function mixed(args: readonly Known[], span: Span): Known {
    for (const one of args) if (one.at !== undefined) escape(one.at, span);
    const stale = args.find((one) => one.stale !== undefined)?.stale;
    return { index: fresh(), ...(stale === undefined ? {} : { stale }) };
  }

  function walkOp(op: string, args: readonly Known[], span: Span): Known {
    const [a, b] = args;
    if (op === "unwrap") return a ?? unknown();
    if (op === "wrap") return { ...(a ?? unknown()), present: true };
    if (op === "not" && a?.truth !== undefined)
      return { index: fresh(), truth: !a.truth };
    const asksForNothing =
      op === "isNil" || op === "isUndefined" || op === "isNull";
    if (asksForNothing && a?.present) return { index: fresh(), truth: false };
    if (op === "isNil" || op === "isUndefined" || op === "isNull")
      return a?.stale
        ? mixed([{ index: a.index, stale: a.stale }], span)
        : unknown();
    const { stale } = mixed(args, span);
    const index = indexOf(op, a?.index, b?.index, args);
    const isNumber = op !== "select";
    return {
      index,
      ...(stale === undefined ? {} : { stale }),
      ...(isNumber ? { present: true as const } : {}),
    };
  }

  function indexOf(
    op: string,
    a: Index | undefined,
    b: Index | undefined,
    args: readonly Known[],
  ): Index {
    if (a !== undefined && b !== undefined) {
      if (op === "add") return sum(a, b);
      if (op === "sub") return sum(a, b, -1);
      if (op === "mul" && isConstantIndex(b)) return scaled(a, b.constant);
      if (op === "mul" && isConstantIndex(a)) return scaled(b, a.constant);
    }
    return named(
      `${op} ${args.map((one) => textOfIndex(one.index)).join(" ")}`,
    );
  }

  function constantOf(value: unknown): Index {
    return typeof value === "number" && Number.isFinite(value)
      ? constantIndex(value)
      : isPoison(value)
        ? fresh()
        : named(`const ${String(value)}`);
  }

  function walkIf(
    instr: Instr,
    condition: Known | undefined,
    frame: Frame,
  ): readonly Known[] {
    use(condition, instr.span);
    const before = written;
    const arms =
      condition?.truth === undefined
        ? instr.regions
        : instr.regions.slice(condition.truth ? 0 : 1, condition.truth ? 1 : 2);
    const ends = arms.map((region) => {
      written = new Map(before);
      walkRegion(region, frame);
      return {
        written,
        threw: endsInThrow(region),
        yields: region.yields.map((one) => get(frame, one)),
      };
    });
    const alive = ends.filter((one) => !one.threw);
    const [first, second] = alive;
    written =
      first === undefined
        ? before
        : second === undefined
          ? first.written
          : common(first.written, second.written, boundsOf);
    return instr.results.map((_, k) =>
      joined(
        (alive.length > 0 ? alive : ends).flatMap((one) => one.yields[k] ?? []),
        instr.span,
      ),
    );
  }

  /** One of several values. */
  function joined(parts: readonly Known[], span: Span): Known {
    const stale = parts.find((one) => one.stale !== undefined)?.stale;
    const [first] = parts;
    const texts = new Set(parts.map((one) => textOfIndex(one.index)));
    const index = texts.size === 1 && first ? first.index : fresh();
    const places = new Set(
      parts.map((one) => (one.at === undefined ? "" : textOf(one.at))),
    );
    const rest = stale === undefined ? {} : { stale };
    if (places.size === 1)
      return { index, ...(first?.at ? { at: first.at } : {}), ...rest };
    for (const one of parts) if (one.at !== undefined) escape(one.at, span);
    return { index, ...rest };
  }

  function walkFor(
    instr: Extract<Instr, { kind: "for" }>,
    args: readonly Known[],
    frame: Frame,
  ): readonly Known[] {
    const [lo, hi, ...inits] = args;
    const [body] = instr.regions;
    if (lo === undefined || hi === undefined || body === undefined) return [];
    for (const one of [lo, hi])
      if (one.stale !== undefined) complain(one.stale);
    const [induction, ...params] = body.params;
    const atom = `#${atoms++}`;
    integers.add(atom);
    const trips = tripsOf(instr, atom, lo.index, hi.index, rounded);
    if (trips !== undefined) bounds.set(atom, { lo: trips.lo, hi: trips.hi });
    const before = written;
    const isInner = (one: string): boolean => number(one) > number(atom);
    const run = (start: readonly Known[]): readonly Known[] => {
      if (induction !== undefined)
        frame.set(induction, { index: atomIndex(atom) });
      params.forEach((param, k) => frame.set(param, inside(start[k])));
      walkRegion(body, frame);
      const yields = body.yields.map((one) => get(frame, one));
      if (instr.breaks) {
        if (yields[0]?.stale !== undefined) complain(yields[0].stale);
        return yields.slice(1);
      }
      return yields;
    };
    // what earlier iterations wrote: all before this one
    const earlier =
      trips === undefined || trips.step !== 1
        ? undefined
        : { ...trips, hi: atomIndex(atom) };
    const { carried, end } = settle(instr.span, inits, run, (ended) =>
      earlier === undefined ? [] : afterLoop(ended, earlier, isInner),
    );
    const runs =
      trips !== undefined &&
      isConstantIndex(trips.lo) &&
      isConstantIndex(trips.hi) &&
      trips.lo.constant < trips.hi.constant;
    written = new Map(before);
    for (const [key, fact] of before)
      if (!end.has(key) && !covers(end, fact, boundsOf)) written.delete(key);
    if (!instr.breaks) {
      if (trips !== undefined)
        for (const path of afterLoop(end, trips, isInner))
          addWritten(written, path);
      if (runs) keepOuter(end, (one) => one === atom || isInner(one));
    }
    return instr.results.map((_, k) =>
      joined([inits[k] ?? unknown(), carried[k] ?? unknown()], instr.span),
    );
  }

  /** Facts of a body that has run, where they are not about what each iteration has anew. */
  function keepOuter(end: Written, isInner: (atom: string) => boolean): void {
    for (const [key, fact] of end) {
      const inner = fact.steps.some((step) =>
        step.kind === "field"
          ? false
          : step.kind === "at"
            ? [...step.index.terms.keys()].some(isInner)
            : [...step.lo.terms.keys(), ...step.hi.terms.keys()].some(isInner),
      );
      if (!inner) written.set(key, fact);
    }
  }

  /** In an iteration a carried value is another one each time; its place may be the same. */
  function inside(known: Known | undefined): Known {
    return {
      index: fresh(),
      ...(known?.at ? { at: known.at } : {}),
      ...(known?.stale ? { stale: known.stale } : {}),
    };
  }

  /** Runs a body until what it starts with is what holds in each iteration. The last run counts. */
  function settle(
    span: Span,
    inits: readonly Known[],
    run: (start: readonly Known[]) => readonly Known[],
    earlier: (ended: Written) => readonly Path[],
  ): { carried: readonly Known[]; end: Written } {
    const before = written;
    let start = inits;
    let held = new Map(before);
    let more: readonly Path[] = [];
    for (let round = 0; ; round++) {
      const isLast = round === 8;
      silent++;
      // at first every read is taken to be good: what an iteration relies on, those before it may have written
      if (round === 0) hopeful++;
      written = withPaths(held, more);
      const yields = run(start);
      if (round === 0) hopeful--;
      silent--;
      const next: Written = new Map(
        [...held].filter(
          ([key, fact]) => written.has(key) || covers(written, fact, boundsOf),
        ),
      );
      const found = earlier(written);
      const texts = new Set(found.map(textOf));
      const kept =
        round === 0 ? found : more.filter((one) => texts.has(textOf(one)));
      const joint = start.map((one, k) => agree(one, yields[k], isLast));
      const same =
        round > 0 &&
        next.size === held.size &&
        kept.length === more.length &&
        joint.every((one, k) => sameKnown(one, start[k]));
      held = isLast ? new Map() : next;
      more = isLast ? [] : kept;
      start = joint;
      if (same || isLast) break;
    }
    written = withPaths(held, more);
    start.forEach((one, k) => {
      const init = inits[k]?.at;
      if (one.at === undefined && init !== undefined) escape(init, span);
    });
    const carried = run(start);
    carried.forEach(({ at }, k) => {
      if (at !== undefined && start[k]?.at === undefined) escape(at, span);
    });
    return { carried, end: written };
  }

  /** What holds of a carried value in every iteration. */
  function agree(a: Known, b: Known | undefined, isLast: boolean): Known {
    const stale = a.stale ?? b?.stale;
    const rest = stale === undefined ? {} : { stale };
    const isSame =
      a.at !== undefined &&
      b?.at !== undefined &&
      textOf(a.at) === textOf(b.at);
    if (isSame && !isLast) return { index: a.index, at: a.at, ...rest };
    return { index: a.index, ...rest };
  }

  function walkWhile(
    instr: Instr,
    inits: readonly Known[],
    frame: Frame,
  ): readonly Known[] {
    const [body] = instr.regions;
    if (body === undefined) return [];
    const before = written;
    const run = (start: readonly Known[]): readonly Known[] => {
      body.params.forEach((param, k) => frame.set(param, inside(start[k])));
      walkRegion(body, frame);
      const [again, ...yields] = body.yields.map((one) => get(frame, one));
      if (again?.stale !== undefined) complain(again.stale);
      return yields;
    };
    const first = atoms;
    const { carried, end } = settle(instr.span, inits, run, () => []);
    written = new Map();
    for (const [key, fact] of before)
      if (end.has(key) || covers(end, fact, boundsOf)) written.set(key, fact);
    keepOuter(end, (one) => number(one) >= first);
    return instr.results.map((_, k) => {
      const one = carried[k] ?? unknown();
      return { ...one, index: fresh() };
    });
  }

  function walkCall(
    instr: CallInstr,
    args: readonly Known[],
  ): readonly Known[] {
    const { callee, span } = instr;
    const fn = funcs.get(callee);
    const touched = statesOf(callee);
    const isPlain =
      args.every((one) => one.at === undefined && one.stale === undefined) &&
      touched.length === 0;
    if (fn === undefined) return [];
    if (isPlain) {
      const { kinds, sizes } = kindsWritten(funcs, callee);
      for (const kind of kinds) wild.add(kind);
      for (const kind of sizes) changing.add(kind);
      return [];
    }
    if (stack.includes(callee) || stack.length > 60) {
      for (const one of args) use(one, span);
      for (const state of touched) {
        states.set(state.name, state);
        if (isWhole({ state: state.name, steps: [] })) continue;
        complain({ state: state.name, span, why: "recursion" });
      }
      return [];
    }
    stack.push(callee);
    const inner: Frame = new Map();
    fn.body.params.forEach((param, k) =>
      inner.set(param, args[k] ?? unknown()),
    );
    walkRegion(fn.body, inner);
    stack.pop();
    return fn.body.yields.map((one) => get(inner, one));
  }
}

/** Where a walk is given up: code this large has been looked through too often. */
const mostSteps = 3_000_000;

class TooMuch extends Error {
  constructor() {
    super("too much code to follow module memory through");
    this.name = "TooMuch";
  }
}

function withPaths(held: Written, more: readonly Path[]): Written {
  const all: Written = new Map(held);
  for (const path of more) addWritten(all, path);
  return all;
}

const sameKnown = (a: Known, b: Known | undefined): boolean =>
  (a.at && textOf(a.at)) === (b?.at && textOf(b.at)) &&
  (a.stale === undefined) === (b?.stale === undefined);

const lengthStep: Step = { kind: "field", name: "length" };

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null;

const textOf = (path: Path): string => textOfPath(path);

/** The steps to the parts of an object: all numbers of an array at once, objects one by one. */
function partsOf(part: object): readonly Step[] {
  const isList = Array.isArray(part) || ArrayBuffer.isView(part);
  if (!isList)
    return Object.keys(part).map((name) => ({ kind: "field", name }));
  const list = part as unknown as ArrayLike<unknown>;
  if (!isObject(list[0]))
    return [
      { kind: "range", lo: constantIndex(0), hi: constantIndex(list.length) },
    ];
  return Array.from(list, (_, k) => ({ kind: "at", index: constantIndex(k) }));
}

/** A number that is a parameter or a field is there; only an element of an array may not be. */
const there = (value: Value, known: Known): Known =>
  value.ty.kind === "num" || value.ty.kind === "bool"
    ? { ...known, present: true }
    : known;

/** Kinds of memory: fields by name, arrays by what they hold. */
const kindOf = (ty: Ty | undefined): string =>
  ty?.kind === "array" ? `[${ty.store} ${bare(ty.elem).kind}]` : "?";

function kindsIn(given: Ty | undefined): readonly string[] {
  const ty = given && bare(given);
  if (ty?.kind === "array") return [kindOf(ty), ...kindsIn(ty.elem)];
  if (ty?.kind !== "record") return [];
  return ty.fields.flatMap((one) => [`.${one.name}`, ...kindsIn(one.ty)]);
}

/** May it make an array longer or shorter? */
function isResizing(instr: Instr): boolean {
  const { kind } = instr;
  if (kind === "push" || kind === "pop" || kind === "setLength") return true;
  const [array] = instr.args;
  return (
    kind === "store" &&
    !instr.inBounds &&
    array?.ty.kind === "array" &&
    array.ty.store === "js"
  );
}

/** The values of a loop's variable as lo ... hi - 1. */
function tripsOf(
  instr: Extract<Instr, { kind: "for" }>,
  atom: string,
  lo: Index,
  hi: Index,
  round: (how: "floor" | "ceil", index: Index) => Index,
): Trips | undefined {
  const one = constantIndex(1);
  const { test, step } = instr;
  switch (test) {
    case "<":
      return step > 0 ? { atom, lo, hi, step } : undefined;
    case "<=":
      return { atom, lo, hi: sum(round("floor", hi), one), step };
    case ">=":
      return { atom, lo: round("ceil", hi), hi: sum(lo, one), step };
    case ">":
      return {
        atom,
        lo: sum(round("floor", hi), one),
        hi: sum(lo, one),
        step,
      };
  }
}

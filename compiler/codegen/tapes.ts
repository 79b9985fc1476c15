import type {
  ForInstr,
  Func,
  NewTapeInstr,
  TapePopInstr,
  TapePushInstr,
  Value,
} from "../ir/ir.js";
import type { Ty } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { combine, type Computed, type Emitter, plainly } from "./emitter.js";
import {
  binary,
  call,
  construct,
  type Expr,
  index,
  isAtom,
  literal,
  member,
  name,
  unary,
} from "./tree.js";
import {
  countsUp,
  planReservations,
  type Reservations,
} from "./reservations.js";
import { moduleArray } from "./workspaces.js";
import type { Variable } from "./variables.js";

/**
 * A tape that stays in its function is a plain Float64Array with a local stack pointer, its capacity tested once for
 * each group of values; references go to an array beside it. A tape that is handed to other functions is the runtime's class.
 */
export type TapePlan = ReadonlyMap<Value, TapeForm>;

export type TapeForm =
  | { readonly kind: "class" }
  | {
      readonly kind: "local";
      readonly numbers: boolean;
      readonly refs: boolean;
      readonly room: Reservations;
      /** The tape's size, where it is fixed and the tape lives at module level. */
      readonly size: number | undefined;
      buffer: Variable;
      pointer: Variable;
      store: Variable;
    };

export function planTapes(fn: Func): TapePlan {
  const plan = new Map<Value, TapeForm>();
  const passed = new Set<Value>(fn.body.yields);
  const contents = new Map<Value, Ty[]>();
  const made = new Map<Value, number | undefined>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "newTape")
      made.set(instr.results[0] as Value, instr.room);
    const [tape, ...rest] = instr.args;
    if (instr.kind === "tapePush" && tape !== undefined)
      contents.set(tape, [
        ...(contents.get(tape) ?? []),
        ...rest.map((v) => v.ty),
      ]);
    else if (instr.kind !== "tapePop")
      for (const arg of instr.args) passed.add(arg);
    for (const region of instr.regions)
      for (const y of region.yields) passed.add(y);
  });
  for (const param of fn.body.params)
    if (param.ty.kind === "tape") plan.set(param, { kind: "class" });
  for (const [tape, size] of made) {
    const tys = contents.get(tape) ?? [];
    plan.set(
      tape,
      passed.has(tape) ? { kind: "class" } : localForm(fn, tape, tys, size),
    );
  }
  return plan;
}

function localForm(
  fn: Func,
  tape: Value,
  tys: readonly Ty[],
  size: number | undefined,
): TapeForm {
  return {
    kind: "local",
    size,
    room: planReservations(fn, tape, (value) => isNumeric(value.ty)),
    numbers: tys.some(isNumeric),
    refs: tys.some((ty) => !isNumeric(ty)),
    buffer: synthetic(),
    pointer: synthetic(),
    store: synthetic(),
  };
}

const isNumeric = (ty: Ty): boolean => ty.kind === "num" || ty.kind === "bool";

const synthetic = (): Variable => ({
  members: new Set(),
  ty: { kind: "num" },
  isParameter: false,
  declaredAt: { region: { params: [], body: [], yields: [] }, index: 0 },
});

export function emitTape(
  emitter: Emitter,
  instr: NewTapeInstr | TapePushInstr | TapePopInstr,
): void {
  const tape = (
    instr.kind === "newTape" ? instr.results[0] : instr.args[0]
  ) as Value;
  const form = emitter.tapes.get(tape) ?? { kind: "class" as const };
  if (instr.kind === "newTape") return newTape(emitter, tape, form);
  if (instr.kind === "tapePush")
    return form.kind === "class"
      ? pushClass(emitter, instr)
      : pushLocal(emitter, instr, form);
  return form.kind === "class"
    ? popClass(emitter, instr)
    : popLocal(emitter, instr, form);
}

function newTape(emitter: Emitter, tape: Value, form: TapeForm): void {
  if (form.kind === "class")
    return emitter.writeConst(
      tape,
      plainly(construct(nameOf(emitter.context.runtime("Tape")), [])),
    );
  if (form.numbers) {
    form.buffer.name = emitter.names.fresh("tape");
    form.pointer.name = emitter.names.fresh("sp");
    emitter.push({
      kind: "declare",
      how: form.size === undefined ? "let" : "const",
      name: form.buffer.name,
      init:
        form.size === undefined
          ? call(emitter.context.runtime("borrowTape"), [])
          : moduleArray(emitter, "tape", form.size),
    });
    emitter.push({
      kind: "declare",
      how: "let",
      name: form.pointer.name,
      init: literal("0"),
    });
  }
  if (form.refs) {
    form.store.name = emitter.names.fresh("saved");
    emitter.push({
      kind: "declare",
      how: "const",
      name: form.store.name,
      init: { kind: "array", elements: [] },
      ty: {
        kind: "array",
        store: "js",
        elem: { kind: "opaque", text: "unknown" },
      },
    });
  }
}

const nameOf = (expr: Expr): string => (expr.kind === "name" ? expr.name : "");

function pushLocal(
  emitter: Emitter,
  instr: TapePushInstr,
  form: TapeForm & { kind: "local" },
): void {
  const values = instr.args.slice(1);
  const used = values.map((value) => emitter.use(value));
  const numeric = used.filter((_, k) => isNumeric((values[k] as Value).ty));
  if (numeric.length > 0) {
    const [buffer, pointer] = [
      name(form.buffer.name as string),
      name(form.pointer.name as string),
    ];
    emitter.flushReaders(form.pointer);
    const room = form.room.before.get(instr);
    if (room !== undefined) reserve(emitter, form, literal(String(room)));
    numeric.forEach((computed, k) =>
      emitter.pushWith(asNumber(computed, used, values), (value) => ({
        kind: "assign",
        op: "=",
        target: slot(buffer, pointer, k),
        value,
      })),
    );
    moveBy(emitter, pointer, numeric.length, "+=");
  }
  used.forEach((computed, k) => {
    if (!isNumeric((values[k] as Value).ty))
      emitter.pushWith(computed.expr, (value) => ({
        kind: "expr",
        expr: call(member(name(form.store.name as string), "push"), [value]),
      }));
  });
}

/** Makes room for so many numbers more. */
function reserve(
  emitter: Emitter,
  form: TapeForm & { kind: "local" },
  count: Expr,
): void {
  if (form.size !== undefined) return;
  const [buffer, pointer] = namesOf(form);
  const least = binary("+", pointer, count);
  const need = isAtom(count)
    ? least
    : emitter.nameIt(plainly(least), "need").expr;
  emitter.pushGuard(binary(">", need, member(buffer, "length")), {
    kind: "assign",
    op: "=",
    target: buffer,
    value: call(emitter.context.runtime("growTape"), [buffer, need]),
  });
}

/** Makes room for what a counted loop pushes, all of it. */
export function reserveForLoop(
  emitter: Emitter,
  instr: ForInstr,
  lo: Expr,
  hi: Expr,
): void {
  for (const form of emitter.tapes.values()) {
    if (form.kind === "class") continue;
    const each = form.room.perIteration.get(instr);
    if (each === undefined || each === 0) continue;
    const [from, to] = countsUp(instr) ? [lo, hi] : [hi, lo];
    const isOpen = instr.test === "<" || instr.test === ">";
    const span = isZero(from) ? to : binary("-", to, from);
    const trips = isOpen ? span : binary("+", span, literal("1"));
    reserve(
      emitter,
      form,
      each === 1 ? trips : binary("*", literal(String(each)), trips),
    );
  }
}

const isZero = (expr: Expr): boolean =>
  expr.kind === "literal" && expr.text === "0";

const namesOf = (form: TapeForm & { kind: "local" }): [Expr, Expr] => [
  name(form.buffer.name as string),
  name(form.pointer.name as string),
];

/** Gives the buffers back before the function returns; where it throws, they are left to the collector. */
export function releaseTapes(emitter: Emitter): void {
  for (const form of emitter.tapes.values()) {
    if (form.kind === "class" || form.buffer.name === undefined) continue;
    if (form.size !== undefined) continue;
    emitter.flushReaders(form.pointer);
    const release = emitter.context.runtime("releaseTape");
    emitter.push({
      kind: "expr",
      expr: call(release, [name(form.buffer.name)]),
    });
  }
}

/** Booleans are kept as 0 and 1. */
function asNumber(
  computed: Computed,
  used: readonly Computed[],
  values: readonly Value[],
): Expr {
  const ty = (values[used.indexOf(computed)] as Value).ty;
  return ty.kind === "bool" ? unary("+", computed.expr) : computed.expr;
}

const slot = (buffer: Expr, pointer: Expr, k: number): Expr =>
  index(buffer, k === 0 ? pointer : binary("+", pointer, literal(String(k))));

function moveBy(
  emitter: Emitter,
  pointer: Expr,
  by: number,
  op: "+=" | "-=",
): void {
  if (by === 1)
    emitter.push({
      kind: "step",
      op: op === "+=" ? "++" : "--",
      target: pointer,
    });
  else
    emitter.push({
      kind: "assign",
      op,
      target: pointer,
      value: literal(String(by)),
    });
}

function popLocal(
  emitter: Emitter,
  instr: TapePopInstr,
  form: TapeForm & { kind: "local" },
): void {
  const numeric = instr.results.filter((value) => isNumeric(value.ty));
  if (numeric.length > 0) {
    const [buffer, pointer] = [
      name(form.buffer.name as string),
      name(form.pointer.name as string),
    ];
    emitter.flushReaders(form.pointer);
    moveBy(emitter, pointer, numeric.length, "-=");
    const reads: Computed = {
      ...plainly(buffer),
      reads: new Set([form.pointer]),
    };
    numeric.forEach((value, k) => {
      if (!emitter.placement.uses.has(value)) return;
      const load = slot(buffer, pointer, k);
      emitter.define(
        value,
        combine(
          [reads],
          value.ty.kind === "bool" ? binary("===", load, literal("1")) : load,
        ),
      );
    });
  }
  for (const value of instr.results.filter((v) => !isNumeric(v.ty)).reverse())
    popRef(
      emitter,
      value,
      call(member(name(form.store.name as string), "pop"), []),
      true,
    );
}

function popRef(
  emitter: Emitter,
  value: Value,
  expr: Expr,
  isUnknown: boolean,
): void {
  if (!emitter.placement.uses.has(value))
    return emitter.push({ kind: "expr", expr });
  emitter.context.useTypes(value.ty);
  const typed: Expr = isUnknown
    ? { kind: "cast", arg: expr, ty: value.ty }
    : expr;
  emitter.writeConstOrAssign(value, { ...plainly(typed), ordered: true });
}

function pushClass(emitter: Emitter, instr: TapePushInstr): void {
  const [tape, ...values] = instr.args;
  // A call that waits to be written may have the same tape: it pushed and popped before this.
  emitter.flushOrdered();
  const target = emitter.use(tape as Value).expr;
  for (const value of values) {
    const computed = emitter.use(value);
    const expr =
      value.ty.kind === "bool" ? unary("+", computed.expr) : computed.expr;
    emitter.pushWith(expr, (e) => ({
      kind: "expr",
      expr: call(member(target, isNumeric(value.ty) ? "push" : "pushRef"), [e]),
    }));
  }
}

function popClass(emitter: Emitter, instr: TapePopInstr): void {
  emitter.flushOrdered();
  const target = emitter.use(instr.args[0] as Value).expr;
  for (const value of [...instr.results].reverse()) {
    if (!isNumeric(value.ty)) {
      popRef(
        emitter,
        value,
        call(member(target, "popRef"), [], value.ty),
        false,
      );
      continue;
    }
    const pop = call(member(target, "pop"), []);
    const expr =
      value.ty.kind === "bool" ? binary("===", pop, literal("1")) : pop;
    if (!emitter.placement.uses.has(value))
      emitter.push({ kind: "expr", expr: pop });
    else emitter.writeConstOrAssign(value, { ...plainly(expr), ordered: true });
  }
}

import type {
  NewTapeInstr,
  TapePopInstr,
  TapePushInstr,
  Value,
} from "../ir/ir.js";
import { combine, type Computed, plainly } from "./computed.js";
import type { Emitter } from "./emitter.js";
import { isNumeric, type TapeForm } from "./tapeForms.js";
import { moveBy, reserve, slot } from "./tapeRoom.js";
import {
  binary,
  call,
  construct,
  type Expr,
  literal,
  member,
  name,
  unary,
} from "./tree.js";
import { moduleArray } from "./workspaces.js";

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

/** Booleans are kept as 0 and 1. */
function asNumber(
  computed: Computed,
  used: readonly Computed[],
  values: readonly Value[],
): Expr {
  const ty = (values[used.indexOf(computed)] as Value).ty;
  return ty.kind === "bool" ? unary("+", computed.expr) : computed.expr;
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

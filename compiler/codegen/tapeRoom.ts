import type { ForInstr } from "../ir/ir.js";
import { plainly } from "./computed.js";
import type { Emitter } from "./emitter.js";
import { countsUp } from "./reservations.js";
import type { TapeForm } from "./tapeForms.js";
import {
  binary,
  call,
  type Expr,
  index,
  isAtom,
  literal,
  member,
  name,
} from "./tree.js";

/** Makes room for so many numbers more. */
export function reserve(
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

const namesOf = (form: TapeForm & { kind: "local" }): [Expr, Expr] => [
  name(form.buffer.name as string),
  name(form.pointer.name as string),
];

export const slot = (buffer: Expr, pointer: Expr, k: number): Expr =>
  index(buffer, k === 0 ? pointer : binary("+", pointer, literal(String(k))));

export function moveBy(
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

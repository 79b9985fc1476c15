import type {
  ConstInstr,
  GlobalInstr,
  Instr,
  OpInstr,
  Value,
} from "../ir/ir.js";
import { isPoison } from "../ir/ir.js";
import { type Ty } from "../ir/types.js";
import { type Emitter } from "./emitter.js";
import { emitBranch } from "./emitBranch.js";
import { emitLoop } from "./emitLoop.js";
import { isConditional, opExpr, repeatsFirst } from "./operators.js";
import { emitStruct } from "./structs.js";
import { emitTape } from "./tapes.js";
import {
  type Expr,
  literal,
  member,
  name,
  numberExpr,
  stringText,
} from "./tree.js";
import { combine, type Computed, plainly, result } from "./computed.js";
import { emitOpaque } from "./carriedSource.js";
import { emitCall } from "./emitCall.js";
import { settled, emitMemory } from "./emitMemory.js";

/** Writes one instruction, or keeps its value until it is used. */
export function emitInstr(emitter: Emitter, instr: Instr): void {
  switch (instr.kind) {
    case "const":
      return emitter.setKnown(
        result(instr),
        plainly(constantExpr(instr, result(instr).ty)),
      );
    case "global":
      return emitter.setKnown(result(instr), plainly(globalExpr(instr)));
    case "op":
      return emitter.define(result(instr), opComputed(emitter, instr));
    case "opaque":
      return emitOpaque(emitter, instr);
    case "if":
      return emitBranch(emitter, instr);
    case "for":
    case "while":
      return emitLoop(emitter, instr);
    case "struct":
      return emitStruct(emitter, instr);
    case "newTape":
    case "tapePush":
    case "tapePop":
      return emitTape(emitter, instr);
    case "call":
      return emitCall(emitter, instr.callee, instr.args, instr.results);
    default:
      return emitMemory(emitter, instr);
  }
}

export function constantExpr(instr: ConstInstr, ty: Ty): Expr {
  const { value } = instr;
  if (isPoison(value)) return poisonExpr(ty);
  if (value === undefined) return name("undefined");
  if (value === null) return literal("null");
  if (typeof value === "number") return numberExpr(value);
  if (typeof value === "string") return literal(stringText(value));
  return literal(String(value));
}

/** Something of the type, for a value that is never looked at. */
export function poisonExpr(ty: Ty): Expr {
  if (ty.kind === "num") return literal("0");
  if (ty.kind === "bool") return literal("false");
  if (ty.kind === "maybe")
    return ty.nil === "null" ? literal("null") : name("undefined");
  return { kind: "raw", parts: ["undefined as never"], atomic: false };
}

function globalExpr(instr: GlobalInstr): Expr {
  const holder = name(instr.binding.name);
  return instr.member === undefined ? holder : member(holder, instr.member);
}

function opComputed(emitter: Emitter, instr: OpInstr): Computed {
  let args = instr.args.map((arg) => emitter.use(arg));
  if (isConditional(instr.op))
    args = args.map((arg, k) => (k === 0 ? arg : settled(emitter, arg)));
  if (repeatsFirst(instr.op))
    args = args.map((arg, k) =>
      k === 0 ? nameRepeated(emitter, arg, instr.args[0] as Value) : arg,
    );
  const expr = opExpr(
    instr.op,
    args.map((arg) => arg.expr),
    (wanted) => emitter.context.runtime(wanted),
  );
  const computed = combine(args, expr);
  // a cast is no work, and a sign is little
  return instr.op === "wrap" || instr.op === "unwrap"
    ? { ...computed, size: computed.size - 1 }
    : computed;
}

function nameRepeated(
  emitter: Emitter,
  computed: Computed,
  value: Value,
): Computed {
  const wide = emitter.widen(value, computed);
  if (wide.expr.kind === "name") return wide;
  return emitter.nameIt(wide, value.hint ?? "t", value.ty);
}

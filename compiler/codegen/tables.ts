import type { Instr, Value } from "../ir/ir.js";
import { bare, type TableTy, type Ty } from "../ir/types.js";
import type { Computed } from "./computed.js";
import type { Emitter } from "./emitter.js";
import { accumulate, named } from "./emitWrites.js";
import {
  array,
  binary,
  call,
  construct,
  type Expr,
  index,
  member,
  name,
  object,
  type Stmt,
} from "./tree.js";
import type { AccumInstr, StoreInstr } from "../ir/memoryInstrs.js";

/** Tables: `t[k]` of an object, `t.get(k)` of a Map, `t.has(k)` of a Set. */
export const isTableAccess = (instr: Instr): boolean =>
  bare((instr.args[0] as Value).ty).kind === "table";

export const tableTyOf = (instr: Instr): TableTy =>
  bare((instr.args[0] as Value).ty) as TableTy;

/** Of an object with named fields, too, it is asked which it has. */
type Listed = Pick<TableTy, "form"> | { readonly form?: undefined };

export const tableLiteral = (
  ty: TableTy,
  names: readonly string[],
  values: readonly Expr[],
): Expr =>
  ty.form !== "object"
    ? construct(ty.form === "map" ? "Map" : "Set", [], ty)
    : object(names.map((key, k) => ({ key, value: values[k] as Expr })));

export const keysExpr = ({ form }: Listed, table: Expr): Expr =>
  form === "map" || form === "set"
    ? array([
        {
          kind: "spread",
          arg: form === "set" ? table : call(member(table, "keys"), []),
        },
      ])
    : call(member(name("Object"), "keys"), [table]);

export const sizeExpr = (table: Expr): Expr => member(table, "size");

export const hasExpr = ({ form }: Listed, table: Expr, key: Expr): Expr =>
  form === "map" || form === "set"
    ? call(member(table, "has"), [key])
    : call(member(name("Object"), "hasOwn"), [table, key]);

/** `resultTy` says whether the value may be missing. */
export function entryExpr(
  { form }: TableTy,
  table: Expr,
  key: Expr,
  resultTy: Ty,
): Expr {
  if (form === "object")
    return resultTy.kind === "maybe"
      ? { ...index(table, key), carried: true }
      : index(table, key);
  if (form === "set") return call(member(table, "has"), [key]);
  const got = call(member(table, "get"), [key]);
  return resultTy.kind === "maybe" ? got : { kind: "nonNull", arg: got };
}

export function emitEntryStore(
  emitter: Emitter,
  instr: StoreInstr,
  args: readonly Computed[],
): void {
  const { form } = tableTyOf(instr);
  const [a, k, v] = args.map((arg) => arg.expr) as [Expr, Expr, Expr];
  const isGone = v.kind === "name" && v.name === "undefined";
  if (isGone && form !== "object")
    return emitter.push({
      kind: "expr",
      expr: call(member(a, "delete"), [k]),
    });
  // what a derivative puts back: where there was nothing, the key goes
  if ((instr.args[2] as Value).ty.kind === "maybe")
    return emitter.push({
      kind: "expr",
      expr: call(emitter.context.runtime("putBack"), [a, k, v]),
    });
  if (form === "object") return emitter.pushAssign(index(a, k), v);
  if (form === "set")
    return emitter.push({ kind: "expr", expr: call(member(a, "add"), [k]) });
  emitter.pushWith(v, (value) => ({
    kind: "expr",
    expr: call(member(a, "set"), [k, value]),
  }));
}

/** Only where there is such a key there is something to add to. */
export function emitEntryAccum(
  emitter: Emitter,
  instr: AccumInstr,
  args: readonly Computed[],
): void {
  const ty = tableTyOf(instr);
  const [a, k, v] = named(emitter, instr.args[0] as Value, args) as [
    Expr,
    Expr,
    Expr,
  ];
  const old = entryExpr(ty, a, k, ty.elem);
  const build = (value: Expr): Stmt =>
    ty.form === "object"
      ? accumulate(index(a, k), value)
      : {
          kind: "expr",
          expr: call(member(a, "set"), [k, binary("+", old, value)]),
        };
  if (instr.inBounds) return emitter.pushWith(v, build);
  const test =
    ty.form === "object"
      ? binary("!==", index(a, k), name("undefined"))
      : call(member(a, "has"), [k]);
  const body = emitter.nested(() => emitter.pushWith(v, build));
  const [only] = body;
  if (body.length === 1 && only !== undefined)
    return emitter.pushGuard(test, only);
  emitter.push({ kind: "if", test, yes: body, no: [] });
}

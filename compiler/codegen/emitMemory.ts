import type { Emitter } from "./emitter.js";
import { type Computed, combine, plainly, result } from "./computed.js";
import type { Instr, Value } from "../ir/ir.js";
import { type Expr, index, member, call, cast, numberExpr } from "./tree.js";
import {
  emitWorkspace,
  emitNearCopy,
  rowExpr,
  rowOfExpr,
} from "./workspaces.js";
import {
  bare,
  type ArrayTy,
  type RecordTy,
  num,
  type TableTy,
} from "../ir/types.js";
import {
  emitEntryAccum,
  emitEntryStore,
  tableLiteral,
  entryExpr,
  hasExpr,
  isTableAccess,
  keysExpr,
  sizeExpr,
  tableTyOf,
} from "./tables.js";
import { emitProduct } from "./products.js";
import { suggestedName } from "./naming.js";
import {
  fieldValue,
  emitStore,
  emitAccum,
  accumulate,
  setOrRemove,
} from "./emitWrites.js";
import {
  newArrayExpr,
  roundedLength,
  arrayLiteral,
  elementOf,
  recordLiteral,
  asTuple,
  type MemoryInstr,
} from "./literals.js";
import type {
  LengthInstr,
  NewRecordInstr,
  PopInstr,
} from "../ir/memoryInstrs.js";

/** A call that must happen, and now, gets a name. */
export const settled = (emitter: Emitter, computed: Computed): Computed =>
  computed.ordered ? emitter.nameIt(computed, "result") : computed;

export function emitMemory(emitter: Emitter, instr: MemoryInstr): void {
  const used = instr.args.map((arg) => emitter.use(arg));
  const args = isMade(instr)
    ? used
    : used.map((arg, k) =>
        k === 0 ? place(emitter, arg, instr) : inTime(emitter, arg, instr),
      );
  const [a, b, c] = args.map((arg) => arg.expr) as [Expr, Expr, Expr];
  const reads = (expr: Expr): void => {
    emitter.flushOrdered();
    emitter.define(result(instr), combine(args, expr, { memory: true }));
  };
  const makes = (expr: Expr): void =>
    emitter.define(result(instr), combine(args, expr));
  const writes = (write: () => void): void => {
    emitter.flushMemory();
    write();
  };
  switch (instr.kind) {
    case "newArray":
      if (instr.workspace === "row" || instr.workspace === "again")
        return makes(
          rowExpr(
            emitter,
            instr,
            roundedLength(instr, a),
            b as Expr | undefined,
          ),
        );
      if (instr.workspace !== undefined)
        return emitWorkspace(emitter, instr, args);
      return makes(
        newArrayExpr(
          bare(result(instr).ty) as ArrayTy,
          roundedLength(instr, a),
          b as Expr | undefined,
          () => emitter.context.runtime("zeros"),
        ),
      );
    case "arrayLit":
      return makes(
        arrayLiteral(
          bare(result(instr).ty) as ArrayTy,
          args.map((arg, k) => elementOf(instr, arg.expr, k)),
        ),
      );
    case "newRecord":
      return emitRecord(emitter, instr, args);
    case "newTable":
      return makes(
        tableLiteral(
          result(instr).ty as TableTy,
          instr.names,
          args.map((arg, k) => elementOf(instr, arg.expr, k)),
        ),
      );
    case "keys":
      return reads(keysExpr(tableTyOf(instr), a));
    case "has":
      return reads(hasExpr(tableTyOf(instr), a, b));
    case "load":
      return reads(
        isTableAccess(instr)
          ? entryExpr(tableTyOf(instr), a, b, result(instr).ty)
          : index(a, b),
      );
    case "length":
      return emitLength(
        emitter,
        instr,
        combine(
          args,
          isTableAccess(instr) ? sizeExpr(a) : member(a, "length"),
          { memory: true },
        ),
      );
    case "getField":
      return reads(member(a, instr.field));
    case "slice":
      if (instr.near === true) return emitNearCopy(emitter, instr, a);
      if (instr.workspace === "row")
        return reads(
          rowOfExpr(
            emitter,
            instr,
            isWhole(a, b, c) ? [a] : args.map(({ expr }) => expr),
          ),
        );
      return reads(
        asTuple(bare(result(instr).ty) as ArrayTy, sliceExpr(a, b, c)),
      );
    case "subarray":
      return makes(call(member(a, "subarray"), [b, c]));
    case "store":
      if (isTableAccess(instr))
        return writes(() => emitEntryStore(emitter, instr, args));
      return writes(() =>
        emitStore(emitter, instr.args[0] as Value, instr.inBounds, args),
      );
    case "accum":
      if (isTableAccess(instr))
        return writes(() => emitEntryAccum(emitter, instr, args));
      return writes(() => emitAccum(emitter, instr, args));
    case "product":
      return writes(() => emitProduct(emitter, instr.args, args));
    case "setField":
      if (instr.mayGo === true)
        return writes(() => emitter.push(setOrRemove(instr, a, b)));
      return writes(() =>
        emitter.pushAssign(
          member(a, instr.field),
          fieldValue(emitter, instr, b),
        ),
      );
    case "accumField":
      return writes(() =>
        emitter.pushWith(b, (value) =>
          accumulate(member(a, instr.field), value),
        ),
      );
    case "setLength":
      return writes(() =>
        emitter.pushWith(b, (value) => ({
          kind: "assign",
          op: "=",
          target: member(asGrowing(instr, a), "length"),
          value,
        })),
      );
    case "push":
      return writes(() =>
        emitter.pushWith(b, (value) => ({
          kind: "expr",
          expr: pushExpr(a, value, instr.args.length > 2 ? c : undefined),
        })),
      );
    case "pop":
      emitter.flushMemory();
      return emitter.define(
        result(instr),
        combine(args, popExpr(emitter, instr, a, b), {
          memory: true,
          ordered: true,
        }),
      );
  }
}

/** `a.push(v)`; in front `a.unshift(v)`, in the middle `a.splice(i, 0, v)`. */
function pushExpr(array: Expr, value: Expr, at: Expr | undefined): Expr {
  if (at === undefined) return call(member(array, "push"), [value]);
  return isZero(at)
    ? call(member(array, "unshift"), [value])
    : call(member(array, "splice"), [at, numberExpr(0), value]);
}

/** `a.pop()`, `a.shift()`, `a.splice(i, 1)[0]`, and without the `[0]` where nobody looks at it. */
function popExpr(
  emitter: Emitter,
  instr: PopInstr,
  array: Expr,
  at: Expr,
): Expr {
  if (instr.args.length === 1) return call(member(array, "pop"), []);
  if (isZero(at)) return call(member(array, "shift"), []);
  const taken = call(member(array, "splice"), [at, numberExpr(1)]);
  const isUsed = (emitter.placement.uses.get(result(instr)) ?? []).length > 0;
  return isUsed ? index(taken, numberExpr(0)) : taken;
}

const isZero = (expr: Expr): boolean =>
  expr.kind === "literal" && expr.text === "0";

/** The length of a tuple is fixed by its type. */
function asGrowing(instr: Instr, array: Expr): Expr {
  const ty = bare((instr.args[0] as Value).ty);
  if (ty.kind !== "array" || ty.fixed === undefined) return array;
  const { fixed: _, ...growing } = ty;
  return cast(array, growing);
}

/** The length of a tuple is a number like others, not the type `2`, to which a comparison with 3 would be a fault. */
function emitLength(
  emitter: Emitter,
  instr: LengthInstr,
  computed: Computed,
): void {
  emitter.flushOrdered();
  const value = result(instr);
  const size = emitter.sizes.get(instr.args[0] as Value);
  if (size !== undefined) return emitter.define(value, plainly(size));
  const ty = bare((instr.args[0] as Value).ty);
  if (ty.kind !== "array" || ty.fixed === undefined)
    return emitter.define(value, computed);
  const variable = emitter.variables.get(value);
  if (variable !== undefined) return emitter.assign(variable, computed);
  const text = emitter.names.fresh(suggestedName(value, computed.expr));
  emitter.setName(value, text);
  emitter.push({
    kind: "declare",
    how: "const",
    name: text,
    ty: num,
    init: computed.expr,
  });
}

const isMade = (instr: MemoryInstr): boolean =>
  instr.kind === "newArray" ||
  instr.kind === "arrayLit" ||
  instr.kind === "newTable" ||
  instr.kind === "newRecord";

/** `a[i] += f()` reads the element before the call; the call comes first here. So does it before a guard. */
const inTime = (
  emitter: Emitter,
  computed: Computed,
  instr: MemoryInstr,
): Computed =>
  instr.kind === "accum" ||
  instr.kind === "accumField" ||
  (instr.kind === "store" && isTableAccess(instr)) ||
  (instr.kind === "store" && !instr.inBounds)
    ? settled(emitter, computed)
    : computed;

/** What is read or written is better a name than a literal: `{ x: 1 }.x` helps nobody. */
function place(
  emitter: Emitter,
  computed: Computed,
  instr: MemoryInstr,
): Computed {
  const { kind } = computed.expr;
  if (kind !== "object" && kind !== "array") return computed;
  const value = instr.args[0] as Value;
  return emitter.nameIt(
    computed,
    value.hint ?? suggestedName(value, computed.expr),
    value.ty,
  );
}

const sliceExpr = (a: Expr, start: Expr, end: Expr): Expr =>
  call(member(a, "slice"), isWhole(a, start, end) ? [] : [start, end]);

const isWhole = (a: Expr, start: Expr, end: Expr): boolean =>
  start.kind === "literal" &&
  start.text === "0" &&
  end.kind === "member" &&
  end.name === "length" &&
  sameName(end.object, a);

const sameName = (a: Expr, b: Expr): boolean =>
  a.kind === "name" && b.kind === "name" && a.name === b.name;

function emitRecord(
  emitter: Emitter,
  instr: NewRecordInstr,
  args: readonly Computed[],
): void {
  const ty = bare(result(instr).ty) as RecordTy;
  const parts = args.map((arg, k) => {
    const field = ty.fields[k]!;
    // What a call gives is asked whether it is there, so it needs a name.
    const { ty: given } = instr.args[k]!;
    const { kind } = arg.expr;
    // null, or nothing at all
    const isEither =
      kind === "cond" && given.kind === "maybe" && given.nil === "both";
    const isAsked =
      field.optional === true &&
      given.kind === "maybe" &&
      (kind === "call" || kind === "member" || isEither);
    return isAsked ? emitter.nameIt(arg, field.name) : arg;
  });
  const values = parts.map((part, k) => elementOf(instr, part.expr, k));
  const isThere = instr.args.map((one) => {
    const maker = emitter.placement.makers.get(one);
    return maker?.kind === "op" && maker.op === "wrap";
  });
  emitter.define(
    result(instr),
    combine(parts, recordLiteral(ty, values, isThere)),
  );
}

import { irFault } from "../../compiler/ir/fault.js";
import {
  interpretWith,
  type Funcs,
  type Host,
} from "../../compiler/ir/interpret.js";
import { newOutside, type Outside } from "../../compiler/ir/interpretHost.js";
import {
  checkInBounds,
  checkRange,
  emptyCell,
  insert,
  remove,
  resultTy,
} from "../../compiler/ir/interpretMemory.js";
import type { OpInstr, Param } from "../../compiler/ir/ir.js";
import {
  constantOf,
  type Machine,
  type PlainInstr,
} from "../../compiler/ir/machine.js";
import { isIntegerOp } from "../../compiler/ir/ops.js";
import { evaluateOp } from "../../compiler/ir/scalar.js";
import {
  bare,
  holdsFloat,
  type ArrayTy,
  type RecordTy,
  type TableTy,
  type Ty,
} from "../../compiler/ir/types.js";
import { distanceToKink, partialOf } from "./dualRules.js";
import {
  Cells,
  Dual,
  Fields,
  lifted,
  plainOf,
  stored,
  Table,
  tangentOf,
  withTangent,
} from "./dualValues.js";

export interface DualResult {
  readonly value: unknown;
  /** In the gradient shape of the result; undefined where the result holds no float. */
  readonly tangent: unknown;
  /** Did a partial that is not finite meet an operand that varies? Then forward and reverse may differ by convention. */
  readonly singular: boolean;
  /** Was a partial not finite, met or not? In reverse the slopes before it may then be NaN. */
  readonly steep: boolean;
  /** The smallest distance from a kink, jump or change of branch that a varying operand had. */
  readonly kinkDistance: number;
}

/**
 * The exact derivative of a primal function at `args` in the direction `tangents` (by parameter name, in gradient shape,
 * missing ones zero), by running it on dual numbers. Arguments are not written into.
 */
export function interpretDual(
  program: Funcs,
  name: string,
  args: readonly unknown[],
  tangents: Readonly<Record<string, unknown>>,
  host: Host = {},
): DualResult {
  const fn = program.funcs.get(name) ?? irFault(`no function ${name}`);
  const watch: Watch = {
    singular: false,
    steep: false,
    kinkDistance: Infinity,
  };
  const images = new Map<unknown, unknown>();
  const given = fn.params.map((param, k) => {
    const value = lifted(param.value.ty, args[k], images);
    return varies(param)
      ? withTangent(param.value.ty, value, tangents[param.name])
      : value;
  });
  // The slope of a parameter with a default is that of the value which stands for it.
  const onDefine = new Map(
    fn.params.flatMap((param) => {
      const { effective } = param;
      if (effective === undefined || varies(param)) return [];
      const hook = (value: unknown): unknown =>
        withTangent(effective.ty, value, tangents[param.name]);
      return [[effective.id, hook] as const];
    }),
  );
  const machine = dualMachine(newOutside(host), watch);
  const result = interpretWith(program, name, given, machine, {
    onDefine,
    ...(host.maxSteps === undefined ? {} : { maxSteps: host.maxSteps }),
  });
  const ty = fn.results[0];
  return {
    value: plainOf(result),
    tangent:
      ty !== undefined && holdsFloat(ty) ? tangentOf(ty, result) : undefined,
    ...watch,
  };
}

const varies = (param: Param): boolean =>
  param.effective === undefined || param.effective.id === param.value.id;

interface Watch {
  singular: boolean;
  steep: boolean;
  kinkDistance: number;
}

const none: readonly unknown[] = [];

function dualMachine(outside: Outside, watch: Watch): Machine {
  const globals = new Map<string, unknown>();

  function global(name: string, ty: Ty, value: () => unknown): unknown {
    if (!globals.has(name)) globals.set(name, lifted(ty, value()));
    return globals.get(name);
  }

  function execute(
    instr: PlainInstr,
    args: readonly unknown[],
  ): readonly unknown[] {
    switch (instr.kind) {
      case "const": {
        const value = constantOf(instr.value);
        const isNumber =
          typeof value === "number" && bare(resultTy(instr)).kind === "num";
        return [isNumber ? new Dual(value) : value];
      }
      case "op":
        return [dualOp(instr, args, watch)];
      case "global":
        return [
          global(
            `${instr.binding.name}.${instr.member ?? ""}`,
            resultTy(instr),
            () => instr.value ?? outside.binding(instr.binding),
          ),
        ];
      case "opaque": {
        const images = new Map<unknown, unknown>();
        const result = outside.opaque(
          instr,
          args.map((arg) => plainOf(arg, images)),
        );
        return instr.results.map(({ ty }) => lifted(ty, result));
      }
      case "newArray":
        return [newArray(resultTy(instr) as ArrayTy, args)];
      case "arrayLit": {
        const { store } = resultTy(instr) as ArrayTy;
        return [
          new Cells(
            store,
            args.map((arg) => stored(store, arg)),
          ),
        ];
      }
      case "newRecord":
        return [newRecord(resultTy(instr) as RecordTy, args)];
      case "newTable": {
        const table = new Table(resultTy(instr) as TableTy);
        instr.names.forEach((name, k) => table.entries.set(name, args[k]));
        return [table];
      }
      case "keys": {
        if (args[0] instanceof Fields)
          return [new Cells("js", Object.keys(args[0].values))];
        const table = args[0] as Table;
        return [
          new Cells(
            "js",
            table.keys().map((key) => lifted(table.ty.key, key)),
          ),
        ];
      }
      case "has": {
        if (args[0] instanceof Fields)
          return [Object.hasOwn(args[0].values, String(plainOf(args[1])))];
        const { entries, at } = tableAt(args);
        return [entries.has(at)];
      }
      case "load": {
        if (args[0] instanceof Table) {
          const { entries, at } = tableAt(args);
          return [entries.get(at)];
        }
        const array = args[0] as Cells;
        const index = plainOf(args[1]) as number;
        checkInBounds(array.claimable ?? array.length, index, instr.inBounds);
        return [array.get(index)];
      }
      case "store":
        if (args[0] instanceof Table) {
          const { entries, at } = tableAt(args);
          // a value that is none takes the key out
          if (args[2] === undefined) entries.delete(at);
          else entries.set(at, args[2]);
          return none;
        }
        storeInto(
          args[0] as Cells,
          plainOf(args[1]) as number,
          args[2],
          instr.inBounds,
        );
        return none;
      case "length":
        return [
          new Dual(
            args[0] instanceof Table
              ? args[0].entries.size
              : (args[0] as Cells).length,
          ),
        ];
      case "push":
        append(
          args[0] as Cells,
          args[1],
          plainOf(args[2]) as number | undefined,
        );
        return none;
      case "pop": {
        const array = args[0] as Cells;
        const at = plainOf(args[1]) as number | undefined;
        const last = remove(array.cells, at);
        array.length = array.cells.length;
        return [last];
      }
      case "slice":
      case "subarray": {
        const array = args[0] as Cells;
        const [start, end] = args
          .slice(1)
          .map((arg) => plainOf(arg) as number) as [number, number];
        checkRange(array, start, end);
        if (instr.kind === "slice")
          return [new Cells(array.store, array.list().slice(start, end))];
        return [
          new Cells(
            array.store,
            array.cells,
            array.offset + start,
            end - start,
          ),
        ];
      }
      case "getField":
        return [(args[0] as Fields).values[instr.field]];
      case "setField":
        (args[0] as Fields).values[instr.field] = args[1];
        return none;
      default:
        return irFault(
          `the dual oracle runs primal functions only, no ${instr.kind}`,
        );
    }
  }

  return {
    execute,
    plain: (value) => (value instanceof Dual ? value.v : value),
    lift: (value) => new Dual(value),
  };
}

function tableAt([table, key]: readonly unknown[]): {
  entries: Map<unknown, unknown>;
  at: unknown;
} {
  const { entries } = table as Table;
  return { entries, at: (table as Table).keyOf(plainOf(key)) };
}

function dualOp(
  instr: OpInstr,
  args: readonly unknown[],
  watch: Watch,
): unknown {
  const { op } = instr;
  if (op === "select") return args[0] === true ? args[1] : args[2];
  if (op === "unwrap" || op === "wrap") return args[0];
  const xs = args.map((arg) => (arg instanceof Dual ? arg.v : arg)) as number[];
  const ds = args.map((arg) => (arg instanceof Dual ? arg.d : 0));
  const y = evaluateOp(op, xs);
  const isActive = ds.some((d) => d !== 0);
  if (isActive)
    watch.kinkDistance = Math.min(watch.kinkDistance, distanceToKink(op, xs));
  if (typeof y !== "number") return y;
  // as an index or in a condition nobody asks for its slope; elsewhere the program is refused
  if (isActive && isIntegerOp(op)) return new Dual(y, NaN);
  watch.steep ||= !isFlatOp(op) && isSteep(op, xs, y);
  return new Dual(y, isActive ? slopeAlong(instr, xs, ds, y, watch) : 0);
}

const isFlatOp = (op: OpInstr["op"]): boolean =>
  isIntegerOp(op) || op === "add" || op === "sub" || op === "neg";

const isSteep = (
  op: OpInstr["op"],
  xs: readonly number[],
  y: number,
): boolean => xs.some((_, i) => !Number.isFinite(partialOf(op, xs, y, i)));

/** The sum of partial times tangent; a tangent that is exactly 0 is no contribution, whatever the partial. */
function slopeAlong(
  { op }: OpInstr,
  xs: readonly number[],
  ds: readonly number[],
  y: number,
  watch: Watch,
): number {
  let sum = 0;
  ds.forEach((d, i) => {
    if (d === 0) return;
    const partial = partialOf(op, xs, y, i);
    if (!Number.isFinite(partial)) watch.singular = true;
    sum += partial * d;
  });
  return sum;
}

function newArray(ty: ArrayTy, args: readonly unknown[]): Cells {
  const length = plainOf(args[0]) as number;
  const empty = emptyCell(ty.elem);
  const cell = args.length > 1 ? args[1] : empty === 0 ? new Dual(0) : empty;
  // What JavaScript throws for a length that is none, it throws here.
  const isTyped = ty.store !== "js";
  const { length: size } = isTyped
    ? new Uint8Array(length)
    : new Array<unknown>(length);
  const cells = new Array<unknown>(size).fill(stored(ty.store, cell));
  const made = new Cells(ty.store, cells);
  if (isTyped && !Number.isInteger(length)) made.claimable = Math.ceil(length);
  return made;
}

function newRecord(ty: RecordTy, args: readonly unknown[]): Fields {
  const values: Record<string, unknown> = {};
  ty.fields.forEach((field, k) => {
    if (field.optional !== true || args[k] !== undefined)
      values[field.name] = args[k];
  });
  return new Fields(ty, values);
}

function append(array: Cells, value: unknown, at = array.cells.length): void {
  insert(array.cells, value, at);
  array.length = array.cells.length;
}

function storeInto(
  array: Cells,
  index: number,
  value: unknown,
  inBounds: boolean,
): void {
  checkInBounds(array.claimable ?? array.length, index, inBounds);
  if (array.isInside(index)) array.set(index, value);
  else if (array.store === "js") {
    if (index !== array.length)
      throw new RangeError(
        `store at index ${index} of ${array.length} elements`,
      );
    append(array, value);
  }
}

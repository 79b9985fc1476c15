import type { OpInstr } from "./ir.js";
import { isPredicate } from "./ops.js";
import { bare, bool, maybe, num, type Ty } from "./types.js";
import {
  argTys,
  checkTys,
  claim,
  gives,
  soleResult,
  takes,
} from "./verifyClaims.js";
import { fits } from "./verifyTypes.js";

/** Numeric ops with another number of operands than one; `min` and `max` take any number. */
const arities: Readonly<Record<string, number>> = {
  withSlope: 2,
  add: 2,
  sub: 2,
  mul: 2,
  div: 2,
  rem: 2,
  pow: 2,
  atan2: 2,
  bitand: 2,
  bitor: 2,
  bitxor: 2,
  shl: 2,
  shr: 2,
  ushr: 2,
  imul: 2,
  lt: 2,
  le: 2,
  gt: 2,
  ge: 2,
  eq: 2,
  ne: 2,
  and: 2,
  or: 2,
  guardMul: 2,
  guardDiv: 2,
  hypotSlope: 2,
  powSlopeX: 2,
  powSlopeY: 3,
};

export function checkOp(instr: OpInstr): void {
  const { op } = instr;
  const result = soleResult(instr);
  const args = argTys(instr);
  if (["max", "min", "hypot", "maxSlope", "minSlope"].includes(op)) {
    checkTys(
      "operands",
      args,
      args.map(() => num),
    );
    return gives(instr, num);
  }
  if (op === "select") {
    takes(instr, bool, result, result);
    return;
  }
  const arity = arities[op] ?? 1;
  claim(args.length === arity, `${args.length} operands instead of ${arity}`);
  switch (op) {
    case "unwrap":
      claim(fits(bare(args[0]!), result), "the operand is another type");
      return;
    case "wrap":
      claim(fits(maybe(args[0]!), result), "the operand is another type");
      return;
    case "bool2num":
      takes(instr, bool);
      return gives(instr, num);
    case "not":
    case "and":
    case "or":
      checkTys(
        "operands",
        args,
        args.map(() => bool),
      );
      return gives(instr, bool);
    case "eq":
    case "ne":
    case "isNil":
    case "isNull":
    case "isUndefined":
      return gives(instr, bool);
    default:
      checkTys(
        "operands",
        args.map(isTest(op) ? bare : same),
        args.map(() => num),
      );
      gives(instr, isPredicate(op) ? bool : num);
  }
}

const same = (ty: Ty): Ty => ty;

/** `Number.isNaN` and its like take anything. */
const isTest = (op: string): boolean => op.startsWith("is");

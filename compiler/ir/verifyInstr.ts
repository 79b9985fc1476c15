import {
  isPoison,
  type ConstInstr,
  type ForInstr,
  type IfInstr,
  type Instr,
  type OpaqueInstr,
  type StructInstr,
  type WhileInstr,
} from "./ir.js";
import { printTy } from "./print.js";
import { gradTy, shadowTy } from "./shapes.js";
import {
  arrayOf,
  bare,
  bool,
  f64Array,
  maybe,
  num,
  str,
  type ArrayTy,
  type TableTy,
  type Ty,
} from "./types.js";
import {
  argTys,
  checkTys,
  claim,
  gives,
  resultTys,
  soleResult,
  takes,
  TypeFault,
} from "./verifyClaims.js";
import { checkOp } from "./verifyOp.js";
import { fitsBoth } from "./verifyTypes.js";
import type { AccumInstr, LoadInstr, StoreInstr } from "./memoryInstrs.js";

/** What is wrong with the number or types of an instruction's operands, results or regions; undefined if nothing. */
export function typeFaultOf(instr: Instr): string | undefined {
  try {
    checkInstr(instr);
    return regionCount(instr);
  } catch (fault) {
    if (fault instanceof TypeFault) return fault.message;
    throw fault;
  }
}

function regionCount(instr: Instr): string | undefined {
  const wanted =
    instr.kind === "if"
      ? 2
      : instr.kind === "for" || instr.kind === "while"
        ? 1
        : 0;
  return instr.regions.length === wanted
    ? undefined
    : `${instr.regions.length} regions instead of ${wanted}`;
}

function arrayArg(instr: Instr): ArrayTy {
  const ty = instr.args[0]?.ty;
  claim(ty?.kind === "array", "the first operand is no array");
  return ty;
}

/** The names of an object's members are words, whatever they are declared to be. */
const keyTy = ({ form, key }: TableTy): Ty => (form === "object" ? str : key);

const isRecordArg = (instr: Instr): boolean =>
  instr.args[0]?.ty.kind === "record";

const isTableArg = (instr: Instr): boolean =>
  instr.args[0]?.ty.kind === "table";

function tableArg(instr: Instr): TableTy {
  const ty = instr.args[0]?.ty;
  claim(ty?.kind === "table", "the first operand is no table");
  return ty;
}

/** A word or a number: JavaScript takes either as the name of a member. */
function keyArg(instr: Instr): Ty {
  const ty = instr.args[1]?.ty;
  claim(ty?.kind === "num" || ty?.kind === "opaque", "the key is none");
  return ty;
}

/** What is read from, written into or added to a table. */
function checkEntry(instr: LoadInstr | StoreInstr | AccumInstr): void {
  const table = tableArg(instr);
  const orNone = (ty: Ty): Ty =>
    ty.kind === "maybe" ? maybe(table.elem) : table.elem;
  if (instr.kind === "load") {
    takes(instr, table, keyArg(instr));
    return gives(instr, orNone(soleResult(instr)));
  }
  const value = instr.args[2]?.ty;
  claim(value !== undefined, "three operands are wanted");
  takes(
    instr,
    table,
    keyArg(instr),
    instr.kind === "accum" ? num : orNone(value),
  );
  return gives(instr);
}

function checkInstr(instr: Instr): void {
  switch (instr.kind) {
    case "const":
      takes(instr);
      return checkConst(instr);
    case "op":
      return checkOp(instr);
    case "global":
      takes(instr);
      return void soleResult(instr);
    case "opaque":
      return checkOpaque(instr);
    case "newArray": {
      const ty = soleResult(instr);
      claim(ty.kind === "array", "the result is no array");
      return instr.args.length === 1
        ? takes(instr, num)
        : takes(instr, num, ty.elem);
    }
    case "arrayLit": {
      const ty = soleResult(instr);
      claim(ty.kind === "array", "the result is no array");
      return takes(instr, ...instr.args.map(() => ty.elem));
    }
    case "newRecord": {
      const ty = soleResult(instr);
      claim(ty.kind === "record", "the result is no record");
      return takes(instr, ...ty.fields.map((field) => field.ty));
    }
    case "newTable": {
      const ty = soleResult(instr);
      claim(ty.kind === "table", "the result is no table");
      return takes(instr, ...instr.names.map(() => ty.elem));
    }
    case "keys":
      if (isRecordArg(instr)) return gives(instr, arrayOf(str));
      takes(instr, tableArg(instr));
      return gives(instr, arrayOf(keyTy(tableArg(instr))));
    case "has":
      if (isRecordArg(instr)) return gives(instr, bool);
      takes(instr, tableArg(instr), keyArg(instr));
      return gives(instr, bool);
    case "load": {
      if (isTableArg(instr)) return checkEntry(instr);
      const array = arrayArg(instr);
      takes(instr, array, num);
      // Under noUncheckedIndexedAccess what comes out may be missing.
      const ty = soleResult(instr);
      return gives(instr, ty.kind === "maybe" ? maybe(array.elem) : array.elem);
    }
    case "store":
      if (isTableArg(instr)) return checkEntry(instr);
      takes(instr, arrayArg(instr), num, arrayArg(instr).elem);
      return gives(instr);
    case "accum":
      if (isTableArg(instr)) return checkEntry(instr);
      claim(arrayArg(instr).elem.kind === "num", "no array of numbers");
      takes(instr, arrayArg(instr), num, num);
      return gives(instr);
    case "product":
      takes(instr, ...productTypes);
      return gives(instr);
    case "length":
      if (isTableArg(instr)) {
        claim(tableArg(instr).form !== "object", "an object has no size");
        takes(instr, tableArg(instr));
      } else takes(instr, arrayArg(instr));
      return gives(instr, num);
    case "setLength":
      claim(arrayArg(instr).store === "js", "a typed array keeps its length");
      takes(instr, arrayArg(instr), num);
      return gives(instr);
    case "push":
      claim(arrayArg(instr).store === "js", "a typed array keeps its length");
      takes(
        instr,
        arrayArg(instr),
        arrayArg(instr).elem,
        ...instr.args.slice(2).map(() => num),
      );
      return gives(instr);
    case "pop":
      claim(arrayArg(instr).store === "js", "a typed array keeps its length");
      takes(instr, arrayArg(instr), ...instr.args.slice(1).map(() => num));
      return gives(instr, maybe(arrayArg(instr).elem));
    case "subarray":
      claim(arrayArg(instr).store !== "js", "only typed arrays have views");
      takes(instr, arrayArg(instr), num, num);
      return gives(instr, arrayArg(instr));
    case "slice":
      takes(instr, arrayArg(instr), num, num);
      return gives(instr, arrayArg(instr));
    case "getField":
      claim(instr.args.length === 1, "one operand is wanted");
      return gives(instr, fieldTy(instr, instr.field));
    case "setField":
      takes(instr, instr.args[0]!.ty, fieldTy(instr, instr.field));
      return gives(instr);
    case "accumField":
      claim(bare(fieldTy(instr, instr.field)).kind === "num", "no number");
      takes(instr, instr.args[0]!.ty, num);
      return gives(instr);
    case "struct":
      return checkStruct(instr);
    case "newTape":
      takes(instr);
      return gives(instr, { kind: "tape" });
    case "tapePush":
      claim(instr.args[0]?.ty.kind === "tape", "the first operand is no tape");
      return gives(instr);
    case "tapePop":
      return takes(instr, { kind: "tape" });
    case "if":
      return checkIf(instr);
    case "for":
      return checkFor(instr);
    case "while":
      return checkWhile(instr);
    case "call":
      return;
  }
}

const productTypes: readonly Ty[] = [
  ...[f64Array, num, num, num],
  ...[f64Array, num, num, num],
  ...[f64Array, num, num, num],
  ...[num, num, num],
];

function fieldTy(instr: Instr, name: string): Ty {
  const record = instr.args[0]?.ty;
  claim(record?.kind === "record", "the first operand is no record");
  const field = record.fields.find((one) => one.name === name);
  claim(field !== undefined, `there is no field ${name}`);
  return field.ty;
}

function checkConst(instr: ConstInstr): void {
  const ty = soleResult(instr);
  if (isPoison(instr.value) || bare(ty).kind === "opaque") return;
  // what a hole in an array of numbers holds, and a load beyond its end gives
  if (instr.value === undefined && ty.kind === "num") return;
  const kind =
    typeof instr.value === "number"
      ? "num"
      : typeof instr.value === "boolean"
        ? "bool"
        : undefined;
  claim(
    kind === undefined
      ? ty.kind === "maybe" && typeof instr.value !== "string"
      : bare(ty).kind === kind,
    `the constant is no ${printTy(ty)}`,
  );
}

function checkOpaque(instr: OpaqueInstr): void {
  claim(
    instr.parts.length === instr.args.length + 1,
    "the parts do not fit the number of arguments",
  );
  const [least, most] = { none: [1, 1], effect: [0, 1], throw: [0, 0] }[
    instr.effect
  ] as [number, number];
  claim(
    instr.results.length >= least && instr.results.length <= most,
    `${instr.results.length} results`,
  );
}

function checkStruct(instr: StructInstr): void {
  const [first, second] = argTys(instr);
  const count = ["copy", "apart", "zeros", "instances"].includes(instr.what)
    ? 1
    : 2;
  const mayHaveMore =
    (instr.what === "into" && instr.args.length === 3) ||
    (instr.what === "deliver" && instr.args.length === 4);
  claim(
    instr.args.length === count || mayHaveMore,
    `${count} operands are wanted`,
  );
  switch (instr.what) {
    case "copy":
    case "apart":
      return gives(instr, first!);
    case "zeros":
      return givesShape(instr, shadowTy(first!));
    case "seed":
      return givesShape(instr, shadowTy(second!));
    case "shadowIn":
      return givesShape(instr, shadowTy(second!));
    case "gradOf":
      return givesShape(instr, gradTy(second!));
    case "addSeed":
      claim(instr.results.length <= 1, "one result at most");
      return;
    case "instances":
      return void soleResult(instr);
    case "rowLength":
      return gives(instr, num);
    case "deliver":
    case "distinct":
      return gives(instr);
  }
}

function givesShape(instr: StructInstr, ty: Ty | undefined): void {
  claim(
    ty !== undefined && fitsBoth(soleResult(instr), ty),
    `the result is not ${ty === undefined ? "anything" : printTy(ty)}`,
  );
}

function checkIf(instr: IfInstr): void {
  takes(instr, bool);
  for (const { params, yields } of instr.regions) {
    claim(params.length === 0, "an arm has parameters");
    checkTys(
      "yields",
      yields.map((value) => value.ty),
      resultTys(instr),
    );
  }
}

function checkFor(instr: ForInstr): void {
  const up = instr.test === "<" || instr.test === "<=";
  claim(
    Number.isInteger(instr.step) && (up ? instr.step > 0 : instr.step < 0),
    "the step does not fit the test",
  );
  checkTys("bounds", argTys(instr).slice(0, 2), [num, num]);
  checkLoop(instr, argTys(instr).slice(2), [num], instr.breaks ? [bool] : []);
}

function checkWhile(instr: WhileInstr): void {
  checkLoop(instr, argTys(instr), [], [bool]);
}

/** Initial values, parameters, yields and results of a loop are the same list of carried values. */
function checkLoop(
  instr: ForInstr | WhileInstr,
  inits: readonly Ty[],
  extraParams: readonly Ty[],
  extraYields: readonly Ty[],
): void {
  const carried = resultTys(instr);
  const region = instr.regions[0];
  claim(region !== undefined, "there is no body");
  checkTys("initial values", inits, carried);
  const params = region.params.map((value) => value.ty);
  checkTys("parameters", [...extraParams, ...carried], params);
  const yields = region.yields.map((value) => value.ty);
  checkTys("yields", yields, [...extraYields, ...carried]);
  checkTys("yields", yields, [
    ...extraYields,
    ...params.slice(extraParams.length),
  ]);
}

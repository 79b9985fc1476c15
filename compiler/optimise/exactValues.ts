import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { isPredicate, type OpName } from "../ir/ops.js";
import { eachInstr } from "../ir/visit.js";

/**
 * Values that must keep every bit: what the function's value is made of, what decides a branch, a tie or an index, what is
 * written into memory other than by adding to a slope, what a call or carried source sees. The rest is made for slopes
 * only.
 */
export function exactValues(fn: Func, slopes: Slopes): ReadonlySet<Value> {
  const users = new Map<Value, readonly Value[]>();
  const exact = new Set<Value>();
  const work: Value[] = [];
  const keep = (values: readonly Value[]): void => {
    for (const value of values) {
      if (exact.has(value)) continue;
      exact.add(value);
      work.push(value);
    }
  };
  const guards = guardsIn(fn);
  eachInstr(fn.body, (instr) => {
    for (const [result, args] of flowOf(instr)) {
      const before = users.get(result) ?? [];
      users.set(result, [...before, ...args]);
    }
    if (!guards.has(instr)) keep(sinksOf(instr, slopes.out));
  });
  if (slopes.isInPair && !slopes.isAll) keepValue(fn, keep);
  else if (!slopes.isAll) keep(fn.body.yields);
  for (let value = work.pop(); value !== undefined; value = work.pop())
    keep(users.get(value) ?? []);
  return exact;
}

/** What is known to take slopes only. */
export interface Slopes {
  /** All that the function returns. */
  readonly isAll?: boolean;
  /** What stands beside a value: `{ value, grad }`, `{ value, tangent }`. */
  readonly isInPair?: boolean;
  /** The caller's record for the gradient. */
  readonly out?: Value | undefined;
}

/** Operations at which a last bit may decide. */
const jumps: ReadonlySet<OpName> = new Set<OpName>([
  "sign",
  "floor",
  "ceil",
  "round",
  "trunc",
  "rem",
  "max",
  "min",
  "maxSlope",
  "minSlope",
  "absSlope",
  "hypotSlope",
  "powSlopeX",
  "powSlopeY",
]);

/** `t === 0 ? 0 : ...`: rounding does not make a 0 of a slope, nor a slope of 0. */
function guardsIn(fn: Func): ReadonlySet<Instr> {
  const zeros = new Set<Value>();
  const tests = new Map<Value, Instr>();
  const other = new Set<Value>();
  const useAll = (values: readonly Value[]): void =>
    values.forEach((value) => other.add(value));
  eachInstr(fn.body, (instr) => {
    const [result] = instr.results;
    if (instr.kind === "const" && instr.value === 0) zeros.add(result!);
    if (instr.kind === "op" && instr.op === "eq" && zeros.has(instr.args[1]!))
      tests.set(result!, instr);
    const isGuard =
      instr.kind === "op" && instr.op === "select" && zeros.has(instr.args[1]!);
    useAll(isGuard ? instr.args.slice(1) : instr.args);
    for (const region of instr.regions) useAll(region.yields);
  });
  useAll(fn.body.yields);
  return new Set(
    [...tests].filter(([value]) => !other.has(value)).map(([, test]) => test),
  );
}

/** What each result is computed from. */
function flowOf(instr: Instr): (readonly [Value, readonly Value[]])[] {
  if (instr.kind === "if")
    return instr.results.map((result, i) => [
      result,
      instr.regions.map((region) => region.yields[i]!),
    ]);
  if (instr.kind === "for" || instr.kind === "while") {
    const [args, params, yields] =
      instr.kind === "for" ? [2, 1, instr.breaks ? 1 : 0] : [0, 0, 1];
    const [body] = instr.regions as [Region];
    return instr.results.flatMap((result, i) => {
      const from = [instr.args[i + args]!, body.yields[i + yields]!];
      return [
        [result, from],
        [body.params[i + params]!, from],
      ] as const;
    });
  }
  return instr.results.map((result) => [result, instr.args]);
}

/** Operands that have to be exact whatever the results are used for. */
function sinksOf(instr: Instr, out: Value | undefined): readonly Value[] {
  switch (instr.kind) {
    case "const":
    case "global":
    case "newRecord":
      return [];
    case "op":
      return jumps.has(instr.op) || isPredicate(instr.op) ? instr.args : [];
    case "accum":
    case "accumField":
      return instr.args.slice(0, -1);
    case "setField":
      return instr.args[0] === out ? [] : instr.args;
    case "if":
      return instr.args;
    case "for":
      return [
        ...instr.args.slice(0, 2),
        ...instr.regions[0]!.yields.slice(0, instr.breaks ? 1 : 0),
      ];
    case "while":
      return instr.regions[0]!.yields.slice(0, 1);
    default:
      return instr.args;
  }
}

/** `{ value, grad }`: the gradient is not exact. Any other result is taken to be. */
function keepValue(fn: Func, keep: (values: readonly Value[]) => void): void {
  const made = new Map<Value, Instr>();
  for (const instr of fn.body.body)
    for (const result of instr.results) made.set(result, instr);
  for (const result of fn.body.yields) {
    const record = made.get(result);
    const { ty } = result;
    const isPair =
      record?.kind === "newRecord" &&
      ty.kind === "record" &&
      ty.fields.length === 2 &&
      ty.fields[0]!.name === "value" &&
      ["grad", "tangent"].includes(ty.fields[1]!.name);
    keep(isPair ? record.args.slice(0, 1) : [result]);
  }
}

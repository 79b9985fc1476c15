import type {
  CallInstr,
  ForInstr,
  Func,
  Instr,
  Region,
  Value,
} from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import { isRef } from "../ir/types.js";
import {
  areEqual,
  atom,
  constantPolynomial,
  difference,
  larger,
  type Polynomial,
  product,
  scaled,
  sum,
  summed,
} from "./polynomial.js";
import {
  type Given,
  type Quantities,
  quantitiesOf,
  wordsOf,
} from "./quantities.js";

/**
 * How much a derivative function has on its tape when its forward sweep is done, as a formula in the trip counts of its
 * loops: eight bytes for each value. A loop that may stop early, and arms that save differently, make it an upper bound.
 */
export interface TapeSize {
  readonly bytes: Polynomial;
  readonly isBound: boolean;
}

const none: TapeSize = { bytes: constantPolynomial(0), isBound: false };

/** `lineOf`: a name for loops and calls whose number nobody has a word for. */
export function tapeSize(
  funcs: ReadonlyMap<string, Func>,
  name: string,
  lineOf: (instr: Instr) => number,
): TapeSize {
  const open = new Set<string>();
  const pushing = functionsThatPush(funcs);
  const ofFunction = (
    callee: string,
    given: ReadonlyMap<Value, Given>,
    call: CallInstr | undefined,
  ): TapeSize => {
    const fn = funcs.get(callee);
    if (fn === undefined || !pushing.has(callee)) return none;
    if (open.has(callee))
      return { bytes: atom(`calls(line ${lineOf(call!)})`), isBound: true };
    open.add(callee);
    const size = ofRegion(fn.body, quantitiesOf(fn, given));
    open.delete(callee);
    return size;
  };
  const ofRegion = (region: Region, known: Quantities): TapeSize =>
    region.body.reduce(
      (total, instr) => plus(total, ofInstr(instr, known)),
      none,
    );
  const ofInstr = (instr: Instr, known: Quantities): TapeSize => {
    switch (instr.kind) {
      case "tapePush": {
        const bytes = constantPolynomial(8 * (instr.args.length - 1));
        return { bytes, isBound: false };
      }
      case "call": {
        const callee = funcs.get(instr.callee);
        if (callee === undefined) return none;
        const given = passed(callee, instr.args, known);
        return ofFunction(instr.callee, given, instr);
      }
      case "if":
        return instr.regions
          .map((region) => ofRegion(region, known))
          .reduce(eitherOf);
      case "for":
        return repeated(instr, ofRegion(instr.regions[0]!, known), known);
      case "while": {
        const { bytes, isBound } = ofRegion(instr.regions[0]!, known);
        return {
          bytes: product(bytes, atom(`trips(line ${lineOf(instr)})`)),
          isBound,
        };
      }
      default:
        return none;
    }
  };
  return ofFunction(name, new Map(), undefined);
}

/** Themselves, or through what they call. */
function functionsThatPush(funcs: ReadonlyMap<string, Func>): Set<string> {
  const found = new Set<string>();
  const pushes = (instr: Instr): boolean =>
    instr.kind === "tapePush" ||
    (instr.kind === "call" && found.has(instr.callee));
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const [name, { body }] of funcs)
      eachInstr(body, (instr) => void (pushes(instr) && found.add(name)));
  }
  return found;
}

function passed(
  callee: Func,
  args: readonly Value[],
  known: Quantities,
): Map<Value, Given> {
  return new Map(
    callee.body.params.map((param, i) => {
      const arg = args[i]!;
      const given: Given = isRef(param.ty)
        ? { path: known.pathOf(arg), length: known.lengthOf(arg) }
        : { number: known.numberOf(arg) };
      return [param, given] as const;
    }),
  );
}

const plus = (a: TapeSize, b: TapeSize): TapeSize => ({
  bytes: sum(a.bytes, b.bytes),
  isBound: a.isBound || b.isBound,
});

const eitherOf = (a: TapeSize, b: TapeSize): TapeSize => ({
  bytes: larger(a.bytes, b.bytes),
  isBound: a.isBound || b.isBound || !areEqual(a.bytes, b.bytes),
});

function repeated(loop: ForInstr, body: TapeSize, known: Quantities): TapeSize {
  if (body.bytes.size === 0) return body;
  const lo = known.numberOf(loop.args[0]!);
  const hi = known.numberOf(loop.args[1]!);
  const distance = loop.step > 0 ? difference(hi, lo) : difference(lo, hi);
  const isStrict = loop.test === "<" || loop.test === ">";
  const step = Math.abs(loop.step);
  const whole = isStrict ? distance : sum(distance, constantPolynomial(step));
  const trips = scaled(whole, 1 / step);
  const index = known.indexOf(loop.regions[0]!.params[0]!);
  return {
    bytes: summed(body.bytes, index, lo, loop.step, trips),
    isBound: body.isBound || loop.breaks,
  };
}

/** `16*n*m bytes`, `at most 8*xs.length bytes`, `nothing`. */
export function tapeText({ bytes, isBound }: TapeSize): string {
  if (bytes.size === 0) return "nothing";
  return `${isBound ? "at most " : ""}${wordsOf(bytes)} bytes`;
}

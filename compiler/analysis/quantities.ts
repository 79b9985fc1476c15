import type { Func, Instr, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import {
  arithmetic,
  asConstant,
  atom,
  constantPolynomial,
  difference,
  type Polynomial,
  polynomialText,
  scaled,
} from "./polynomial.js";

/**
 * Integers of a function in the words of its parameters: lengths, bounds of loops. What cannot be traced to a parameter
 * is called as the user called it.
 */
export interface Quantities {
  numberOf(value: Value): Polynomial;
  pathOf(value: Value): string;
  lengthOf(value: Value): Polynomial;
  /** The atom of a loop's index, which is its own. */
  indexOf(value: Value): string;
}

/** What the caller passes for a parameter. */
export interface Given {
  readonly number?: Polynomial;
  readonly path?: string;
  readonly length?: Polynomial;
}

export function quantitiesOf(
  fn: Func,
  given: ReadonlyMap<Value, Given> = new Map(),
): Quantities {
  const names = new Map(fn.params.map(({ value, name }) => [value, name]));
  const definitions = new Map<Value, Instr>();
  const indices = new Set<Value>();
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) definitions.set(result, instr);
    if (instr.kind === "for") indices.add(instr.regions[0]!.params[0]!);
  });
  const indexOf = (value: Value): string =>
    `${nameOf(value) ?? "i"}@${value.id}`;
  const nameOf = (value: Value): string | undefined =>
    given.get(value)?.path ?? names.get(value) ?? value.hint;

  const numberOf = (value: Value): Polynomial => {
    const passed = given.get(value)?.number;
    if (passed !== undefined) return passed;
    if (indices.has(value)) return atom(indexOf(value));
    const instr = definitions.get(value);
    const called = atom(nameOf(value) ?? "?");
    if (instr === undefined) return called;
    switch (instr.kind) {
      case "const":
        return typeof instr.value === "number"
          ? constantPolynomial(instr.value)
          : called;
      case "global":
        return typeof instr.value === "number"
          ? constantPolynomial(instr.value)
          : atom(instr.binding.name);
      case "length":
        return lengthOf(instr.args[0]!);
      case "load":
      case "getField":
        return atom(pathOf(value));
      case "op":
        return calculated(instr.op, instr.args.map(numberOf)) ?? called;
      default:
        return called;
    }
  };
  const lengthOf = (value: Value): Polynomial => {
    const passed = given.get(value)?.length;
    if (passed !== undefined) return passed;
    const instr = definitions.get(value);
    switch (instr?.kind) {
      case "newArray":
        return numberOf(instr.args[0]!);
      case "slice":
      case "subarray":
        return difference(numberOf(instr.args[2]!), numberOf(instr.args[1]!));
      case "op":
        return lengthOf(instr.args[0]!);
      case "struct":
        if (instr.what === "shadowIn") return lengthOf(instr.args[1]!);
        if (instr.what !== "into" && instr.what !== "gradOf")
          return lengthOf(instr.args[0]!);
        break;
      case "arrayLit":
        if (instr.args.length > 0) return constantPolynomial(instr.args.length);
        break;
      default:
    }
    return atom(`${pathOf(value)}.length`);
  };
  const pathOf = (value: Value): string => {
    const called = names.has(value) ? nameOf(value) : undefined;
    const instr = definitions.get(value);
    if (called !== undefined || instr === undefined)
      return called ?? nameOf(value) ?? "?";
    if (instr.kind === "getField")
      return `${pathOf(instr.args[0]!)}.${instr.field}`;
    if (instr.kind === "load")
      return `${pathOf(instr.args[0]!)}[${wordsOf(numberOf(instr.args[1]!))}]`;
    if (instr.kind === "struct" || (instr.kind === "op" && instr.args[0]))
      return pathOf(instr.args[0]!);
    return nameOf(value) ?? "?";
  };
  return { numberOf, pathOf, lengthOf, indexOf };
}

/** Of a quantity, for people: indices without the marks that keep them apart. */
export const wordsOf = (value: Polynomial): string =>
  polynomialText(value).replaceAll(/@\d+/g, "");

/** Undefined: no polynomial. */
function calculated(
  op: string,
  args: readonly Polynomial[],
): Polynomial | undefined {
  const [a, b] = args;
  if (a === undefined) return undefined;
  if (b === undefined) {
    if (op === "unwrap" || op === "wrap") return a;
    if (op === "floor" || op === "ceil" || op === "trunc")
      return isWhole(a) ? a : atom(`${op}(${wordsOf(a)})`);
    return arithmetic(op, args);
  }
  const [x, y] = [asConstant(a), asConstant(b)];
  if (op === "div")
    return y === undefined || y === 0 ? undefined : scaled(a, 1 / y);
  // How often a loop runs that may not run at all: the sizes take it that it does.
  if (op === "max" && x === 0) return b;
  if (op === "max" && y === 0) return a;
  return arithmetic(op, args);
}

const isWhole = (a: Polynomial): boolean =>
  [...a.values()].every(Number.isInteger);

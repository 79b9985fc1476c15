import { irFault } from "./fault.js";
import { newOutside, type Host } from "./interpretHost.js";
import { memoryMachine } from "./interpretMemory.js";
import type {
  ForInstr,
  Func,
  Instr,
  Region,
  Value,
  ValueId,
  WhileInstr,
} from "./ir.js";
import { poisonValue, type Machine, type PlainInstr } from "./machine.js";

export type { Host } from "./interpretHost.js";

export interface Funcs {
  readonly funcs: ReadonlyMap<string, Func>;
}

/**
 * The meaning of the IR: runs a function on JavaScript values. Arrays and objects are the memory and are written into
 * as the original function would. A function with one result gives it, with several an array of them.
 * Whatever the program throws is thrown; IR that means nothing (a poison that is looked at, an index said to be
 * inside that is not, a tape that runs out) throws an IrFault.
 */
export function interpret(
  program: Funcs,
  name: string,
  args: readonly unknown[],
  host: Host = {},
): unknown {
  const machine = memoryMachine(newOutside(host));
  return interpretWith(program, name, args, machine, {
    ...(host.maxSteps === undefined ? {} : { maxSteps: host.maxSteps }),
  });
}

export interface RunOptions {
  readonly maxSteps?: number;
  /** Changes a value of the outermost frame right where it is defined. */
  readonly onDefine?: ReadonlyMap<ValueId, (value: unknown) => unknown>;
}

/** The values of one activation of a function, by the id of their Value. */
type Frame = Map<ValueId, unknown>;

export function interpretWith(
  program: Funcs,
  name: string,
  args: readonly unknown[],
  machine: Machine,
  options: RunOptions = {},
): unknown {
  const limit = options.maxSteps ?? 20_000_000;
  let steps = 0;
  let hooks = options.onDefine;

  function runFunc(
    callee: string,
    given: readonly unknown[],
  ): readonly unknown[] {
    const fn = program.funcs.get(callee);
    if (fn === undefined) return irFault(`no function ${callee}`);
    const frame: Frame = new Map();
    const outermost = hooks;
    hooks = undefined;
    const define = (values: readonly Value[], to: readonly unknown[]): void => {
      if (values.length !== to.length)
        irFault(
          `${callee}: ${to.length} values for ${values.length} definitions`,
        );
      values.forEach((value, k) => {
        const hook = outermost?.get(value.id);
        frame.set(value.id, hook === undefined ? to[k] : hook(to[k]));
      });
    };

    function read(value: Value): unknown {
      const found = frame.get(value.id);
      if (found === undefined && !frame.has(value.id))
        return irFault(
          `${callee}: value ${value.hint ?? value.id} is used before it is defined`,
        );
      return found;
    }

    function look(value: Value): unknown {
      const found = machine.plain(read(value));
      return found === poisonValue
        ? irFault(`${callee}: control looks at poison`)
        : found;
    }

    function runRegion(
      region: Region,
      inputs: readonly unknown[],
    ): readonly unknown[] {
      define(region.params, inputs);
      for (const instr of region.body)
        define(instr.results, runInstr(instr, instr.args));
      return region.yields.map(read);
    }

    function runInstr(
      instr: Instr,
      operands: readonly Value[],
    ): readonly unknown[] {
      if (++steps > limit) irFault(`${callee}: more than ${limit} steps`);
      switch (instr.kind) {
        case "if":
          return runRegion(regionOf(instr, look(operands[0]!) ? 0 : 1), []);
        case "for":
          return runFor(instr, operands);
        case "while":
          return runWhile(instr, operands.map(read));
        case "call":
          return runFunc(instr.callee, operands.map(read));
        default: {
          const values = operands.map(read);
          checkPoison(instr, values, callee);
          return machine.execute(instr, values);
        }
      }
    }

    function runFor(
      instr: ForInstr,
      operands: readonly Value[],
    ): readonly unknown[] {
      const body = regionOf(instr, 0);
      const lo = look(operands[0]!) as number;
      const hi = look(operands[1]!) as number;
      let carried: readonly unknown[] = operands.slice(2).map(read);
      for (let i = lo; compare(instr.test, i, hi); i += instr.step) {
        const yields = runRegion(body, [machine.lift(i), ...carried]);
        carried = instr.breaks ? yields.slice(1) : yields;
        if (instr.breaks && truth(yields[0])) break;
      }
      return carried;
    }

    function runWhile(
      instr: WhileInstr,
      inits: readonly unknown[],
    ): readonly unknown[] {
      let carried = inits;
      for (;;) {
        // The limit must hold for an empty body too.
        if (++steps > limit) irFault(`${callee}: more than ${limit} steps`);
        const [again, ...next] = runRegion(regionOf(instr, 0), carried);
        carried = next;
        if (!truth(again)) return carried;
      }
    }

    function truth(value: unknown): boolean {
      const plain = machine.plain(value);
      if (plain === poisonValue) irFault(`${callee}: control looks at poison`);
      return Boolean(plain);
    }

    return runRegion(fn.body, given);
  }

  const results = runFunc(name, args);
  if (results.includes(poisonValue)) irFault(`${name} returns poison`);
  return results.length > 1 ? results : results[0];
}

function regionOf(instr: Instr, index: number): Region {
  return (
    instr.regions[index] ?? irFault(`${instr.kind} without region ${index}`)
  );
}

function compare(test: ForInstr["test"], i: number, hi: number): boolean {
  switch (test) {
    case "<":
      return i < hi;
    case "<=":
      return i <= hi;
    case ">":
      return i > hi;
    case ">=":
      return i >= hi;
  }
}

/** Poison may be carried, also on a tape and as the arm of a select that is not taken, but not be looked at. */
function checkPoison(
  instr: PlainInstr,
  values: readonly unknown[],
  callee: string,
): void {
  if (instr.kind === "tapePush") return;
  const seen =
    instr.kind === "op" && instr.op === "select"
      ? [values[0], values[0] ? values[1] : values[2]]
      : values;
  if (seen.includes(poisonValue))
    irFault(
      `${callee}: ${instr.kind === "op" ? instr.op : instr.kind} looks at poison`,
    );
}

import { irFault } from "./fault.js";
import type { Func, Instr, Region, Value, ValueId } from "./ir.js";
import { printInstr, printTy } from "./print.js";
import type { Ty } from "./types.js";
import { fits } from "./verifyTypes.js";
import { typeFaultOf } from "./verifyInstr.js";
import { endsInThrow } from "./visit.js";

/**
 * Checks that a function means something: every value is defined once, before it is used and where it is visible;
 * operands and results have the number and the types that the instruction asks for; regions take and give what their
 * owner says; nothing follows a throw. Calls are checked where the other functions are known. Throws an IrFault that
 * names the function and shows the instruction.
 */
export function verifyFunc(
  fn: Func,
  program?: { readonly funcs: ReadonlyMap<string, Func> },
): void {
  const defined = new Set<ValueId>();
  let at: Instr | undefined;

  const fail = (message: string): never =>
    irFault(
      `${fn.name}: ${message}${at === undefined ? "" : `\n${printInstr(fn, at)}`}`,
      at?.span ?? fn.span,
    );
  const check = (claim: boolean, message: () => string): void => {
    if (!claim) fail(message());
  };

  function define(values: readonly Value[], scope: Map<ValueId, Value>): void {
    for (const value of values) {
      check(!defined.has(value.id), () => `${nameOf(value)} is defined twice`);
      defined.add(value.id);
      scope.set(value.id, value);
    }
  }

  /** Passes keep tables by Value, so the very object must be used that was defined. */
  function use(
    values: readonly Value[],
    scope: ReadonlyMap<ValueId, Value>,
  ): void {
    for (const value of values) {
      const known = scope.get(value.id);
      check(
        known !== undefined,
        () => `${nameOf(value)} is used where it is not defined`,
      );
      check(
        known === value,
        () => `${nameOf(value)} is another object than its definition`,
      );
    }
  }

  function verifyRegion(
    region: Region,
    outer: ReadonlyMap<ValueId, Value>,
    owner: Instr | undefined,
  ): Map<ValueId, Value> {
    const scope = new Map(outer);
    define(region.params, scope);
    region.body.forEach((instr, k) => {
      at = instr;
      use(instr.args, scope);
      verifyInstr(instr, scope);
      define(instr.results, scope);
      const last = k === region.body.length - 1;
      const whole = { params: [], body: [instr], yields: [] };
      check(last || !endsInThrow(whole), () => "something follows a throw");
    });
    at = owner;
    use(region.yields, scope);
    return scope;
  }

  function verifyInstr(instr: Instr, scope: ReadonlyMap<ValueId, Value>): void {
    const fault = typeFaultOf(instr);
    if (fault !== undefined) fail(fault);
    for (const region of instr.regions) verifyRegion(region, scope, instr);
    at = instr;
    if (instr.kind === "call" && program !== undefined) {
      const callee = program.funcs.get(instr.callee);
      if (callee === undefined) return fail("the callee is unknown");
      const params = callee.params.map((param) => param.value.ty);
      verifyTys(instr.args, params, "an argument");
      verifyTys(instr.results, callee.results, "a result");
    }
  }

  function verifyTys(
    values: readonly Value[],
    tys: readonly Ty[],
    what: string,
  ): void {
    check(
      values.length === tys.length,
      () =>
        `${values.length} instead of ${tys.length}: ${what} too many or few`,
    );
    values.forEach((value, k) =>
      check(
        fits(value.ty, tys[k]!),
        () =>
          `${what} is ${printTy(value.ty)} where ${printTy(tys[k]!)} is wanted`,
      ),
    );
  }

  check(
    fn.params.length === fn.body.params.length &&
      fn.params.every((param, k) => param.value === fn.body.params[k]),
    () => "the parameters are not those of the body",
  );
  const scope = verifyRegion(fn.body, new Map(), undefined);
  const effective = fn.params.flatMap((param) => param.effective ?? []);
  use(effective, scope);
  verifyTys(fn.body.yields, fn.results, "a result");
}

const nameOf = (value: Value): string =>
  `${value.hint ?? "a value"} (id ${value.id})`;

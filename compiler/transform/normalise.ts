import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { endsInThrow, replaceOperands, withParts } from "../ir/visit.js";

/**
 * `if (bad) { throw } else { rest }` becomes `if (bad) { throw }; rest`, so that a guard does not put the rest of a
 * function into a branch. Also drops what stands behind an instruction that never ends.
 */
export function flattenThrows(fn: Func): Func {
  const replaced = new Map<Value, Value>();
  const body = flattenRegion(fn.body, replaced);
  const params = fn.params.map((param) =>
    param.effective === undefined
      ? param
      : { ...param, effective: latest(replaced, param.effective) },
  );
  return { ...fn, body, params };
}

function latest(replaced: ReadonlyMap<Value, Value>, value: Value): Value {
  let current = value;
  for (
    let next = replaced.get(current);
    next !== undefined;
    next = replaced.get(current)
  )
    current = next;
  return current;
}

function flattenRegion(region: Region, replaced: Map<Value, Value>): Region {
  const now = (value: Value): Value => latest(replaced, value);
  const body: Instr[] = [];
  const take = (instr: Instr): void => {
    const inner = instr.regions.map((one) => flattenRegion(one, replaced));
    const flat = replaceOperands(withParts(instr, { regions: inner }), now);
    const throwing = inner.findIndex(endsInThrow);
    if (flat.kind !== "if" || throwing < 0 || inner.every(endsInThrow)) {
      body.push(flat);
      return;
    }
    const [thenArm, elseArm] = flat.regions as [Region, Region];
    const guard = { ...(throwing === 0 ? thenArm : elseArm), yields: [] };
    const rest = throwing === 0 ? elseArm : thenArm;
    const empty: Region = { params: [], body: [], yields: [] };
    const regions = throwing === 0 ? [guard, empty] : [empty, guard];
    body.push({ ...flat, results: [], regions });
    body.push(...rest.body);
    flat.results.forEach((result, i) => replaced.set(result, rest.yields[i]!));
  };
  for (const instr of region.body) take(instr);
  return { params: region.params, body, yields: region.yields.map(now) };
}

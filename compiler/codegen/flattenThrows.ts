import type { Func, IfInstr, Instr, Region, Value } from "../ir/ir.js";
import { bool } from "../ir/types.js";
import { idsAfter, type Ids } from "../ir/builder.js";
import { endsInThrow, replaceOperands, withParts } from "../ir/visit.js";

/**
 * `if (bad) { throw } else { rest }` becomes `if (bad) { throw }` with the rest after it: its values then need no
 * variable that both arms could fill. Only for printing; the function means the same.
 */
export function flattenThrows(fn: Func): Func {
  const map = new Map<Value, Value>();
  const ids = idsAfter(fn);
  const final = (value: Value): Value => {
    let current = value;
    for (
      let next = map.get(current);
      next !== undefined;
      next = map.get(current)
    )
      current = next;
    return current;
  };
  const body = flattenRegion(fn.body, map, ids);
  const substituted: Region = {
    params: body.params,
    body: body.body.map((instr) => replaceOperands(instr, final)),
    yields: body.yields.map(final),
  };
  return { ...fn, body: substituted };
}

function flattenRegion(
  region: Region,
  map: Map<Value, Value>,
  ids: Ids,
): Region {
  const body: Instr[] = [];
  for (const instr of region.body) {
    const inner = withParts(instr, {
      regions: instr.regions.map((r) => flattenRegion(r, map, ids)),
    });
    if (inner.kind === "if") body.push(...flattenIf(inner, map, ids));
    else body.push(inner);
  }
  return { params: region.params, body, yields: region.yields };
}

function flattenIf(instr: IfInstr, map: Map<Value, Value>, ids: Ids): Instr[] {
  const [yes, no] = instr.regions as [Region, Region];
  const [yesEnds, noEnds] = [endsInThrow(yes), endsInThrow(no)];
  if (yesEnds === noEnds) return [instr];
  const [ending, going] = yesEnds ? [yes, no] : [no, yes];
  instr.results.forEach((result, k) =>
    map.set(result, going.yields[k] as Value),
  );
  const nothing: Region = { params: [], body: [], yields: [] };
  const thrown: Region = { ...ending, yields: [] };
  if (yesEnds)
    return [
      withParts(instr, { results: [], regions: [thrown, nothing] }),
      ...going.body,
    ];
  const test = ids.fresh(bool);
  const not: Instr = {
    kind: "op",
    op: "not",
    args: instr.args,
    results: [test],
    regions: [],
    span: instr.span,
  };
  return [
    not,
    withParts(instr, { args: [test], results: [], regions: [thrown, nothing] }),
    ...going.body,
  ];
}

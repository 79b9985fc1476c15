import { type Ids, RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Func, Instr, Value } from "../ir/ir.js";
import { constantsIn } from "./constants.js";
import { rewrite } from "./rewrite.js";
import type { AccumInstr } from "../ir/memoryInstrs.js";

/**
 * `for (j < n) if (j < b.length) b[j] += e;` becomes a loop to `Math.min(n, b.length)` without the test: the trips beyond do
 * nothing. Only for loops of which the addition is the one effect, and which carry nothing.
 */
export function endAtLength(fn: Func): Func {
  const constants = constantsIn(fn);
  return rewrite(fn, {
    instr: (instr, ids) => {
      const instrs =
        instr.kind === "for" ? shortened(instr, constants, ids) : undefined;
      return instrs && { instrs };
    },
  });
}

function shortened(
  loop: ForInstr,
  constants: ReadonlyMap<Value, number>,
  ids: Ids,
): Instr[] | undefined {
  const body = loop.regions[0]!;
  const [index] = body.params as [Value];
  if (loop.breaks || loop.results.length > 0) return undefined;
  const effects = body.body.filter((instr) => !isPure(instr));
  const array = effects[0]?.args[0];
  if (array === undefined || isMadeIn(body.body, array)) return undefined;
  const isGuarded = (instr: Instr): instr is AccumInstr =>
    instr.kind === "accum" &&
    !instr.inBounds &&
    instr.args[0] === array &&
    instr.args[1] === index;
  const { ty } = array;
  if (ty.kind !== "array" || ty.store !== "js") return undefined;
  const isUp = loop.step > 0;
  const least = constants.get(loop.args[isUp ? 0 : 1]!);
  if (!effects.every(isGuarded) || least === undefined || least < 0)
    return undefined;
  if (loop.test !== (isUp ? "<" : ">=")) return undefined;
  const out = new RegionBuilder(ids, loop.span);
  const length = ids.fresh(loop.args[0]!.ty);
  out.emit({ kind: "length", ...out.plain([array], [length]) });
  const args = isUp
    ? [loop.args[0]!, out.op("min", [loop.args[1]!, length])]
    : [out.op("min", [loop.args[0]!, last(out, length)]), loop.args[1]!];
  const inside = body.body.map((instr) =>
    isGuarded(instr) ? { ...instr, inBounds: true } : instr,
  );
  return [...out.body, { ...loop, args, regions: [{ ...body, body: inside }] }];
}

const last = (out: RegionBuilder, length: Value): Value =>
  out.op("sub", [length, out.constant(1)]);

const isPure = ({ kind }: Instr): boolean =>
  kind === "op" ||
  kind === "const" ||
  kind === "global" ||
  kind === "load" ||
  kind === "getField" ||
  kind === "length";

const isMadeIn = (body: readonly Instr[], value: Value): boolean =>
  body.some(({ results }) => results.includes(value));

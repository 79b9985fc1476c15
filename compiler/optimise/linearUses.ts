import type { Func, Instr, Region, Value } from "../ir/ir.js";
import type { OpName } from "../ir/ops.js";
import { eachInstr } from "../ir/visit.js";

/**
 * Does a number reach the results through sums and factors alone? Then its cotangent may be known where it is computed:
 * the loop that sums it up can be differentiated an iteration at a time. What goes into a root, into memory or into a
 * condition gets its cotangent later.
 */
export function onlySummedIn(fn: Func): (value: Value) => boolean {
  const users = new Map<Value, Instr[]>();
  const yielded = new Map<Value, Value[]>();
  const add = <T>(map: Map<Value, T[]>, key: Value, one: T): void => {
    map.set(key, [...(map.get(key) ?? []), one]);
  };
  eachInstr(fn.body, (instr) => {
    for (const arg of instr.args) add(users, arg, instr);
    for (const region of instr.regions)
      region.yields.forEach((value, k) => {
        for (const next of receivers(instr, region, k))
          add(yielded, value, next);
      });
    if (instr.kind !== "for" && instr.kind !== "while") return;
    const skipped = instr.kind === "for" ? 2 : 0;
    const params = instr.regions[0]!.params.slice(skipped / 2);
    instr.args
      .slice(skipped)
      .forEach((init, k) => add(yielded, init, params[k]!));
  });
  return (value) => {
    const seen = new Set<Value>();
    const follow = (one: Value): boolean => {
      if (seen.has(one)) return true;
      seen.add(one);
      return (
        (users.get(one) ?? []).every((user) =>
          isSum(user, one, seen, follow),
        ) && (yielded.get(one) ?? []).every(follow)
      );
    };
    return follow(value);
  };
}

function isSum(
  user: Instr,
  value: Value,
  seen: ReadonlySet<Value>,
  follow: (one: Value) => boolean,
): boolean {
  // what a loop starts from is followed into it
  if (user.kind === "for") return !user.args.slice(0, 2).includes(value);
  if (user.kind === "while") return true;
  if (user.kind !== "op" || !linear.has(user.op)) return false;
  const [a, b] = user.args as [Value, Value];
  const isProduct = user.op === "mul" || user.op === "div";
  if (isProduct && a !== value && user.op === "div") return false;
  if (isProduct && seen.has(a) && seen.has(b)) return false;
  if (user.op === "select" && a === value) return false;
  return follow(user.results[0]!);
}

const linear: ReadonlySet<OpName> = new Set<OpName>([
  "add",
  "sub",
  "neg",
  "mul",
  "div",
  "select",
]);

/** What a yield of a region is afterwards. */
function receivers(instr: Instr, region: Region, k: number): Value[] {
  if (instr.kind === "if") return instr.results.slice(k, k + 1);
  const params = instr.kind === "for" ? region.params.slice(1) : region.params;
  const at = k - (region.yields.length - params.length);
  return at < 0 ? [] : [params[at]!, instr.results[at]!];
}

import { idsAfter, RegionBuilder, type Ids } from "../ir/builder.js";
import type { Func, Instr, OpInstr, Region, Value } from "../ir/ir.js";
import {
  eachInstr,
  keptBody,
  keptFunc,
  useCounts,
  withRegions,
} from "../ir/visit.js";
import { exactValues, type Slopes } from "./exactValues.js";
import { writeSum, type Term } from "./factored.js";

/**
 * What the terms of a sum of slopes have in common is taken out: `b * x + b * y` becomes `b * (x + y)`, and `t + t + (e + e)`
 * becomes `2 * (t + e)`. Only where fewer operations are left, and only slopes, whose last bits this may change. A product
 * that somebody else looks at too stays a product, and no product is made that was not there: `0 * t * y` is 0 also where
 * `t * y` would be more than any number.
 */
export function factorSlopes(fn: Func, slopes: Slopes): Func {
  const constants = new Map<Value, number>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const" && typeof instr.value === "number")
      constants.set(instr.results[0]!, instr.value);
  });
  const facts: Facts = {
    exact: exactValues(fn, slopes),
    uses: useCounts(fn),
    constants,
    ids: idsAfter(fn),
  };
  return keptFunc(fn, walk(fn.body, facts));
}

interface Facts {
  readonly exact: ReadonlySet<Value>;
  readonly uses: ReadonlyMap<Value, number>;
  readonly constants: ReadonlyMap<Value, number>;
  readonly ids: Ids;
}

function walk(region: Region, facts: Facts): Region {
  const ops = new Map<Value, OpInstr>();
  for (const instr of region.body)
    if (isSlope(instr, facts)) ops.set(instr.results[0]!, instr);
  const inner = new Set<OpInstr>();
  const written = new Map<Instr, readonly Instr[]>();
  for (const instr of region.body.toReversed()) {
    const [result] = instr.results;
    const root = result && ops.get(result);
    if (!root || !isSum(root) || inner.has(root)) continue;
    const sum = sumAt(root, ops, facts);
    for (const part of sum.inside) if (isSum(part)) inner.add(part);
    const better = factored(root, sum, facts);
    if (better !== undefined) written.set(root, better);
  }
  const body = region.body.flatMap(
    (instr) =>
      written.get(instr) ?? [withRegions(instr, (one) => walk(one, facts))],
  );
  return keptBody(region, body);
}

const isSum = ({ op }: OpInstr): boolean => op === "add" || op === "sub";

const isSlope = (instr: Instr, { exact }: Facts): instr is OpInstr =>
  instr.kind === "op" &&
  (isSum(instr) || instr.op === "mul" || instr.op === "neg") &&
  instr.results[0]!.ty.kind === "num" &&
  !exact.has(instr.results[0]!);

interface Sum {
  readonly terms: readonly Term[];
  /** The operations that nobody needs when the sum is written anew, its last one among them. */
  readonly inside: ReadonlySet<OpInstr>;
}

/** More terms than this are seldom written by one hand, and comparing them takes time. */
const most = 24;

function sumAt(
  root: OpInstr,
  ops: ReadonlyMap<Value, OpInstr>,
  facts: Facts,
): Sum {
  const inside = ownedBy(root, ops, facts);
  const isInside = (value: Value): OpInstr | undefined => {
    const op = ops.get(value);
    return op !== undefined && inside.has(op) ? op : undefined;
  };
  return { terms: termsOf(root.results[0]!, isInside), inside };
}

/** The sums and products below one that nothing outside of it looks at. */
function ownedBy(
  root: OpInstr,
  ops: ReadonlyMap<Value, OpInstr>,
  { uses }: Facts,
): ReadonlySet<OpInstr> {
  const inside = new Set([root]);
  const seen = new Map<Value, number>();
  const work = [root];
  for (let op = work.pop(); op !== undefined; op = work.pop())
    for (const arg of op.op === "mul" ? [] : op.args) {
      const count = (seen.get(arg) ?? 0) + 1;
      seen.set(arg, count);
      const below = ops.get(arg);
      const isOwned = below !== undefined && count === uses.get(arg);
      // a sum that is used twice is one number
      const fits = isOwned && (!isSum(below) || (isSum(op) && count === 1));
      if (!fits || inside.size > 2 * most) continue;
      inside.add(below);
      work.push(below);
    }
  return inside;
}

/** The sum as products of two; a product of one factor is a number. */
function termsOf(
  value: Value,
  isInside: (value: Value) => OpInstr | undefined,
): readonly Term[] {
  const op = isInside(value);
  if (op === undefined) return [{ sign: 1, factors: [value] }];
  const [a, b] = op.args as [Value, Value];
  const minus = ({ sign, factors }: Term): Term => ({
    sign: -sign as Term["sign"],
    factors,
  });
  if (op.op === "mul") return [{ sign: 1, factors: [a, b] }];
  const left = termsOf(a, isInside);
  if (op.op === "neg") return left.map(minus);
  const right = termsOf(b, isInside);
  return [...left, ...(op.op === "add" ? right : right.map(minus))];
}

function factored(
  root: OpInstr,
  { terms, inside }: Sum,
  { ids, constants }: Facts,
): readonly Instr[] | undefined {
  if (terms.length < 2 || terms.length > most) return undefined;
  const out = new RegionBuilder(ids, root.span);
  writeSum(out, terms, constants);
  const made = out.body.filter(({ kind }) => kind === "op").length;
  if (made >= inside.size) return undefined;
  const last = out.body.at(-1)!;
  return [...out.body.slice(0, -1), { ...last, results: root.results }];
}

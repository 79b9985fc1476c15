import type { IfInstr, Instr, Region, Value, WhileInstr } from "../ir/ir.js";
import { replaceOperands, substitute } from "../ir/visit.js";

export interface Facts {
  readonly integers: ReadonlySet<Value>;
  readonly constants: Map<Value, number>;
  /** Lengths, which are never negative. */
  readonly naturals: Set<Value>;
  readonly makers: Map<Value, Instr>;
}

export function collect(instr: Instr, facts: Facts): void {
  for (const result of instr.results) facts.makers.set(result, instr);
  if (instr.kind === "const" && typeof instr.value === "number")
    facts.constants.set(instr.results[0]!, instr.value);
  if (instr.kind === "length") facts.naturals.add(instr.results[0]!);
}

/** while inits (params) { ...pre; if (compare) { ... } else { } } */
export interface Guarded {
  readonly loop: WhileInstr;
  /** The comparison that decides whether there is a trip. */
  readonly compare: Value;
  /** What is computed before it; scalars only. */
  readonly pre: readonly Instr[];
  /** What a trip does, `pre` included, and what it yields: "again", then the carried values. */
  readonly trip: readonly Instr[];
  readonly next: readonly Value[];
  /** What is computed, and yielded, where the comparison fails. */
  readonly otherwise: readonly Instr[];
  readonly last: readonly Value[];
}

export function guardedShape(
  loop: WhileInstr,
  facts: Facts,
): Guarded | undefined {
  const body = loop.regions[0]!;
  const test = body.body.at(-1);
  if (test?.kind !== "if") return undefined;
  const [arm, otherArm] = test.regions as [Region, Region];
  const before = body.body.slice(0, -1);
  const through = (region: Region): Value[] =>
    body.yields.map((value) => {
      const at = test.results.indexOf(value);
      return at < 0 ? value : region.yields[at]!;
    });
  const last = through(otherArm);
  if (constantOf(last[0]!, facts) !== false) return undefined;
  const simple: Guarded = {
    loop,
    compare: test.args[0]!,
    pre: before,
    trip: [...before, ...arm.body],
    next: through(arm),
    otherwise: otherArm.body,
    last,
  };
  const shape = withMore(simple, test, facts) ?? simple;
  return [...shape.pre, ...shape.otherwise].every(isPure) ? shape : undefined;
}

const isPure = ({ kind }: Instr): boolean => kind === "const" || kind === "op";

/** `while (i < n && more)`: a counted loop that is left where `more` fails. */
function withMore(
  simple: Guarded,
  test: IfInstr,
  facts: Facts,
): Guarded | undefined {
  const { loop, pre } = simple;
  const both = pre.find((instr) => instr.results.includes(test.args[0]!));
  const parts = both && conjunctionOf(both, test.args[0]!, facts);
  if (both === undefined || parts === undefined) return undefined;
  const isFirst = substitute(parts.results);
  const others = pre.filter((instr) => instr !== both);
  const now = (instr: Instr): Instr => replaceOperands(instr, isFirst);
  const trip = pre.flatMap((instr) =>
    instr === both ? parts.body : [now(instr)],
  );
  return {
    ...simple,
    compare: parts.compare,
    pre: others,
    trip: [...trip, { ...now(test), args: [parts.more] } as Instr],
    next: loop.regions[0]!.yields.map(isFirst),
  };
}

interface Conjunction {
  readonly compare: Value;
  readonly more: Value;
  /** What is computed, and what the results are, where the comparison holds. */
  readonly body: readonly Instr[];
  readonly results: ReadonlyMap<Value, Value>;
}

function conjunctionOf(
  both: Instr,
  value: Value,
  facts: Facts,
): Conjunction | undefined {
  if (both.kind === "op" && both.op === "and") {
    const [compare, more] = both.args as [Value, Value];
    return { compare, more, body: [], results: new Map([[value, more]]) };
  }
  if (both.kind !== "if") return undefined;
  const [arm, otherArm] = both.regions as [Region, Region];
  const at = both.results.indexOf(value);
  if (constantOf(otherArm.yields[at]!, facts) !== false) return undefined;
  const results = new Map(both.results.map((one, i) => [one, arm.yields[i]!]));
  return {
    compare: both.args[0]!,
    more: arm.yields[at]!,
    body: arm.body,
    results,
  };
}

export function constantOf(value: Value, facts: Facts): unknown {
  const maker = facts.makers.get(value);
  return maker?.kind === "const" ? maker.value : undefined;
}

import type { Func, Instr, OpInstr, Value } from "../ir/ir.js";
import { perFunc } from "../ir/perFunc.js";
import { eachInstr } from "../ir/visit.js";

/** How far operations are followed. */
const deepest = 12;

/** All that a number can be, if it is not NaN. */
type Range = readonly [lo: number, hi: number];
const anything: Range = [-Infinity, Infinity];

/** What is known of a factor, or a divisor, of a slope: whether a slope of 0 could become anything but 0 through it. */
export interface FinitePartials {
  /** Is `slope * by` a 0 where the slope is one? Only if `by` is finite then, and if `by` is NaN, so is the slope. */
  keepsZeroTimes(slope: Value, by: Value): boolean;
  keepsZeroOver(slope: Value, by: Value): boolean;
  /** Is the slope NaN wherever `cause` is? */
  isNaNWith(slope: Value, cause: Value): boolean;
}

/**
 * Numbers that are finite unless what they are made of is NaN: `exp(-0.5 * z * z)`, `1 / (1 + abs(z))`, the sign of z. A
 * slope that is itself made of that z is NaN then too, and no 0.
 */
export const finitePartialsOf = perFunc((fn: Func): FinitePartials => {
  const makers = new Map<Value, Instr>();
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) makers.set(result, instr);
  });
  const isNaNWithAll = (slope: Value, by: Value): boolean =>
    [...nanCauses(by, makers)].every((cause) => follows(slope, cause, makers));
  return {
    keepsZeroTimes: (slope, by) => {
      const [lo, hi] = rangeOf(by, makers);
      return lo > -Infinity && hi < Infinity && isNaNWithAll(slope, by);
    },
    keepsZeroOver: (slope, by) => {
      const range = rangeOf(by, makers);
      return !holdsZero(range) && isNaNWithAll(slope, by);
    },
    isNaNWith: (slope, cause) => follows(slope, cause, makers),
  };
});

type Makers = ReadonlyMap<Value, Instr>;

const opOf = (value: Value, makers: Makers): OpInstr | undefined => {
  const maker = makers.get(value);
  return maker?.kind === "op" ? maker : undefined;
};

const constantOf = (value: Value, makers: Makers): number | undefined => {
  const maker = makers.get(value);
  return maker?.kind === "const" && typeof maker.value === "number"
    ? maker.value
    : undefined;
};

const holdsZero = ([lo, hi]: Range): boolean => lo <= 0 && hi >= 0;
const holdsInfinity = ([lo, hi]: Range): boolean =>
  lo === -Infinity || hi === Infinity;

/** IEEE operations never change the order of two results, so the ends of a range are computed like any number in it. */
function rangeOf(value: Value, makers: Makers, depth = deepest): Range {
  const constant = constantOf(value, makers);
  if (constant !== undefined)
    return Number.isNaN(constant) ? anything : [constant, constant];
  const op = opOf(value, makers);
  if (op === undefined || depth === 0) return anything;
  const of = (k: number): Range => rangeOf(op.args[k]!, makers, depth - 1);
  switch (op.op) {
    case "neg": {
      const [lo, hi] = of(0);
      return [-hi, -lo];
    }
    case "add": {
      const [a, b] = [of(0), of(1)];
      return ordered(a[0] + b[0], a[1] + b[1]);
    }
    case "sub": {
      const [a, b] = [of(0), of(1)];
      return ordered(a[0] - b[1], a[1] - b[0]);
    }
    case "mul":
      return productRange(of(0), of(1), op.args[0] === op.args[1]);
    case "div": {
      const [a, b] = [of(0), of(1)];
      // the reciprocal of what does not change its sign
      return holdsZero(b) ? anything : quotientRange(a, b);
    }
    case "abs":
      return [0, Infinity];
    case "exp": {
      const [, hi] = of(0);
      return [0, hi <= 0 ? 1 : Infinity];
    }
    case "tanh":
    case "sin":
    case "cos":
    case "absSlope":
    case "maxSlope":
    case "minSlope":
      return [-1, 1];
    case "select": {
      const [a, b] = [of(1), of(2)];
      return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
    }
    default:
      return anything;
  }
}

/** inf - inf is no end of a range. */
const ordered = (lo: number, hi: number): Range => [
  Number.isNaN(lo) ? -Infinity : lo,
  Number.isNaN(hi) ? Infinity : hi,
];

function productRange(a: Range, b: Range, isSquare: boolean): Range {
  const ends = a.flatMap((x) => b.map((y) => (x === 0 || y === 0 ? 0 : x * y)));
  const lo = isSquare ? 0 : Math.min(...ends);
  return [lo, Math.max(...ends)];
}

function quotientRange(a: Range, b: Range): Range {
  const ends = a.flatMap((x) => b.map((y) => x / y));
  return ends.some(Number.isNaN)
    ? anything
    : [Math.min(...ends), Math.max(...ends)];
}

/** Numbers of which one is NaN wherever `value` is; at worst the number itself. */
function nanCauses(
  value: Value,
  makers: Makers,
  depth = deepest,
): ReadonlySet<Value> {
  const constant = constantOf(value, makers);
  if (constant !== undefined && !Number.isNaN(constant)) return new Set();
  const op = opOf(value, makers);
  if (op === undefined || depth === 0 || !isNaNOnlyByOperands(op, makers))
    return new Set([value]);
  const from = op.op === "select" ? op.args.slice(1) : op.args;
  return new Set(from.flatMap((arg) => [...nanCauses(arg, makers, depth - 1)]));
}

function isNaNOnlyByOperands({ op, args }: OpInstr, makers: Makers): boolean {
  const ranges = args.map((arg) => rangeOf(arg, makers));
  const [a, b] = ranges as [Range, Range];
  switch (op) {
    case "neg":
    case "abs":
    case "exp":
    case "tanh":
    case "absSlope":
    case "maxSlope":
    case "minSlope":
    case "select":
      return true;
    case "sin":
    case "cos":
      return !holdsInfinity(a);
    case "add":
      return !meetsOpposite(a, b);
    case "sub":
      return !meetsOpposite(a, [-b[1], -b[0]]);
    case "mul": // 0 * inf
      return (
        isOneNumber(args[0]!, args[1]!, makers) ||
        (!(holdsZero(a) && holdsInfinity(b)) &&
          !(holdsZero(b) && holdsInfinity(a)))
      );
    case "div":
      return !holdsZero(b) && !(holdsInfinity(a) && holdsInfinity(b));
    default:
      return false;
  }
}

const meetsOpposite = (a: Range, b: Range): boolean =>
  (a[0] === -Infinity && b[1] === Infinity) ||
  (a[1] === Infinity && b[0] === -Infinity);

/** `z` and `c * z`: one is not infinite where the other is 0. */
function isOneNumber(a: Value, b: Value, makers: Makers): boolean {
  const root = (value: Value): Value => {
    const op = opOf(value, makers);
    if (op?.op === "neg") return root(op.args[0]!);
    if (op?.op !== "mul") return value;
    const [x, y] = op.args as [Value, Value];
    const isFactor = (one: Value): boolean => {
      const constant = constantOf(one, makers);
      return (
        constant !== undefined && constant !== 0 && Number.isFinite(constant)
      );
    };
    if (isFactor(x)) return root(y);
    return isFactor(y) ? root(x) : value;
  };
  return root(a) === root(b);
}

const mostLooked = 200;

/** Is the slope NaN wherever `cause` is? */
function follows(slope: Value, cause: Value, makers: Makers): boolean {
  const seen = new Map<Value, boolean>();
  const isNaNToo = (value: Value): boolean => {
    if (value === cause) return true;
    const known = seen.get(value);
    if (known !== undefined) return known;
    // a chain of thousands of statements leads everywhere: what is not found nearby is not found
    if (seen.size > mostLooked) return false;
    seen.set(value, false);
    const op = opOf(value, makers);
    const found = op !== undefined && handsOnNaN(op, isNaNToo);
    seen.set(value, found);
    return found;
  };
  return isNaNToo(slope);
}

function handsOnNaN(
  { op, args }: OpInstr,
  isNaNToo: (value: Value) => boolean,
): boolean {
  switch (op) {
    case "neg":
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "abs":
    case "exp":
    case "log":
    case "sqrt":
    case "tanh":
    case "sin":
    case "cos":
    case "absSlope":
      return args.some(isNaNToo);
    case "guardMul":
    case "guardDiv":
      return isNaNToo(args[0]!);
    case "select":
      return args.slice(1).every(isNaNToo);
    default:
      return false;
  }
}

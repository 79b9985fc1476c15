import type { Random } from "../fuzz/random.js";
import { withTimeLimit } from "./timeLimit.js";
import {
  dot,
  isObject,
  largest,
  type Leaf,
  leaves,
  mapLeaves,
  sameBits,
  sharesMemory,
  sharesWithin,
  showValue,
} from "./values.js";

type Fn = (...args: unknown[]) => unknown;

/** A function with all that was generated for it. */
export interface Subject {
  /** Name of the function; its derivatives are `nameGrad` and so on. */
  readonly name: string;
  readonly parameters: readonly string[];
  /** What derivatives are taken by: parameters, and dotted paths into them. */
  readonly wrt: readonly string[];
  readonly original: Fn;
  readonly generated: Readonly<Record<string, unknown>>;
  /** The exact directional derivative, from another source than the generated code. */
  readonly oracle?: Oracle | undefined;
  /** What the source holds at module level, for the interpreter. */
  readonly bindings?: Readonly<Record<string, unknown>>;
  /** Its arguments are made instances for the time of a call, so that they cannot be frozen. */
  readonly hasInstances?: boolean;
  /** Paths by which central differences make no sense: counts, and what is rounded. */
  readonly discrete?: (path: string) => boolean;
  /** Its arguments lie where slopes are infinite: 0 * Infinity may be NaN in one way, and nothing in another. */
  readonly isAtKinks?: boolean;
}

/** Tangents by the parameter's name, shaped like its gradient. */
export type Oracle = (
  args: unknown[],
  tangents: Readonly<Record<string, unknown>>,
) => OracleAnswer;

export interface OracleAnswer {
  readonly value: unknown;
  readonly tangent: unknown;
  /** How far a varying operand was from a kink or a change of branch, where that is known. */
  readonly kinkDistance?: number;
  /** A slope that is not finite met something: forward and reverse may then differ by convention. */
  readonly singular?: boolean;
  /** There was such a slope, met or not: in reverse what comes before it may be NaN. */
  readonly steep?: boolean;
}

/** What is wrong, in words; empty where all is well. */
export type Faults = string[];

type Outcome =
  | { readonly value: unknown; readonly thrown?: undefined }
  | { readonly value?: undefined; readonly thrown: unknown };

const clone = (args: readonly unknown[]): unknown[] => [
  ...structuredClone(args),
];
/** Memory that two arguments share is taken apart: each parameter has a slope of its own. */
const cloneApart = (args: readonly unknown[]): unknown[] =>
  args.map((arg) => structuredClone(arg));

function outcomeOf(fn: Fn, args: unknown[]): Outcome {
  try {
    return { value: withTimeLimit(() => fn(...args)) };
  } catch (thrown) {
    return { thrown };
  }
}

export function functionsOf(
  subject: Subject,
): Record<"grad" | "valueAndGrad" | "vjp" | "jvp", Fn | undefined> {
  const find = (suffix: string): Fn | undefined =>
    subject.generated[subject.name + suffix] as Fn | undefined;
  return {
    grad: find("Grad"),
    valueAndGrad: find("ValueAndGrad"),
    vjp: find("Vjp"),
    jvp: find("Jvp"),
  };
}

/** A tree like the value with random numbers, those of passive leaves included. */
export const randomLike = (value: unknown, random: Random): unknown =>
  mapLeaves(value, () => random.decimal(-1, 1, 3));

/** All that is asked of a function's derivatives at one point. */
export function checkPoint(
  subject: Subject,
  args: readonly unknown[],
  random: Random,
): Faults {
  const primal = outcomeOf(subject.original, clone(args));
  if (primal.thrown !== undefined)
    return throwsAlike(subject, args, primal.thrown);
  const cotangent = randomLike(primal.value, random);
  const direction = directionFor(subject, args, random);
  const runs = runsOf(subject, args, cotangent, direction);
  const faults = runs.flatMap((run) => purity(run, args, primal.value));
  if (faults.length > 0) return faults;
  for (const run of runs) {
    const seed = run.mode === "vjp" ? cotangent : 1;
    const result = run.outcome.value as Record<string, unknown>;
    const of =
      run.mode === "jvp"
        ? primal.value
        : Object.fromEntries(
            subject.parameters.map((one, i) => [one, args[i]]),
          );
    if (lacks(derivativePart(result), of))
      faults.push(`${run.mode}: a slope is undefined: ${showValue(result)}`);
    if (run.mode !== "jvp")
      faults.push(...gradientIsExact(subject, args, run, seed));
    else faults.push(...tangentIsExact(subject, args, run, direction));
  }
  const along = subject.oracle?.(cloneApart(args), structuredClone(direction));
  if (
    along?.singular !== true &&
    !(subject.isAtKinks === true && along?.steep === true)
  )
    faults.push(...forwardAgainstReverse(runs, cotangent, direction));
  faults.push(...gradientInto(subject, args, runs));
  faults.push(...againstDifferences(subject, args, runs, cotangent, random));
  return faults;
}

/**
 * What holds at any point, however singular: the value bit for bit, arguments untouched, a second call equal, or the
 * same exception.
 */
export function checkValues(
  subject: Subject,
  args: readonly unknown[],
  random: Random,
): Faults {
  const primal = outcomeOf(subject.original, clone(args));
  if (primal.thrown !== undefined)
    return throwsAlike(subject, args, primal.thrown);
  const cotangent = randomLike(primal.value, random);
  const direction = directionFor(subject, args, random);
  return runsOf(subject, args, cotangent, direction).flatMap((run) =>
    purity(run, args, primal.value),
  );
}

/** Calls at other points in between, with longer and shorter arrays, change nothing: no call sees what another has left. */
export function checkInTurns(
  subject: Subject,
  points: readonly (readonly unknown[])[],
): Faults {
  const { grad, valueAndGrad } = functionsOf(subject);
  return [grad, valueAndGrad].flatMap((fn) => {
    if (fn === undefined) return [];
    const turn = (): unknown[] =>
      points.map((args) => outcomeOf(fn, clone(args)).value);
    const [first, second] = [turn(), turn()];
    return sameBits(first, second)
      ? []
      : [`in turns: ${showValue(second)} the second time, ${showValue(first)}`];
  });
}

/** One call of one generated function. */
interface Run {
  readonly mode: "grad" | "valueAndGrad" | "vjp" | "jvp";
  readonly fn: Fn;
  /** Seeds after the arguments. */
  readonly seeds: readonly unknown[];
  readonly passed: readonly unknown[];
  readonly outcome: Outcome;
}

const gradientOf = (run: Run): unknown =>
  run.mode === "grad"
    ? run.outcome.value
    : (run.outcome.value as { grad: unknown }).grad;
const tangentOf = (run: Run): unknown =>
  (run.outcome.value as { tangent: unknown }).tangent;

function runsOf(
  subject: Subject,
  args: readonly unknown[],
  cotangent: unknown,
  direction: Record<string, unknown>,
): Run[] {
  const fns = functionsOf(subject);
  const padded = subject.parameters.map((_, i) => args[i]);
  const runs: Run[] = [];
  for (const mode of ["grad", "valueAndGrad", "vjp", "jvp"] as const) {
    const fn = fns[mode];
    if (fn === undefined) continue;
    const seeds =
      mode === "vjp" ? [cotangent] : mode === "jvp" ? [direction] : [];
    const passed = clone(seeds.length > 0 ? padded : args);
    if (subject.hasInstances !== true) freeze(passed);
    const outcome = outcomeOf(fn, [...passed, ...structuredClone(seeds)]);
    runs.push({ mode, fn, seeds, passed, outcome });
  }
  return runs;
}

/** Derivatives write into nothing that is the caller's, not even to put it back. */
function freeze(value: unknown): void {
  if (!isObject(value) || ArrayBuffer.isView(value)) return;
  for (const part of Object.values(value)) freeze(part);
  Object.freeze(value);
}

/** Value as the original's, arguments untouched, nothing shared, a second call equal. */
function purity(run: Run, args: readonly unknown[], value: unknown): Faults {
  const faults: Faults = [];
  const { outcome, mode, passed } = run;
  if (outcome.thrown !== undefined)
    return [`${mode} throws ${showThrown(outcome.thrown)}`];
  const result = outcome.value;
  if (!isObject(result)) return [`${mode} returns ${showValue(result)}`];
  if (mode !== "grad" && !sameBits(result["value"], value))
    faults.push(
      `${mode}: value ${showValue(result["value"])}, the original gives ${showValue(value)}`,
    );
  if (
    !sameBits(
      passed,
      run.seeds.length > 0 ? [...args, ...passed.slice(args.length)] : args,
    )
  )
    faults.push(
      `${mode}: arguments were ${showValue(args)}, are ${showValue(passed)}`,
    );
  const seeds = structuredClone(run.seeds);
  const again = outcomeOf(run.fn, [...passed, ...seeds]);
  if (!sameBits(again.value, result))
    faults.push(
      `${mode}: the second call gives ${showValue(again.value ?? showThrown(again.thrown))}, the first ${showValue(result)}`,
    );
  if (!sameBits(seeds, run.seeds)) faults.push(`${mode}: the seed was changed`);
  if (sharesMemory(again.value, [passed, seeds]))
    faults.push(`${mode}: the result shares memory with an argument`);
  if (sharesMemory(again.value, result))
    faults.push(`${mode}: two results share memory`);
  if (sharesWithin(result))
    faults.push(`${mode}: the result shares memory within itself`);
  return faults;
}

/** Is there a place without a slope, where what it is the slope of is there? */
const lacks = (slope: unknown, of: unknown): boolean =>
  slope === undefined
    ? of !== undefined
    : isObject(slope) &&
      Object.entries(slope).some(([key, one]) =>
        lacks(one, isObject(of) ? of[key] : undefined),
      );

const derivativePart = (result: Record<string, unknown>): unknown =>
  "tangent" in result ? result["tangent"] : (result["grad"] ?? result);

const showThrown = (thrown: unknown): string =>
  thrown instanceof Error
    ? `${thrown.name}: ${thrown.message}\n${(thrown.stack ?? "").split("\n").slice(1, 3).join("\n")}`
    : String(thrown);

/** What the original throws, the derivatives throw, and leave the arguments as they were. */
function throwsAlike(
  subject: Subject,
  args: readonly unknown[],
  expected: unknown,
): Faults {
  const cotangent = undefined;
  const padded = directionFor(subject, args, undefined);
  return runsOf(subject, args, cotangent, padded).flatMap((run) => {
    const { thrown } = run.outcome;
    const faults: Faults = [];
    if (thrown === undefined)
      faults.push(
        `${run.mode} does not throw, the original ${String(expected)}`,
      );
    else if (String(thrown) !== String(expected))
      faults.push(
        `${run.mode} throws ${showThrown(thrown)}, the original ${String(expected)}`,
      );
    if (!sameBits(run.passed.slice(0, args.length), args))
      faults.push(`${run.mode}: arguments changed before the throw`);
    return faults;
  });
}

/** Zeros in the form of a direction of the differentiated parameters. */
export const zeroDirection = (
  subject: Pick<Subject, "parameters" | "wrt">,
  args: readonly unknown[],
): Record<string, unknown> => directionFor(subject, args, undefined);

/** The slope along a direction by central differences, for a report. */
export const differenceOf = (
  subject: Pick<Subject, "original" | "parameters">,
  args: readonly unknown[],
  cotangent: unknown,
  direction: unknown,
): string => {
  try {
    const slope = differenceAlong(subject, args, cotangent, direction);
    return slope === undefined
      ? "unsettled"
      : String(Number(slope.value.toPrecision(6)));
  } catch (thrown) {
    return `throw ${String(thrown)}`;
  }
};

/** A random direction in the differentiated parameters. */
function directionFor(
  subject: Pick<Subject, "parameters" | "wrt">,
  args: readonly unknown[],
  random: Random | undefined,
): Record<string, unknown> {
  const direction: Record<string, unknown> = {};
  subject.parameters.forEach((name, i) => {
    const part = chosenPart(subject, args[i], name);
    if (leaves(part).length > 0)
      direction[name] = mapLeaves(part, () => random?.decimal(-1, 1, 3) ?? 0);
  });
  return direction;
}

const isChosen = (subject: Pick<Subject, "wrt">, path: string): boolean =>
  subject.wrt.some((one) => path === one || path.startsWith(`${one}.`));

/** What of an argument derivatives are taken by: fields that hold no such number are left out. */
function chosenPart(
  subject: Pick<Subject, "wrt">,
  value: unknown,
  path: string,
): unknown {
  if (isChosen(subject, path)) return onlyNumbers(value);
  if (!isObject(value) || Array.isArray(value) || ArrayBuffer.isView(value))
    return undefined;
  const fields = Object.entries(value).map(
    ([key, one]) => [key, chosenPart(subject, one, `${path}.${key}`)] as const,
  );
  return Object.fromEntries(fields.filter(([, one]) => holdsNumbers(one)));
}

/** Without the fields that hold no number: the form of a gradient. */
export function onlyNumbers(value: unknown): unknown {
  if (!isObject(value) || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(onlyNumbers);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => holdsNumbers(one))
      .map(([key, one]) => [key, onlyNumbers(one)]),
  );
}

// an empty array may hold numbers
const holdsNumbers = (value: unknown): boolean =>
  leaves(value).length > 0 || (Array.isArray(value) && value.length === 0);

/** A unit tangent: 1 at the path, 0 at every other chosen number. */
function unitTangent(
  subject: Subject,
  args: readonly unknown[],
  at: string,
): Record<string, unknown> {
  const direction: Record<string, unknown> = {};
  subject.parameters.forEach((name, i) => {
    const part = chosenPart(subject, args[i], name);
    if (leaves(part).length > 0)
      direction[name] = mapLeaves(part, (_, path) =>
        (path === "" ? name : `${name}.${path}`) === at ? 1 : 0,
      );
  });
  return direction;
}

/** Every component of a gradient against the oracle, one unit direction at a time. */
function gradientIsExact(
  subject: Subject,
  args: readonly unknown[],
  run: Run,
  seed: unknown,
): Faults {
  const { oracle } = subject;
  if (oracle === undefined) return [];
  const found = leaves(gradientOf(run));
  const paths = new Map(found);
  // undefined: not known
  const expected = new Map<string, number | undefined>();
  let scale = 0;
  for (const [i, name] of subject.parameters.entries()) {
    for (const [rest] of leaves(chosenPart(subject, args[i], name))) {
      const path = rest === "" ? name : `${name}.${rest}`;
      const tangents = unitTangent(subject, args, path);
      const { tangent, singular, steep } = oracle(cloneApart(args), tangents);
      const slope = dot(seed, tangent);
      const mayDiffer =
        (singular === true && Number.isNaN(slope)) ||
        (subject.isAtKinks === true &&
          steep === true &&
          (Number.isNaN(paths.get(path) ?? 0) || !Number.isFinite(slope)));
      expected.set(path, mayDiffer ? undefined : slope);
      scale = Math.max(scale, largest(tangent) * largest(seed));
    }
  }
  const tolerance = toleranceFor(gradientOf(run));
  const faults: Faults = [];
  for (const [path, want] of expected) {
    const got = paths.get(path);
    if (got === undefined) faults.push(`${run.mode}: no slope by ${path}`);
    else if (want !== undefined && !close(got, want, scale, tolerance))
      faults.push(`${run.mode}: slope by ${path} is ${got}, exact ${want}`);
  }
  for (const [path] of found)
    // a default that was used has a slope, which no argument stands for
    if (!expected.has(path) && !isDefaulted(subject, args, path))
      faults.push(`${run.mode}: a slope by ${path}`);
  return faults;
}

const isDefaulted = (
  subject: Subject,
  args: readonly unknown[],
  path: string,
): boolean =>
  args[subject.parameters.indexOf(path.split(".")[0] ?? "")] === undefined;

function tangentIsExact(
  subject: Subject,
  args: readonly unknown[],
  run: Run,
  direction: Record<string, unknown>,
): Faults {
  if (subject.oracle === undefined) return [];
  const { tangent, singular, steep } = subject.oracle(
    cloneApart(args),
    structuredClone(direction),
  );
  const isUnclear =
    subject.isAtKinks === true && (singular === true || steep === true);
  const found = new Map(leaves(tangentOf(run)));
  const scale = largest(tangent);
  const tolerance = toleranceFor(tangentOf(run));
  return leaves(onlyNumbers(tangent)).flatMap(([path, want]) => {
    const got = found.get(path);
    if (got !== undefined && close(got, want, scale, tolerance)) return [];
    // a tangent that is 0 but for rounding may meet an infinite partial
    if (isUnclear && (!Number.isFinite(want) || Number.isNaN(got))) return [];
    return [`jvp: tangent ${path} is ${String(got)}, exact ${want}`];
  });
}

/** `fValueAndGradInto` leaves the same gradient in arrays of the caller's, whatever was in them. */
function gradientInto(
  subject: Subject,
  args: readonly unknown[],
  runs: readonly Run[],
): Faults {
  const into = subject.generated[`${subject.name}ValueAndGradInto`] as
    Fn | undefined;
  const whole = runs.find((run) => run.mode === "valueAndGrad");
  if (into === undefined || whole === undefined) return [];
  const gradient = gradientOf(whole);
  const out = mapLeaves(structuredClone(gradient), () => NaN);
  const passed = clone(subject.parameters.map((_, i) => args[i]));
  const outcome = outcomeOf(into, [...passed, out]);
  if (outcome.thrown !== undefined)
    return [`valueAndGradInto throws ${showThrown(outcome.thrown)}`];
  if (!sameToRounding(out, gradient))
    return [
      `valueAndGradInto leaves ${showValue(out)}, the gradient is ${showValue(gradient)}`,
    ];
  const first = structuredClone(out);
  outcomeOf(into, [...passed, out]);
  if (!sameBits(out, first))
    return [
      `valueAndGradInto leaves ${showValue(out)} the second time, ${showValue(first)} the first`,
    ];
  // what is below the entries and is not built like the argument is replaced
  const misfit = withLongerParts(structuredClone(gradient));
  outcomeOf(into, [...passed, misfit]);
  if (!sameBits(misfit, first))
    return [
      `valueAndGradInto leaves ${showValue(misfit)} in arrays that are too long, ${showValue(first)} in others`,
    ];
  return sameBits(passed.slice(0, args.length), args)
    ? []
    : ["valueAndGradInto: arguments changed"];
}

/** A record of gradients whose nested arrays have an element too many. */
function withLongerParts(out: unknown): unknown {
  const longer = (value: unknown): unknown => {
    if (value instanceof Float64Array || value instanceof Float32Array) {
      const more = new (value.constructor as Float64ArrayConstructor)(
        value.length + 1,
      );
      return more.fill(NaN);
    }
    if (Array.isArray(value)) {
      const parts = value.map(longer);
      return [...parts, structuredClone(parts.at(-1) ?? NaN)];
    }
    return isObject(value) ? below(value) : value;
  };
  const below = (value: Record<string, unknown>): unknown =>
    Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, longer(one)]),
    );
  if (!isObject(out)) return out;
  return Object.fromEntries(
    Object.entries(out).map(([key, one]): [string, unknown] => {
      if (ArrayBuffer.isView(one) || !isObject(one)) return [key, one];
      if (Array.isArray(one)) return [key, one.map(longer)];
      return [key, below(one)];
    }),
  );
}

/** The two functions may add up their terms in another order. */
function sameToRounding(a: unknown, b: unknown): boolean {
  const [left, right] = [leaves(a), leaves(b)];
  const scale = largest(b);
  return (
    left.length === right.length &&
    left.every(([path, value], k) => {
      const [otherPath, other] = right[k] as Leaf;
      const tolerance = holdsSingle(b) ? 1e-6 : 1e-12;
      return path === otherPath && close(value, other, scale, tolerance);
    })
  );
}

/** <cotangent, J direction> is <J^T cotangent, direction>. */
function forwardAgainstReverse(
  runs: readonly Run[],
  cotangent: unknown,
  direction: Record<string, unknown>,
): Faults {
  const forward = runs.find((run) => run.mode === "jvp");
  if (forward === undefined) return [];
  const tangent = tangentOf(forward);
  return runs.flatMap((run) => {
    if (run.mode === "jvp") return [];
    const seed = run.mode === "vjp" ? cotangent : 1;
    const tolerance = Math.max(
      toleranceFor(gradientOf(run)),
      toleranceFor(tangent),
    );
    const ahead = dot(seed, tangent);
    const back = dot(gradientOf(run), direction);
    const scale = Math.max(
      largest(gradientOf(run)),
      largest(tangent) * largest(seed),
    );
    return close(ahead, back, scale, tolerance)
      ? []
      : [`${run.mode}: forward ${ahead}, reverse ${back}`];
  });
}

/** What a Float32Array holds. */
const largestSingle = 3.4e38;

/** Relative to the largest term: exact up to rounding. */
export function close(
  a: number,
  b: number,
  scale: number,
  tolerance = 1e-9,
): boolean {
  if (Object.is(a, b) || a === b) return true;
  const isSingle = tolerance >= 1e-6;
  if (isSingle && Math.abs(b) > largestSingle && a === Math.sign(b) * Infinity)
    return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  const largestTerm = Math.max(Math.abs(a), Math.abs(b), scale);
  return Math.abs(a - b) <= tolerance * largestTerm + 1e-13;
}

/** What is given back in a Float32Array is rounded to single precision. */
const toleranceFor = (gradient: unknown): number =>
  holdsSingle(gradient) ? 1e-6 : 1e-9;

const holdsSingle = (value: unknown): boolean =>
  value instanceof Float32Array ||
  (isObject(value) &&
    !ArrayBuffer.isView(value) &&
    Object.values(value).some(holdsSingle));

/** A sanity check that knows nothing of the compiler: the slope along a random direction. */
function againstDifferences(
  subject: Subject,
  args: readonly unknown[],
  runs: readonly Run[],
  cotangent: unknown,
  random: Random,
): Faults {
  const smooth = directionFor(subject, args, random);
  const direction = mapLeaves(smooth, (value, path) =>
    subject.discrete?.(path) === true ? 0 : value,
  );
  const near = subject.oracle?.(
    cloneApart(args),
    direction as Record<string, unknown>,
  );
  if ((near?.kinkDistance ?? Infinity) < 1e-2) return [];
  // x * x has no slope at 0, and so no distance from where it changes a branch
  const isSpecial = subject.parameters.some((name, i) =>
    leaves(chosenPart(subject, args[i], name)).some(([, one]) =>
      Number.isInteger(2 * one),
    ),
  );
  if (subject.isAtKinks === true && (isSpecial || near?.steep === true))
    return [];
  const slope = differenceAlong(subject, args, cotangent, direction);
  // values that explode hide waves between the points: sin(1e12 * x) looks flat
  if (slope === undefined || Math.abs(slope.value) > 1e6) return [];
  const run =
    runs.find((one) => one.mode === "vjp") ??
    runs.find((one) => one.mode === "grad");
  if (run === undefined) return [];
  const got =
    dot(gradientOf(run), direction) *
    (run.mode === "grad" ? (cotangent as number) : 1);
  const off = Math.abs(got - slope.value);
  const scale = Math.max(
    Math.abs(got),
    Math.abs(slope.value),
    1e-2 * largest(gradientOf(run)),
  );
  return off <= 1e-4 * scale + 20 * slope.error + 1e-6
    ? []
    : [
        `${run.mode}: ${got} along a direction, central differences ${slope.value} (+- ${slope.error})`,
      ];
}

/**
 * Central differences of <cotangent, f> along a direction, extrapolated (Richardson); nothing where the estimates
 * do not settle, as at a kink.
 */
export function differenceAlong(
  subject: Pick<Subject, "original" | "parameters">,
  args: readonly unknown[],
  cotangent: unknown,
  direction: unknown,
): { value: number; error: number } | undefined {
  const along = new Map(leaves(direction));
  const at = (h: number): number => {
    const moved = args.map((arg, i) =>
      mapLeaves(structuredClone(arg), (value, path) => {
        const name = subject.parameters[i] ?? "";
        const step = along.get(path === "" ? name : `${name}.${path}`) ?? 0;
        return step === 0 ? value : value + h * step;
      }),
    );
    return dot(cotangent, subject.original(...moved));
  };
  const central = (h: number): number => (at(h) - at(-h)) / (2 * h);
  const finest = 1.25e-4;
  const steps = [8 * finest, 4 * finest, 2 * finest, finest].map(central);
  const better = steps
    .slice(1)
    .map((fine, i) => (4 * fine - (steps[i] ?? 0)) / 3);
  const [a = NaN, b = NaN, c = NaN] = better;
  const error = Math.max(Math.abs(b - a), Math.abs(c - b));
  if (!Number.isFinite(error)) return undefined;
  const here = at(0);
  // x * x > 0 holds on both sides of 0, and not at 0
  const jump = Math.abs(at(finest) - 2 * here + at(-finest));
  if (jump > 1e-2 * Math.max(1, Math.abs(c))) return undefined;
  const noise = 1e-12 * Math.abs(here) * 1e4;
  if (error > 1e-4 * Math.max(1, Math.abs(c))) return undefined;
  return { value: c, error: error + noise };
}

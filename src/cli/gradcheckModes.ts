import {
  holdsFloat,
  someTy,
  type Signature,
  type Ty,
} from "../../compiler/evaluation.js";
import {
  gradientCheck,
  type ComponentCheck,
  type GradientReport,
} from "../../runtime/gradientCheck.js";
import type { Random } from "../../runtime/random.js";
import {
  pathText,
  treeCopy,
  treeLeaves,
  treeMerge,
} from "../../runtime/tree.js";
import type { Mode } from "../../compiler/stats.js";
import { fill } from "./gradcheckSamples.js";

/** One generated derivative at one point. */
export interface Check {
  readonly fn: string;
  readonly mode: Mode;
  /** What is wrong beside the numbers: the value, an argument that was changed, an exception. */
  readonly problems: readonly string[];
  readonly report: GradientReport | undefined;
}

type Callable = (...args: unknown[]) => unknown;

/** A function and what was generated from it, to be called. */
export interface Subject {
  readonly signature: Signature;
  readonly original: Callable;
  /** By its exported name. */
  generated(name: string): Callable;
}

/** More components than this are not checked, but an even selection of them. */
const maxComponents = 200;

/** Every mode of a function at one point. The arguments are not changed. */
export function checkAt(
  subject: Subject,
  args: readonly unknown[],
  random: Random,
): Check[] {
  const { signature } = subject;
  return signature.modes.map((mode) => {
    const problems: string[] = [];
    const watch = watcher(subject, args, problems);
    let report: GradientReport | undefined;
    const thrown = thrownBy(subject, args);
    try {
      report = byMode[mode](subject, args, random, watch);
    } catch (error) {
      problems.push(
        thrown === undefined
          ? `the derivative threw ${textOf(error)}`
          : `the function itself throws ${thrown} there`,
      );
    }
    return { fn: signature.name, mode, problems, report };
  });
}

function thrownBy(
  { original }: Subject,
  args: readonly unknown[],
): string | undefined {
  try {
    original(...treeCopy(args));
    return undefined;
  } catch (error) {
    return textOf(error);
  }
}

export const textOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** Calls a generated function on fresh arguments, and holds what it did against what it must do. */
interface Watch {
  call<T>(name: string, ...more: unknown[]): T;
  value(name: string, value: unknown): void;
}

function watcher(
  { original, generated }: Subject,
  args: readonly unknown[],
  problems: string[],
): Watch {
  return {
    call<T>(name: string, ...more: unknown[]): T {
      const [given, kept] = [treeCopy(args), treeCopy(args)];
      const result = generated(name)(...given, ...more) as T;
      if (!same(given, kept)) problems.push(`${name} changed its arguments`);
      return result;
    },
    value: (name, value) => {
      const wanted = original(...treeCopy(args));
      if (!same(value, wanted))
        problems.push(
          `${name} gives the value ${shown(value)}, the function ${shown(wanted)}`,
        );
    },
  };
}

const shown = (value: unknown): string =>
  typeof value === "number"
    ? Object.is(value, -0)
      ? "-0"
      : String(value)
    : JSON.stringify(value);

/**
 * The same shape, and the same numbers; `slack`: by how much they may differ, where terms are added up in another order. A key
 * with undefined under it counts as missing: which of the two a class leaves depends on how it was compiled.
 */
function same(a: unknown, b: unknown, slack = 0): boolean {
  if (typeof a === "number" && typeof b === "number")
    return Object.is(a, b) || Math.abs(a - b) <= slack;
  if (typeof a !== "object" || a === null) return a === b;
  if (typeof b !== "object" || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = keysOf(left);
  return (
    keys.length === keysOf(right).length &&
    keys.every((key) => key in right && same(left[key], right[key], slack))
  );
}

const keysOf = (record: Record<string, unknown>): string[] =>
  Object.keys(record).filter((key) => record[key] !== undefined);

const largestIn = (tree: unknown): number =>
  typeof tree === "number"
    ? Number.isFinite(tree)
      ? Math.abs(tree)
      : 0
    : typeof tree === "object" && tree !== null
      ? Object.values(tree).reduce<number>(
          (most, part) => Math.max(most, largestIn(part)),
          0,
        )
      : 0;

type CheckMode = (
  subject: Subject,
  args: readonly unknown[],
  random: Random,
  watch: Watch,
) => GradientReport;

const byMode: Record<Mode, CheckMode> = {
  grad: (subject, args, _random, watch) => {
    const { name } = subject.signature;
    const grad = watch.call(`${name}Grad`);
    const both = watch.call<{ value: unknown; grad: unknown }>(
      `${name}ValueAndGrad`,
    );
    watch.value(`${name}ValueAndGrad`, both.value);
    if (!same(grad, both.grad, 1e-12 * (1 + largestIn(both.grad))))
      throw new Error(`${name}Grad and ${name}ValueAndGrad differ`);
    return checkGradient(subject, args, (y) => y as number, grad);
  },

  vjp: (subject, args, random, watch) => {
    const { name, result } = subject.signature;
    const y = subject.original(...treeCopy(args));
    const cotangent = directionLike(result, y, random);
    const out = watch.call<{ value: unknown; grad: unknown }>(
      `${name}Vjp`,
      treeCopy(cotangent),
    );
    watch.value(`${name}Vjp`, out.value);
    return checkGradient(subject, args, (z) => dot(cotangent, z), out.grad);
  },

  jvp: (subject, args, random, watch) => {
    const { signature, original } = subject;
    const { name } = signature;
    const tangent = tangentFor(signature, args, random);
    const out = watch.call<{ value: unknown; tangent: unknown }>(
      `${name}Jvp`,
      treeCopy(tangent),
    );
    watch.value(`${name}Jvp`, out.value);
    const point = byName(signature, args);
    const moved = (distance: number): unknown[] =>
      Object.values(treeMerge((x, t) => x + distance * t, point, tangent));
    const leaves = treeLeaves(out.tangent);
    const reports = leaves.slice(0, maxComponents).map(({ keys, value }) => {
      const along = (distance: number): number =>
        at(original(...treeCopy(moved(distance))), keys);
      return gradientCheck(along, 0, value, {
        ...stepFor(signature),
        name: pathText(["tangent", ...keys]),
      });
    });
    return {
      ok: reports.every(({ ok }) => ok),
      components: reports.flatMap(
        ({ components }): readonly ComponentCheck[] => components,
      ),
      total: leaves.length,
      worst: Math.max(0, ...reports.map(({ worst }) => worst)),
    };
  },
};

/** The gradient of `scalar(f(args))` against differences; what has no number in the arguments cannot be moved. */
function checkGradient(
  { signature, original }: Subject,
  args: readonly unknown[],
  scalar: (y: unknown) => number,
  gradient: unknown,
): GradientReport {
  const point = byName(signature, args);
  const given = Object.entries(gradient as object).filter(
    // the slope of a default that was used: nothing in the call stands for it
    ([key]) => point[key] !== undefined,
  );
  return gradientCheck(
    (moved) => scalar(original(...Object.values(moved))),
    point,
    Object.fromEntries(given),
    { maxComponents, ...stepFor(signature) },
  );
}

/** Values that are rounded to single precision need longer steps to be told apart. */
function stepFor({ parameters, result }: Signature): { step?: number } {
  const isSingle = (ty: Ty): boolean =>
    someTy(ty, (part) => part.kind === "array" && part.store === "f32");
  const tys = [result, ...parameters.map(({ ty }) => ty)];
  return tys.some(isSingle) ? { step: 0.1 } : {};
}

/** The arguments by their parameters' names, in their order. */
const byName = (
  { parameters }: Signature,
  args: readonly unknown[],
): Record<string, unknown> =>
  Object.fromEntries(parameters.map(({ name }, k) => [name, args[k]]));

const at = (y: unknown, keys: readonly (string | number)[]): number =>
  keys.reduce<unknown>(
    (part, key) => (part as Record<string | number, unknown>)[key],
    y,
  ) as number;

const dot = (direction: unknown, y: unknown): number =>
  treeLeaves(direction).reduce(
    (sum, { keys, value }) => sum + value * at(y, keys),
    0,
  );

/** A random tangent for the wrt parameters, keyed by their names. */
function tangentFor(
  { parameters, wrt }: Signature,
  args: readonly unknown[],
  random: Random,
): Record<string, unknown> {
  const entries = parameters.flatMap(({ name, ty }, k) => {
    const paths = wrt.filter(([first]) => first === name);
    if (paths.length === 0) return [];
    const inner = paths.map((path) => path.slice(1));
    return [[name, directionLike(ty, args[k], random, inner)]];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/**
 * Random numbers in the shape of a gradient of `x`: the floats of the type, or of those of its fields that `paths`
 * lead to. Undefined where there is none.
 */
function directionLike(
  ty: Ty,
  x: unknown,
  random: Random,
  paths: readonly (readonly string[])[] = [[]],
): unknown {
  if (!holdsFloat(ty) || x === undefined || x === null) return undefined;
  switch (ty.kind) {
    case "num":
      return random.uniform(-1, 1);
    case "maybe":
      return directionLike(ty.of, x, random, paths);
    case "array":
      return fill(
        ty.store,
        Array.from(x as ArrayLike<unknown>, (cell) =>
          directionLike(ty.elem, cell, random),
        ),
      );
    case "table":
      return Object.fromEntries(
        Object.entries(x as Record<string, unknown>).map(([key, part]) => [
          key,
          directionLike(ty.elem, part, random),
        ]),
      );
    case "record": {
      const whole = paths.some((path) => path.length === 0);
      const parts = ty.fields.flatMap(({ name, ty: of }) => {
        const inner = paths.filter(([first]) => first === name);
        if (!whole && inner.length === 0) return [];
        const value = (x as Record<string, unknown>)[name];
        const below = whole ? [[]] : inner.map((path) => path.slice(1));
        const part = directionLike(of, value, random, below);
        return part === undefined ? [] : [[name, part] as const];
      });
      return ty.tuple && parts.length === ty.fields.length
        ? parts.map(([, part]) => part)
        : Object.fromEntries(parts);
    }
    default:
      return undefined;
  }
}

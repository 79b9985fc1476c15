import { compileBatch, type Outcome } from "../../harness/batch.js";
import {
  checkValues,
  close,
  functionsOf,
  randomLike,
  type Faults,
  type Subject,
  zeroDirection,
} from "../../harness/checks.js";
import { type Fixture, siblings } from "../../harness/fixture.js";
import { fixtureFaults, subjectsOf } from "../../harness/fixtureChecks.js";
import { withTimeLimit } from "../../harness/timeLimit.js";
import {
  largest,
  leaves,
  mapLeaves,
  sameBits,
  showValue,
} from "../../harness/values.js";
import { newRandom } from "../random.js";
import { rewriteFixtures, type Rewritten } from "./rewrite.js";

export interface Verdict {
  readonly rewritten: Rewritten;
  /** `invalid`: the rewrite itself is at fault, it gave no program, or another one. */
  readonly kind: "ok" | "wrong" | "refused" | "crashed" | "invalid";
  readonly notes: readonly string[];
  readonly outcome: Outcome | undefined;
}

type Sources = Readonly<Record<string, string>>;

/** Rewrites fixtures by a seed, compiles them in one run, and holds them against what they were before. */
export function checkRewritten(
  fixtures: readonly Fixture[],
  sources: Sources,
  originals: ReadonlyMap<string, Outcome>,
  seed: number,
  only?: RegExp,
): Verdict[] {
  const all = rewriteFixtures(fixtures, sources, seed, only);
  const libraries = Object.fromEntries(
    Object.entries(sources).filter(([path]) => path.endsWith(".lib.ts")),
  );
  const texts: Record<string, string> = { ...libraries };
  for (const { fixture, source, more } of all)
    Object.assign(texts, more, { [`${fixture.name}.ts`]: source });
  const outcomes = compileBatch(texts);
  return all.map((rewritten) => {
    const { name } = rewritten.fixture;
    const found = outcomes.get(`${name}.ts`);
    const outcome =
      found && withErrorsOf(found, outcomes, Object.keys(rewritten.more));
    const before = originals.get(`${name}.ts`);
    return judge(rewritten, outcome, before, libraries);
  });
}

/** What is said of modules that it imports, too. */
function withErrorsOf(
  outcome: Outcome,
  outcomes: ReadonlyMap<string, Outcome>,
  others: readonly string[],
): Outcome {
  const found = others.flatMap((path) => outcomes.get(path) ?? []);
  return {
    ...outcome,
    errors: [...outcome.errors, ...found.flatMap(({ errors }) => errors)],
    codes: [...outcome.codes, ...found.flatMap(({ codes }) => codes)],
  };
}

function judge(
  rewritten: Rewritten,
  outcome: Outcome | undefined,
  original: Outcome | undefined,
  libraries: Sources,
): Verdict {
  const verdict = (
    kind: Verdict["kind"],
    notes: readonly string[] = [],
  ): Verdict => ({ rewritten, kind, notes, outcome });
  if (outcome === undefined || original === undefined)
    return verdict("crashed", ["no outcome"]);
  const { crash, text, codes, errors } = outcome;
  if (crash !== undefined) return verdict("crashed", [crash]);
  if (text === undefined) {
    const isInvalid = codes.length === 0 || codes.some(isTypeError);
    return verdict(isInvalid ? "invalid" : "refused", errors);
  }
  try {
    const { fixture, source, more } = rewritten;
    const libs = siblings(fixture.name, libraries);
    const changed = { ...fixture, source };
    const now = subjectsOf(changed, outcome, { ...libs, ...more });
    const then = subjectsOf(fixture, original, libs);
    if (!now.every((one, i) => isSame(one, then[i], fixture)))
      return verdict("invalid", ["it is another program"]);
    const faults = asksForNorms(fixture)
      ? now.flatMap((one) => valuesDiffer(one, fixture))
      : [
          ...fixtureFaults(changed, outcome, now),
          ...now.flatMap((one, i) => slopesDiffer(one, then[i]!, fixture)),
        ];
    return verdict(faults.length > 0 ? "wrong" : "ok", faults);
  } catch (thrown) {
    // a class that a helper needs stands behind what runs when the module is loaded
    if (String(thrown).includes("before initialization"))
      return verdict("invalid", [String(thrown)]);
    const stack = thrown instanceof Error ? thrown.stack : String(thrown);
    return verdict("wrong", [`the harness fails: ${stack}`]);
  }
}

/**
 * Is it about the root of a sum of squares that is 0? Written differently it may be the root of anything: only its value
 * is the same then.
 */
const asksForNorms = ({ expect, source }: Fixture): boolean =>
  expect !== undefined && /Math\.(sqrt|hypot)/.test(source);

const valuesDiffer = (now: Subject, { points }: Fixture): Faults =>
  points.flatMap((point, at) => checkValues(now, point, newRandom(at + 1)));

/** Errors of TypeScript's own. */
const isTypeError = (code: string): boolean => code.startsWith("DC1");

/** A value, or what was thrown. */
function tried(fn: (...args: unknown[]) => unknown, args: unknown[]): unknown {
  try {
    return { value: withTimeLimit(() => fn(...args)) };
  } catch (thrown) {
    return { thrown: String(thrown) };
  }
}

/** Does the rewritten function give bit for bit what the function gave, at each point? */
const isSame = (
  now: Subject,
  then: Subject | undefined,
  fixture: Fixture,
): boolean =>
  then !== undefined &&
  fixture.points.every((point) => {
    const [one, other] = [now, then].map(({ original }) =>
      plain(tried(original, structuredClone([...point]))),
    );
    return sameBits(one, other);
  });

/** Classes of two modules are two classes: only fields count. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value))
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, plain(one)]),
  );
}

/** The derivatives of both, with the same seeds. */
function slopesDiffer(now: Subject, then: Subject, fixture: Fixture): Faults {
  return fixture.points.flatMap((point, at) => {
    const random = newRandom(at + 1);
    const primal = tried(then.original, structuredClone([...point]));
    const { value } = primal as { value?: unknown };
    const cotangent = randomLike(value, random);
    const direction = mapLeaves(zeroDirection(then, point), () =>
      random.decimal(-1, 1, 3),
    );
    const padded = then.parameters.map((_, i) => point[i]);
    const seeds = {
      grad: [],
      valueAndGrad: [],
      vjp: [cotangent],
      jvp: [direction],
    };
    return (["grad", "vjp", "jvp"] as const).flatMap((mode) => {
      const [one, other] = [now, then].map((subject) => {
        const fn = functionsOf(subject)[mode];
        const args = mode === "grad" ? [...point] : [...padded];
        return fn && tried(fn, structuredClone([...args, ...seeds[mode]]));
      });
      return sameToRounding(one, other)
        ? []
        : [
            `point ${at}: ${mode} gives ${showValue(one)}, before ${showValue(other)}`,
          ];
    });
  });
}

function sameToRounding(one: unknown, other: unknown): boolean {
  const [left, right] = [leaves(one), leaves(other)];
  const scale = largest(other);
  const tolerance = holdsSingle(other) ? 1e-6 : 1e-9;
  return (
    left.length === right.length &&
    left.every(([path, value], k) => {
      const [otherPath, before] = right[k]!;
      return path === otherPath && close(value, before, scale, tolerance);
    })
  );
}

const holdsSingle = (value: unknown): boolean =>
  value instanceof Float32Array ||
  (typeof value === "object" &&
    value !== null &&
    !ArrayBuffer.isView(value) &&
    Object.values(value).some(holdsSingle));

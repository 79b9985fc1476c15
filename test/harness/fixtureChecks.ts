import { interpret } from "../../compiler/ir/interpret.js";
import { entryFor } from "../../compiler/ir/variants.js";
import { borrowTape } from "../../runtime/tape.js";
import { newRandom } from "../fuzz/random.js";
import type { Outcome } from "./batch.js";
import {
  checkPoint,
  type Faults,
  functionsOf,
  type Subject,
  zeroDirection,
} from "./checks.js";
import { dualOracle, outputPath } from "./compileSources.js";
import type { Fixture } from "./fixture.js";
import { withInstances } from "./instances.js";
import { type Exports, loadModules, toJavaScript } from "./load.js";
import { leaves, mapLeaves, sameBits, showValue } from "./values.js";

/** The annotated functions of a fixture with what was generated for them, ready to run. */
export function subjectsOf(
  fixture: Fixture,
  outcome: Outcome,
  libs: Readonly<Record<string, string>>,
): Subject[] {
  const { text, program } = outcome;
  if (text === undefined) return [];
  const path = `${fixture.name}.ts`;
  const hidden = fixture.functions.filter((one) => !one.exported);
  const opened = hidden.map((one) => `export { ${one.name} };`).join("\n");
  const load = loadModules({
    ...libs,
    [path]: `${fixture.source}\n${opened}`,
    [outputPath(path)]: text,
  });
  const exports = load(path);
  const outside = Object.assign(
    {},
    ...Object.keys(libs).map(load),
    exports,
  ) as Exports;
  const generated = load(outputPath(path));
  return fixture.functions.map((fn) => ({
    name: fn.name,
    parameters: fn.parameters,
    wrt: fn.wrt,
    original: revived(
      fixture,
      fn,
      exports,
      packed(fn, fn.name, exports[fn.name]),
    ),
    generated: Object.fromEntries(
      Object.entries(generated).map(([name, one]) => [
        name,
        revived(fixture, fn, exports, packed(fn, name, one)),
      ]),
    ),
    bindings: outside,
    hasInstances: Object.keys(fixture.instances).length > 0,
    oracle:
      program &&
      revivedOracle(
        fixture,
        fn,
        exports,
        dualOracle(program, fn.name, outside),
      ),
    discrete: () => fixture.kink,
  }));
}

/** The function, with the arguments of a rest parameter as one array, as the points hold them. */
function packed(
  { name, rest }: Fixture["functions"][number],
  exported: string,
  fn: unknown,
): unknown {
  const spreads = ["", "Grad", "ValueAndGrad"].map((end) => name + end);
  if (rest < 0 || !spreads.includes(exported)) return fn;
  return (...args: unknown[]) =>
    (fn as Subject["original"])(
      ...args.slice(0, rest),
      ...(args[rest] as unknown[]),
    );
}

/** The function, called with instances where the fixture asks for them. */
function revived(
  fixture: Fixture,
  { parameters }: Fixture["functions"][number],
  exports: Exports,
  fn: unknown,
): Subject["original"] {
  const plain = fn as Subject["original"];
  return withInstances(plain, parameters, fixture.instances, exports);
}

function revivedOracle(
  fixture: Fixture,
  { parameters }: Fixture["functions"][number],
  exports: Exports,
  oracle: Subject["oracle"],
): Subject["oracle"] {
  return (
    oracle &&
    ((args, tangents) =>
      withInstances(
        (...all) => oracle(all, tangents),
        parameters,
        fixture.instances,
        exports,
      )(...args))
  );
}

/** Every question of the harness, at every point of a fixture. */
export function fixtureFaults(
  fixture: Fixture,
  outcome: Outcome,
  subjects: readonly Subject[],
): Faults {
  const at = (i: number, faults: Faults): Faults =>
    faults.map((fault) => `point ${i}: ${fault}`);
  return subjects.flatMap((subject) =>
    fixture.points.flatMap((point, i) => {
      if (fixture.throws) return at(i, mustThrow(subject, point));
      return at(i, [
        ...checkPoint(subject, point, newRandom(i + 1)),
        ...givenBackTwice(),
        ...pinned(subject, point, fixture, i),
        ...loweredAlike(fixture, subject, point, outcome),
      ]);
    }),
  );
}

/** Who gives one buffer back twice lets two calls write into it at once. None is left waiting: a full store takes no more. */
function givenBackTwice(): Faults {
  const waiting = Array.from({ length: 8 }, () => borrowTape());
  return new Set(waiting).size < waiting.length
    ? ["a tape is given back twice"]
    : [];
}

function mustThrow(subject: Subject, point: readonly unknown[]): Faults {
  return Object.entries(functionsOf(subject)).flatMap(([mode, fn]) => {
    if (fn === undefined) return [];
    const args = structuredClone([...point]);
    const seeds = mode === "vjp" ? [1] : mode === "jvp" ? [{}] : [];
    try {
      const result = fn(...args, ...seeds);
      return [`${mode} does not throw, it gives ${showValue(result)}`];
    } catch {
      return sameBits(args, point)
        ? []
        : [`${mode}: arguments changed before the throw`];
    }
  });
}

/** The slopes that a convention fixes, in each mode (0 and -0 are one). */
function pinned(
  subject: Subject,
  point: readonly unknown[],
  fixture: Fixture,
  at: number,
): Faults {
  if (fixture.expect === undefined) return [];
  const { grad, valueAndGrad, vjp, jvp } = functionsOf(subject);
  const args = (): unknown[] => structuredClone([...point]);
  const found: [string, unknown][] = [];
  if (grad) found.push(["grad", grad(...args())]);
  if (valueAndGrad)
    found.push([
      "valueAndGrad",
      (valueAndGrad(...args()) as { grad: unknown }).grad,
    ]);
  if (vjp) found.push(["vjp", (vjp(...args(), 1) as { grad: unknown }).grad]);
  if (jvp) found.push(["jvp", forwardGradient(subject, point, jvp)]);
  return found.flatMap(([mode, gradient]) => {
    const table = mode === "jvp" ? fixture.expectForward : fixture.expect;
    const expected = table?.[at];
    if (sameNumbers(gradient, expected)) return [];
    return [
      `${mode}: ${showValue(gradient)}, the convention is ${showValue(expected)}`,
    ];
  });
}

/** The gradient by forward mode, one unit direction at a time. */
function forwardGradient(
  subject: Subject,
  point: readonly unknown[],
  jvp: (...args: unknown[]) => unknown,
): unknown {
  const zero = zeroDirection(subject, point);
  return mapLeaves(zero, (_, path) => {
    const unit = mapLeaves(zero, (__, one) => (one === path ? 1 : 0));
    const args = structuredClone([...point]);
    return (jvp(...args, unit) as { tangent: number }).tangent;
  });
}

function sameNumbers(a: unknown, b: unknown): boolean {
  const [left, right] = [leaves(a), new Map(leaves(b))];
  return (
    left.length === right.size &&
    left.every(([path, one]) => {
      const other = right.get(path);
      if (other === undefined) return false;
      if (one === other || (Number.isNaN(one) && Number.isNaN(other)))
        return true;
      // a kink's slope is exact; elsewhere a rounding of the formula is allowed
      return Math.abs(one - other) <= 4e-16 * Math.abs(other);
    })
  );
}

/** After each pass before differentiation the interpreter gives what the original gives, and writes what it writes. */
function loweredAlike(
  fixture: Fixture,
  subject: Subject,
  point: readonly unknown[],
  outcome: Outcome,
): Faults {
  const own = (outcome.program?.entries ?? []).filter(
    ({ exportName, variant }) => (variant?.of ?? exportName) === subject.name,
  );
  if (own.length === 0) return [];
  const run = (fn: (...args: unknown[]) => unknown): unknown => {
    const args = structuredClone([...point]);
    while (args.length < subject.parameters.length) args.push(undefined);
    try {
      return { value: fn(...args), args };
    } catch (thrown) {
      return { thrown: String(thrown), args };
    }
  };
  const expected = run(subject.original);
  const bindings = subject.bindings ?? {};
  return outcome.traces.flatMap(({ pass, funcs }) => {
    if (pass === "derive" || !funcs.some((fn) => fn.name === own[0]?.func))
      return [];
    const program = { funcs: new Map(funcs.map((fn) => [fn.name, fn])) };
    const found = run(
      withInstances(
        (...args) => {
          const { func } = entryFor(own, subject.name, args)!;
          return interpret(program, func, args, { bindings, toJavaScript });
        },
        subject.parameters,
        fixture.instances,
        bindings,
      ),
    );
    return sameBits(plain(found), plain(expected))
      ? []
      : [
          `after ${pass}: the interpreter gives ${showValue(found)}, the original ${showValue(expected)}`,
        ];
  });
}

/** Objects of the interpreter may have another prototype: only fields count. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value))
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, plain(one)]),
  );
}

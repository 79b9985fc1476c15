import { describe, expect, test } from "vitest";
import { emitModule } from "../compiler/codegen/emitModule.js";
import { noSpan } from "../compiler/diagnostics/span.js";
import { interpret } from "../compiler/ir/interpret.js";
import type { Func } from "../compiler/ir/ir.js";
import { verifyFunc } from "../compiler/ir/verify.js";
import type { Slopes } from "../compiler/optimise/exactValues.js";
import { finish } from "../compiler/optimise/finish.js";
import { deriveInductions } from "../compiler/optimise/inductions.js";
import { optimise } from "../compiler/optimise/optimise.js";
import { derive } from "../compiler/transform/derive.js";
import { inlineHelpers } from "../compiler/transform/inline.js";
import { flattenThrows } from "../compiler/transform/normalise.js";
import { interpretDual } from "./oracle/dual.js";
import { loadModules } from "./harness/load.js";
import { randomArgs, randomIr, type ResultKind } from "./oracle/randomIr.js";
import type { Entry, Program } from "../compiler/ir/program.js";

type Funcs = ReadonlyMap<string, Func>;
type Parts = Readonly<Record<string, unknown>>;

const first = Number(process.env["FIRST"] ?? 0);
const count = Number(process.env["SEEDS"] ?? 30);
const seeds = Array.from({ length: count }, (_, k) => first + k);

const entryFor = (kind: ResultKind, wrt: readonly string[]): Entry => ({
  func: "f",
  exportName: "f",
  modes: kind === "number" ? ["grad", "vjp", "jvp"] : ["vjp", "jvp"],
  wrt: wrt.map((name) => [name]),
  file: "random.ts",
  span: noSpan,
  returnType: { text: "unknown", needs: [] },
});

interface Variant {
  readonly clean: (fn: Func) => Func;
  readonly isInlined: boolean;
  /** With the passes that come behind differentiation. */
  readonly isFinished: boolean;
}

/** The primal functions before derivation, and everything that derivation makes. */
function deriveAll(
  funcs: Funcs,
  entry: Entry,
  { clean, isInlined, isFinished }: Variant,
): { primal: Funcs; derived: Funcs } {
  const flat = new Map(
    [...funcs].map(([name, fn]) => [name, flattenThrows(fn)]),
  );
  const program: Program = { funcs: flat, entries: [entry] };
  const primal = isInlined ? inlineHelpers(program) : program;
  const made = derive(primal, clean);
  const on = (): boolean => true;
  const helpers = made.helpers.map((fn) =>
    isFinished ? finish(fn, clean, on) : fn,
  );
  const exports = made.exports.map((fn) =>
    isFinished ? finish(fn, clean, on, slopesOf(fn)) : fn,
  );
  const all = [...helpers, ...exports];
  return {
    primal: primal.funcs,
    derived: new Map(all.map((fn) => [fn.name, fn])),
  };
}

/** As compile.ts has it. */
const slopesOf = (fn: Func): Slopes => ({
  isAll: fn.name === "fGrad",
  isInPair: true,
  out: fn.name === "fValueAndGradInto" ? fn.body.params.at(-1) : undefined,
});

/** The sum of products of all numbers in two values of one shape. */
function dot(a: unknown, b: unknown): number {
  if (typeof a === "number") return a * (b as number);
  const parts = Object.entries(a as object);
  const others = b as Parts;
  expect(parts.length, "parts").toBe(Object.keys(others).length);
  return parts
    .map(([key, part]) => dot(part, others[key]))
    .reduce((sum, part) => sum + part, 0);
}

/**
 * The same numbers with +0 for -0: which of them a slope of zero is depends on the order of a sum, and fGrad, which computes
 * no value, may add in another one than fValueAndGrad.
 */
function unsigned(value: unknown): unknown {
  if (typeof value === "number") return value + 0;
  if (value instanceof Float64Array) return value.map((one) => one + 0);
  if (Array.isArray(value)) return value.map(unsigned);
  const entries = Object.entries(value as object);
  return Object.fromEntries(entries.map(([key, one]) => [key, unsigned(one)]));
}

/** Some cotangent for a value. */
function cotangentOf(value: unknown): unknown {
  let next = 0;
  const fill = (part: unknown): unknown => {
    if (typeof part === "number") return Math.cos(++next);
    if (part instanceof Float64Array) return part.map(() => Math.cos(++next));
    if (Array.isArray(part)) return part.map(fill);
    const entries = Object.entries(part as object);
    return Object.fromEntries(entries.map(([key, one]) => [key, fill(one)]));
  };
  return fill(value);
}

/** In the normal run some of the programs, in any other all of them. */
const isPrinted = (seed: number): boolean => first > 0 || seed % 5 === 0;

/** Of the lines; a short one holds little of an expression, so that its parts get names. */
const widthOf = (seed: number): number => [80, 24, 46, 200][seed % 4]!;

/** The module of the derivatives, which is to do what the interpreter does with them. */
function printed(derived: Funcs, width: number): string {
  const all = [...derived.values()];
  const isMode = ({ name }: Func): boolean =>
    /^f(Grad|ValueAndGrad|ValueAndGradInto|Vjp|Jvp)$/.test(name);
  return emitModule({
    header: { version: "0.1", source: "f.ts", hash: "0" },
    exports: all.filter(isMode).map((func) => ({ func })),
    helpers: all.filter((fn) => !isMode(fn)),
    sourceFile: "f.ts",
    importPath: (file) => file,
    uncheckedIndexed: false,
    width,
  });
}

/** What a run gives, or that it throws. */
function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError) return "throws";
    throw error;
  }
}

function check(seed: number, kind: ResultKind, variant: Variant): void {
  const stores =
    kind === "array"
      ? (["js", "f64"] as const)
      : (["js", "f64", "f32"] as const);
  const random = (): Funcs => randomIr(seed, stores, kind);
  const { args, tangents: everything } = randomArgs(seed);
  // Every third program varies only some of its parameters.
  const names = Object.keys(everything).filter(
    (_, k) => seed % 3 !== 0 || (seed >> k) % 2 === 0 || k === seed % 5,
  );
  const tangents = Object.fromEntries(
    names.map((name) => [name, everything[name]]),
  );
  const { primal, derived } = deriveAll(
    random(),
    entryFor(kind, names),
    variant,
  );
  for (const funcs of [primal, derived])
    for (const fn of funcs.values()) verifyFunc(fn, { funcs });

  const dual = outcome(() =>
    interpretDual({ funcs: random() }, "f", args, tangents),
  ) as { value: unknown; tangent: unknown } | "throws";
  const run = (name: string, ...more: readonly unknown[]): Parts =>
    outcome(() =>
      interpret({ funcs: derived }, name, [...args, ...more]),
    ) as Parts;
  const fresh = (): readonly unknown[] => randomArgs(seed).args;
  const text = isPrinted(seed) ? printed(derived, widthOf(seed)) : undefined;
  const alike = (found: unknown, name: string, ...more: unknown[]): void => {
    if (text === undefined) return;
    const { [name]: fn } = loadModules({ "f.ts": text })("f.ts");
    const given = [...args, ...structuredClone(more)];
    const own = outcome(() => (fn as (...all: unknown[]) => unknown)(...given));
    expect(own, `${name}, printed:\n${text}`).toEqual(found);
  };
  const again = outcome(() => interpret({ funcs: primal }, "f", fresh()));
  if (dual === "throws") {
    expect([again, run("fJvp", tangents), run("fVjp", 1)]).toEqual([
      dual,
      dual,
      dual,
    ]);
    expect(args).toEqual(fresh());
    return;
  }
  expect(again).toEqual(dual.value);
  const cotangent = cotangentOf(dual.value);
  const wanted = dot(cotangent, dual.tangent);
  const close = (found: number, what: string): void => {
    const error = Math.abs(found - wanted);
    expect(error, what).toBeLessThan(1e-9 * Math.max(1, Math.abs(wanted)));
  };
  const jvp = run("fJvp", tangents);
  close(dot(cotangent, jvp["tangent"]), "jvp");
  const vjp = run("fVjp", cotangent);
  close(dot(vjp["grad"], tangents), "vjp");
  alike(jvp, "fJvp", tangents);
  alike(vjp, "fVjp", cotangent);
  const results = [jvp, vjp];
  if (kind === "number") {
    const full = run("fValueAndGrad");
    close(dot(cotangent, dot(full["grad"], tangents)), "grad");
    expect(unsigned(run("fGrad"))).toEqual(unsigned(full["grad"]));
    alike(full, "fValueAndGrad");
    alike(run("fGrad"), "fGrad");
    const out = structuredClone(full["grad"]);
    expect(run("fValueAndGradInto", out)).toEqual(full["value"]);
    expect(unsigned(out)).toEqual(unsigned(full["grad"]));
    results.push(full);
  }
  for (const result of results) expect(result["value"]).toEqual(dual.value);
  expect(args).toEqual(fresh());
}

const raw: Variant = {
  clean: (fn) => fn,
  isInlined: false,
  isFinished: false,
};
const optimised: Variant = {
  clean: (fn) => optimise(fn),
  isInlined: false,
  isFinished: true,
};
const inlined: Variant = {
  clean: (fn) => optimise(deriveInductions(optimise(fn))),
  isInlined: true,
  isFinished: true,
};

/** Forward and reverse mode of random programs against dual numbers; `FIRST=1000 SEEDS=500` for more of them. */
describe.each([
  ["number, as it is", "number", raw],
  ["number, optimised", "number", optimised],
  ["number, inlined", "number", inlined],
  ["array", "array", optimised],
  ["record", "box", optimised],
] as const)("random IR: %s", (_, kind, variant) => {
  test.each(seeds)("seed %d", (seed) => check(seed, kind, variant));
});

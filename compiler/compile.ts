import type { Activity } from "./analysis/activity.js";
import { type ActivityFinding, findingsOf } from "./analysis/findings.js";
import { type Diagnostic, toDiagnostic } from "./diagnostics/diagnostic.js";
import { InternalError, inPass, passOf } from "./diagnostics/invariant.js";
import {
  hasErrors,
  inSourceOrder,
  newReporter,
  type Reporter,
} from "./diagnostics/reporter.js";
import { isSilenced } from "./diagnostics/silence.js";
import { noSpan, type Span } from "./diagnostics/span.js";
import {
  type FrontendOptions,
  lowerProject,
  type SourceModule,
} from "./frontend/index.js";
import type { Func } from "./ir/ir.js";
import { printFunc } from "./ir/print.js";
import { toColumns } from "./optimise/columns.js";
import { countLoops } from "./optimise/countLoops.js";
import { fillByCount } from "./optimise/fillByCount.js";
import { fillByIndex } from "./optimise/fillByIndex.js";
import { finish } from "./optimise/finish.js";
import { deriveInductions } from "./optimise/inductions.js";
import { joinLoops } from "./optimise/joinLoops.js";
import { markInBounds } from "./optimise/markInBounds.js";
import { markWorkspaces } from "./optimise/markWorkspaces.js";
import { copyNear } from "./optimise/nearCopies.js";
import { pushAtEnd } from "./optimise/pushAtEnd.js";
import { optimise, type Took } from "./optimise/optimise.js";
import { dropUnread } from "./optimise/unread.js";
import { type Lengths, splitLong } from "./optimise/splitLong.js";
import { withFewerObjects, writeOut } from "./optimise/unroll.js";
import { whereWorthIt, withVersions } from "./optimise/versions.js";
import { unswitchLoops } from "./optimise/unswitch.js";
import { forSizes, sizedArrays } from "./optimise/sizedArrays.js";
import { eitherWay, wholeNumbers } from "./optimise/wholeNumbers.js";
import { findingFor } from "./report.js";
import { type FunctionStats, statsOf } from "./stats.js";
import { allBut, type Optimisation, type Switches } from "./switches.js";
import { derive, type Derived, exportNames } from "./transform/derive.js";
import { inlineHelpers } from "./transform/inline.js";
import { markNorms } from "./transform/markNorms.js";
import { flattenThrows } from "./transform/normalise.js";
import { settleHoles } from "./transform/settleHoles.js";
import { replaceScalars } from "./transform/scalarReplace.js";
import type { Entry, Program } from "./ir/program.js";
import { emit, outputPath, type OutputOptions } from "./outputs.js";

export interface CompileProjectOptions extends FrontendOptions, OutputOptions {
  readonly emit?: "ts" | "ir";
  /** Optimisations to leave out. */
  readonly disable?: readonly Optimisation[];
  /** From which length on functions are split, and into what; tests split short ones. */
  readonly lengths?: Lengths;
  /** Called after each pass with what it made; tests run the functions before and after. */
  readonly trace?: Trace;
}

export type Trace = (
  pass: string,
  funcs: readonly Func[],
  module: SourceModule,
) => void;

export interface CompiledProject {
  readonly outputs: { path: string; text: string; source: string }[];
  readonly diagnostics: Diagnostic[];
  readonly stats: FunctionStats[];
}

/** TypeScript in, derivative TypeScript out: the one place that knows the order of the passes. */
export function compileProject(
  options: CompileProjectOptions,
): CompiledProject {
  const reporter = newReporter();
  const { modules, textOf } = inPass("frontend", () =>
    lowerProject(options, reporter),
  );
  const outputs: CompiledProject["outputs"] = [];
  const stats: FunctionStats[] = [];
  // With a faulty tsconfig the sources may mean something else: nothing is generated.
  const faultyConfig = reporter.findings.some(({ code }) => code === "DC1004");
  for (const module of faultyConfig ? [] : modules) {
    const own = newReporter();
    const made = guarded(own, module, () =>
      compileModule(module, options, own, textOf),
    );
    for (const finding of own.findings) reporter.report(finding);
    if (made === undefined || hasErrors(own)) continue;
    outputs.push({
      path: outputPath(module.file, options.outDir),
      text: made.text,
      source: module.file,
    });
    stats.push(...made.stats);
  }
  const findings = inSourceOrder(reporter.findings).filter(
    (finding) => !isSilenced(finding, textOf),
  );
  return {
    outputs,
    diagnostics: findings.map((finding) => toDiagnostic(finding, textOf)),
    stats,
  };
}

interface CompiledModule {
  readonly text: string;
  readonly stats: readonly FunctionStats[];
}

function compileModule(
  module: SourceModule,
  options: CompileProjectOptions,
  reporter: Reporter,
  textOf: (file: string) => string,
): CompiledModule {
  const step = <T>(
    pass: string,
    run: () => T,
    funcsOf: (made: T) => Iterable<Func>,
  ): T => {
    const made = inPass(pass, run);
    options.trace?.(pass, [...funcsOf(made)], module);
    return made;
  };
  const onFuncs = (pass: string, run: () => Program): Program =>
    step(pass, run, ({ funcs }) => funcs.values());
  const isOn = allBut(options.disable);
  const removed = new Map<string, Map<string, number>>();
  const settled = new WeakSet<Func>();
  const clean = (fn: Func): Func => {
    const took: Took = (pass, count) => tally(removed, fn.name, pass, count);
    return inPass("optimise", () => optimise(fn, took, isOn, settled));
  };

  const lowered = onFuncs("lower", () => settleHoles(module.program, reporter));
  // before any other pass: what the conventions say must not depend on an optimisation
  const marked = onFuncs("markNorms", () => markNorms(lowered));
  const primal = onFuncs("normalise", () => mapFuncs(marked, flattenThrows));
  const inlined = onFuncs("inline", () =>
    isOn("inline") ? inlineHelpers(primal) : primal,
  );
  // Twice: what is shared and hoisted shows which objects need not be, and what was in them can be shared in turn.
  const shared = onFuncs("optimise", () => mapFuncs(inlined, clean));
  const unrolled = onFuncs("unroll", () =>
    isOn("unroll") ? writeOut(shared, clean) : shared,
  );
  const asNumbers = (program: Program): Program =>
    mapFuncs(isOn("scalarReplace") ? replaceScalars(program) : program, clean);
  const scalar = onFuncs("scalarReplace", () =>
    unrolled === shared
      ? asNumbers(shared)
      : withFewerObjects(asNumbers(shared), asNumbers(unrolled)),
  );
  const versions = onFuncs("versions", () => {
    const made = isOn("versions") ? withVersions(scalar) : scalar;
    if (made === scalar || !isOn("unroll")) return scalar;
    return whereWorthIt(scalar, asNumbers(writeOut(made, clean)));
  });
  /** What is done to the loops before differentiation. */
  const withLoops = (
    versions: Program,
    onFuncs: (pass: string, run: () => Program) => Program,
  ): Program => {
    const inColumns = onFuncs("columns", () => {
      const made = isOn("columns") ? toColumns(versions) : versions;
      return made === versions ? versions : asNumbers(made);
    });
    const counted = onFuncs("inductions", () =>
      isOn("inductions")
        ? mapFuncs(inColumns, (fn) =>
            withoutCounters(clean(countLoops(fn)), clean),
          )
        : inColumns,
    );
    const filled = onFuncs("fill", () =>
      isOn("fill")
        ? mapFuncs(counted, (fn) => fillByCount(fillByIndex(pushAtEnd(fn))))
        : counted,
    );
    const together = onFuncs("joinLoops", () =>
      isOn("joinLoops")
        ? mapFuncs(filled, (fn) => clean(joinLoops(fn)))
        : filled,
    );
    const unswitched = onFuncs("unswitch", () =>
      isOn("unswitch")
        ? mapFuncs(together, (fn) => clean(unswitchLoops(fn)))
        : together,
    );
    return onFuncs("markInBounds", () =>
      isOn("bounds") ? markInBounds(unswitched) : unswitched,
    );
  };
  const bounded = withLoops(versions, onFuncs);
  const whole = isOn("versions")
    ? wholeNumbers(versions, exportNames)
    : undefined;
  const sized =
    isOn("versions") && isOn("bounds")
      ? sizedArrays(
          bounded,
          exportNames,
          (name) => whole?.counts.has(name) === true,
        )
      : undefined;
  const see = (
    activity: Activity,
    entry: Entry,
    influence: () => Activity,
  ): boolean => {
    const found = findingsOf(entry, activity, influence);
    const isError = (one: ActivityFinding): boolean =>
      findingFor(one).severity === "error";
    const hasErrors = found.some(isError);
    for (const one of found)
      // where an error hides what a result depends on, it is no news that it depends on nothing
      if (!hasErrors || one.kind !== "alwaysZero")
        reporter.report(findingFor(one));
    return !hasErrors;
  };
  const allOf = ({ exports, helpers }: Derived): Func[] => [
    ...exports,
    ...helpers,
  ];
  const derived = step(
    "derive",
    () => {
      const plain = derive(bounded, clean, see, isOn);
      const both = (near: (fn: Func) => Func): Func[] => {
        const other = (program: Program): Func[] =>
          derive(program, clean, () => true, isOn).exports.map(near);
        let exports = plain.exports.map(near);
        if (whole !== undefined)
          exports = eitherWay(
            exports,
            other(withLoops(whole.program, inPass)),
            whole,
          );
        return sized === undefined
          ? exports
          : forSizes(exports, other(sized.program), sized);
      };
      return finished(plain, both, clean, isOn, options.lengths);
    },
    allOf,
  );
  const stats = statsOf(scalar, derived, removed, textOf);
  if (options.emit === "ir")
    return {
      text: irText([...scalar.funcs.values(), ...allOf(derived)]),
      stats,
    };
  return {
    text: inPass("codegen", () => emit(module, derived, options)),
    stats,
  };
}

/** Twice: what an inner counter gains in a loop may be what an outer one gains in a trip. */
const withoutCounters = (fn: Func, clean: (fn: Func) => Func): Func =>
  clean(deriveInductions(clean(deriveInductions(fn))));

function finished(
  { helpers, notes }: Derived,
  exportsOf: (near: (fn: Func) => Func) => readonly Func[],
  clean: (fn: Func) => Func,
  isOn: Switches,
  lengths: Lengths | undefined,
): Derived {
  const last = (fn: Func): Func => finish(fn, clean, isOn);
  const near = (fn: Func): Func => {
    const out = isInto(fn.name) ? fn.body.params.at(-1) : undefined;
    const isAll = isGradientAlone(fn.name);
    const own = finish(fn, clean, isOn, { isAll, isInPair: true, out });
    return isOn("nearCopies") ? copyNear(own) : own;
  };
  const each = { exports: exportsOf(near), helpers: helpers.map(last) };
  const whole = { ...(isOn("dce") ? dropUnread(each) : each), notes };
  const done = isOn("split") ? inParts(whole, lengths) : whole;
  // After that: a part could not tell how much of a longer array is in use.
  return isOn("workspaces")
    ? { ...done, exports: done.exports.map(markWorkspaces) }
    : done;
}

/** `fGrad`, among the exports. */
const isInto = (name: string): boolean => name.endsWith("ValueAndGradInto");

const isGradientAlone = (name: string): boolean =>
  name.endsWith("Grad") && !name.endsWith("ValueAndGrad");

/** Functions that V8 would find too long to optimise become several. */
function inParts(
  { exports, helpers, notes }: Derived,
  lengths: Lengths | undefined,
): Derived {
  const names = new Set([...exports, ...helpers].map(({ name }) => name));
  const uniqueName = (wanted: string): string => {
    let name = wanted;
    for (let n = 2; names.has(name); n++) name = `${wanted}_${n}`;
    names.add(name);
    return name;
  };
  const parts: Func[] = [];
  const cut = (fn: Func): Func => {
    const split = splitLong(fn, uniqueName, lengths);
    parts.push(...split.parts);
    return split.fn;
  };
  const whole = { exports: exports.map(cut), helpers: helpers.map(cut) };
  return { ...whole, helpers: [...whole.helpers, ...parts], notes };
}

/** What was differentiated, then what came of it. */
function irText(funcs: readonly Func[]): string {
  const byName = new Map(funcs.map((fn) => [fn.name, fn]));
  return [...byName.values()].map(printFunc).join("\n");
}

function tally(
  removed: Map<string, Map<string, number>>,
  name: string,
  pass: string,
  count: number,
): void {
  const ofFunction = removed.get(name) ?? new Map<string, number>();
  ofFunction.set(pass, (ofFunction.get(pass) ?? 0) + count);
  removed.set(name, ofFunction);
}

function mapFuncs(program: Program, pass: (fn: Func) => Func): Program {
  const funcs = new Map(
    [...program.funcs].map(([name, fn]) => [name, pass(fn)]),
  );
  return { ...program, funcs };
}

/** The command line begins anew with a larger stack. */
const isOverflow = ({ message }: Error): boolean =>
  /Maximum call stack size/.test(message);

/** A fault of ours becomes a diagnostic that says so; it never hides behind the user's code. */
function guarded<T>(
  reporter: Reporter,
  module: SourceModule,
  run: () => T,
): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Error) || isOverflow(error)) throw error;
    const span: Span =
      error instanceof InternalError && error.span
        ? error.span
        : { ...noSpan, file: module.file };
    reporter.report({
      code: "DC9001",
      severity: "error",
      span,
      message: `internal fault in ${passOf(error) ?? "compile"}: ${error.message}`,
      help: "this is a fault of diffc, not of your code: please report it with this message, the version (diffc --version) and the function that shows it",
    });
    return undefined;
  }
}

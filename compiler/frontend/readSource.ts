import { ts } from "ts-morph";
import { entryOf as entryOfCode, type Code } from "../diagnostics/codes.js";
import type { Finding } from "../diagnostics/diagnostic.js";
import { newReporter, type Reporter } from "../diagnostics/reporter.js";
import {
  findAnnotated,
  functionNamed,
  type Annotated,
} from "./entries/annotated.js";
import { entryOf } from "./entries/entries.js";
import { exportsOf } from "./entries/entryModes.js";
import type { EntryInput } from "./entries/entryInput.js";
import type { Wanted } from "./javascript/growingViews.js";
import type { PackageInfo } from "./project/packageFiles.js";
import type { Session, SourceModule } from "./readProject.js";
import { methodName } from "./lower/classes/lowerDispatch.js";
import { parameterTy } from "./lower/functions/lowerSignature.js";
import { reExported } from "./entries/reExports.js";
import { newKept } from "./kept/kept.js";
import { refuseLeaks } from "./kept/leaks.js";
import { attempt, type Allowance } from "./context.js";
import { newWideTypes } from "./types/wideTypes.js";
import { newRoom, type Room } from "./room/room.js";
import { hashInputs, styleOf, topLevelNames } from "./project/sourceFacts.js";
import type { Entry } from "../ir/program.js";
import type { Special } from "./special.js";
import { argumentCase } from "./entries/unionCases.js";
import { variantsOf, type Variant } from "./entries/variants.js";

interface Read {
  readonly module: SourceModule | undefined;
  /** How many functions were asked for, also where they have errors. */
  readonly selected: number;
}

/**
 * Lowers the annotated functions of one file and all that they call, from whatever module. What makes the code of all
 * dearer is allowed only where the file cannot do without: it is then read once more.
 */
export function readSource(
  file: ts.SourceFile,
  session: Session,
  reporter: Reporter,
): Read {
  let allowed: ReadonlySet<Allowance> = new Set();
  const kept = newKept(session.project.checker);
  const wide = newWideTypes(session.project.checker);
  // what was found before functions were kept in memory, which is simpler to understand
  let first: Reporter | undefined;
  const ifRefused: Wanted[] = [];
  for (let turn = 0; ; turn++) {
    const own = newReporter();
    kept.start();
    wide.start();
    const room = newRoom(file, session, own, allowed, kept, wide);
    const read = readIn(room, file, session);
    const { wanted } = room;
    ifRefused.push(...room.ifRefused);
    const more = new Set([...allowed, ...wanted]);
    const isFound = read.module !== undefined;
    if (!isFound) wide.wantLiterals();
    const isWell = isFound && !wanted.has("hollow");
    const isNew = more.size > allowed.size && !isWell;
    const isStale = kept.isStale || (wide.isStale && !isFound);
    if (isNew || (isStale && turn < mostTurns)) {
      if (!isNew) first ??= own;
      allowed = more;
      continue;
    }
    if (!isFound) session.want(ifRefused);
    if (isStale) return refused(first ?? own, reporter, read);
    const isClear = wide.isUsed
      ? own.findings.every((one) => isAmong(one, first))
      : own.findings.every(({ message }) => !saysRecords.test(message));
    const shown = isFound || isClear ? own : (first ?? own);
    for (const finding of shown.findings) reporter.report(finding);
    return read;
  }
}

function refused(found: Reporter, reporter: Reporter, read: Read): Read {
  for (const finding of found.findings) reporter.report(finding);
  return { ...read, module: undefined };
}

/** Of records that stand for functions the user knows nothing. */
const saysRecords = /stands where one of type|\{ fn: string/;

const isAmong = (one: Finding, others: Reporter | undefined): boolean =>
  others?.findings.some(
    ({ message, span }) =>
      message === one.message && span.start === one.span.start,
  ) === true;

/** A list of lists of functions of lists has no end. */
const mostTurns = 40;

function readIn(room: Room, file: ts.SourceFile, session: Session): Read {
  const own = room.checkFile(file);
  if (own.syntax.length > 0) return { module: undefined, selected: 0 };
  const annotated = selectFunctions(file, session, room);
  const asked = annotated.flatMap((one) => enter(one, file, session, room));
  refuseSameExports(asked, room);
  const lowered = room.lowerQueue();
  for (const touched of room.touched) room.checkFile(touched);
  const { funcs, entries } = room.withoutStates(lowered, asked);
  if (!room.failed()) refuseLeaks(funcs, entries, room);
  if (!room.failed()) room.refuseUntyped();
  if (room.failed() || entries.length === 0)
    return { module: undefined, selected: annotated.length };
  const { config, keyOf } = session.project;
  const module: SourceModule = {
    file: keyOf(file.fileName),
    program: { funcs, entries },
    importExtension:
      config.importExtension ?? styleOf(file) ?? (config.bundler ? "" : ".js"),
    uncheckedIndexed: config.uncheckedIndexed,
    hashInputs: hashInputs(file, room.touched),
    topLevelNames: topLevelNames(file),
    packages: packagesOf(room.touched, session),
  };
  return { module, selected: annotated.length };
}

/** The packages that the program has code of. */
function packagesOf(
  touched: ReadonlySet<ts.SourceFile>,
  { project }: Session,
): PackageInfo[] {
  const found = new Map<string, PackageInfo>();
  for (const file of touched) {
    const info = project.code.packageOf(file);
    if (info !== undefined && !project.isUserFile(file))
      found.set(info.name, info);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function selectFunctions(
  file: ts.SourceFile,
  session: Session,
  room: Room,
): Annotated[] {
  const { options, project } = session;
  const { fn } = options;
  const key = project.keyOf(file.fileName);
  const { annotated, misplaced } = findAnnotated(file);
  if (fn !== undefined) {
    const named = functionNamed(file, fn);
    const tagged = annotated.find(({ name, decl }) =>
      named === undefined ? name.text === fn : decl === named.decl,
    );
    const found = tagged ?? named ?? reExported(file, fn, session, room);
    return found === undefined ? [] : [found];
  }
  for (const { code, word, message, help } of misplaced) {
    const span = { file: key, start: word.start, end: word.end };
    room.report({ code, severity: "error", span, message, help });
  }
  return annotated;
}

function enter(
  annotated: Annotated,
  file: ts.SourceFile,
  { options, project }: Session,
  room: Room,
): Entry[] {
  const { decl, name } = annotated;
  const key = project.keyOf(file.fileName);
  const kinds = ["DC2007", "DC2008"];
  let isPlain = true;
  const input: EntryInput = {
    checker: project.checker,
    file,
    key,
    wrt: options.wrt,
    modes: options.modes,
    tyOf: room.readTy,
    typeTextOf: room.ctx.typeTextOf,
    report({ start, end }, code: Code, message, help) {
      if (kinds.includes(code)) isPlain = false;
      const span = { file: key, start, end };
      const isWarning = entryOfCode(code).category === "warning";
      const severity = isWarning ? "warning" : "error";
      room.report({ code, severity, span, message, help });
    },
  };
  const variants = isPlainFunction(decl)
    ? (attempt(() => variantsOf(room.ctx, annotated)) ?? [])
    : [];
  if (variants.length > 0)
    return enterVariants(annotated, variants, input, room);
  const func = annotatedName(annotated, room);
  if (func === undefined) {
    attempt(() => entryOf(annotated, name.text, input));
    return [];
  }
  const entry = attempt(() => entryOf(annotated, func, input));
  return entry === undefined || !isPlain || decl === undefined ? [] : [entry];
}

/** The function once for each combination of the kinds of arguments that it takes; where one is refused, none. */
function enterVariants(
  annotated: Annotated,
  variants: readonly Variant[],
  input: EntryInput,
  room: Room,
): Entry[] {
  const { decl } = annotated;
  room.markEntry(decl);
  const made = attempt(() =>
    variants.map((variant) => {
      const args = decl.parameters.map(
        (one, k) => variant.cases[k]?.ty ?? parameterTy(room.ctx, one),
      );
      const special = { ...specialFor(annotated, room), args };
      const { name: func, result } = room.ctx.specialise(
        { ...special, name: variant.name, cases: variant.cases },
        decl,
      );
      return { variant, args, func, result };
    }),
  );
  const isGrad = made?.every(({ result }) => result?.kind === "num");
  const defaultMode = isGrad ? "grad" : "vjp";
  const entries: Entry[] = [];
  for (const { variant, args, func, result } of made ?? []) {
    const own = { ...input, variant: { args, result, defaultMode } as const };
    const entry = attempt(() => entryOf(annotated, func, own));
    if (entry === undefined) return [];
    const cases = [
      ...(annotated.owner ? [undefined] : []),
      ...variant.cases.map((one) => one && argumentCase(one)),
    ];
    const of = entry.exportName;
    entries.push({
      ...entry,
      exportName: variant.name,
      variant: { of, cases },
    });
  }
  return entries;
}

const isPlainFunction = (decl: ts.FunctionLikeDeclaration): boolean =>
  decl.modifiers?.some((one) => one.kind === ts.SyntaxKind.AsyncKeyword) !==
    true &&
  decl.asteriskToken === undefined &&
  !decl.typeParameters?.length;

/** Queues the function; undefined for one that cannot be lowered, which the checks of the annotation report. */
function annotatedName(annotated: Annotated, room: Room): string | undefined {
  const { decl, name, owner } = annotated;
  if (!isPlainFunction(decl)) return undefined;
  room.markEntry(decl);
  if (owner === undefined) return attempt(() => room.ctx.funcFor(decl, name));
  return attempt(() => {
    const args = decl.parameters.map((one) => parameterTy(room.ctx, one));
    const special = { ...specialFor(annotated, room), args };
    return room.ctx.specialise(special, decl).name;
  });
}

/** A method is a function of its object. */
function specialFor(
  { decl, name: id, owner }: Annotated,
  { ctx }: Room,
): Omit<Special, "args"> {
  if (owner === undefined) return { decl, name: id.text, env: new Map() };
  const type = ctx.checker.getTypeAtLocation(owner);
  const ty = ctx.tyOf(type, owner.name ?? owner);
  const instance =
    ctx.classes.instanceOf(ty) ??
    (ctx.classes.familyOf(ty) ?? [])
      .map((one) => ctx.classes.instanceOf(one))
      .find((one) => one?.symbol === type.symbol);
  if (instance === undefined)
    return ctx.refuse(
      owner.name ?? owner,
      "DC2001",
      "the method of an abstract class is annotated",
      "annotate a function that takes the object as a parameter",
    );
  const name = methodName(instance, decl.name?.getText() ?? "method");
  return { decl, name, env: new Map(), self: { ty, instance } };
}

function refuseSameExports(entries: readonly Entry[], room: Room): void {
  const first = new Map<string, Entry>();
  for (const entry of entries) {
    for (const name of exportsOf(entry)) {
      const other = first.get(name);
      first.set(name, other ?? entry);
      if (other === undefined || other.span.start === entry.span.start)
        continue;
      room.report({
        code: "DC1108",
        severity: "error",
        span: entry.span,
        message: `${entry.exportName} and ${other.exportName} would both export ${name}`,
        help: "rename one of the functions, or give it other modes",
        related: [{ span: other.span, message: "the other function" }],
      });
      break;
    }
  }
}

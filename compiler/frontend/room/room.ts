import { ts } from "ts-morph";
import { newKeyOrder } from "../lower/records/keyOrder.js";
import type { Finding } from "../../diagnostics/diagnostic.js";
import type { Reporter } from "../../diagnostics/reporter.js";
import type { Func } from "../../ir/ir.js";
import { elementsOfBareArrays } from "../javascript/bareArrays.js";
import { newBindings } from "../names/bindings.js";
import { untypedCopies } from "../names/untypedCopies.js";
import { constantOf } from "../names/constants.js";
import {
  attempt,
  Refuse,
  type Allowance,
  type LowerContext,
} from "../context.js";
import type { EntryInput } from "../entries/entryInput.js";
import { copyFromCall } from "../javascript/jsCopies.js";
import { typesBelow } from "../javascript/jsResultTypes.js";
import { textOfExpression } from "../javascript/jsExpressionType.js";
import {
  namesAsked,
  typesFromCall,
  typesOfArguments,
} from "../javascript/jsTypes.js";
import { boxed } from "../kept/boxedVariables.js";
import { filesBehind } from "../kept/literalMembers.js";
import { asClass, isOfLiteral } from "../kept/literalClasses.js";
import { servedNear } from "../kept/servedNear.js";
import { wantNear } from "../kept/wantNear.js";
import type { Kept } from "../kept/kept.js";
import { newLinker } from "../project/linking.js";
import { looseIn } from "../project/tsconfig.js";
import { reasonBehind, reasonIn } from "../lower/functions/lowerUnreadable.js";
import { resolveStates } from "../state/moduleState.js";
import { newNames } from "../names/names.js";
import type { Session } from "../readProject.js";
import { describeAny, saysAny } from "./roomAny.js";
import type { Wanted } from "../javascript/growingViews.js";
import { lineOf } from "./roomDeclarations.js";
import { newFunctions } from "./roomFunctions.js";
import { newStates } from "./roomStates.js";
import { newTrials } from "./roomTrial.js";
import { findingsOf } from "../javascript/typeErrors.js";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { newStatements } from "../syntax/mentions.js";
import { bareExpression, definedSymbol } from "../syntax/scan.js";
import { newTypeReader, type TypeEnv } from "../types/types.js";
import type { WideTypes } from "../types/wideTypes.js";
import { problem } from "../types/typeProblem.js";
import type { Entry } from "../../ir/program.js";

/** What lowering one file keeps: its names, the functions that wait, and whether anything went wrong. */
export interface Room {
  readonly ctx: LowerContext;
  readonly touched: ReadonlySet<ts.SourceFile>;
  readonly readTy: EntryInput["tyOf"];
  report(finding: Finding): void;
  /** The code of a function that a name stands for of which only a declaration file tells. */
  linked(name: ts.Expression): ts.FunctionLikeDeclaration | undefined;
  failed(): boolean;
  /** What was not allowed, and asked for. */
  readonly wanted: ReadonlySet<Allowance>;
  /** Reports the errors of a file that matters. */
  checkFile(file: ts.SourceFile): ReturnType<Session["errorsOf"]>;
  lowerQueue(): Map<string, Func>;
  /** The functions and entries without memory of the module that functions write into. */
  withoutStates(
    funcs: Map<string, Func>,
    entries: readonly Entry[],
  ): { funcs: Map<string, Func>; entries: readonly Entry[] };
  /** Its parameters come from outside. */
  markEntry(decl: ts.Node): void;
  /** What the program may have in it so that the file can be read, where it cannot be as it is. */
  readonly ifRefused: readonly Wanted[];
  /** Reports copies of JavaScript that would be no clean TypeScript. */
  refuseUntyped(): void;
}

export function newRoom(
  file: ts.SourceFile,
  session: Session,
  shared: Reporter,
  allowed: ReadonlySet<Allowance>,
  kept: Kept,
  wide: WideTypes,
): Room {
  const { project, facts, spanOf } = session;
  const { checker } = project;
  const names = newNames();
  const { nulls: looseNulls } = looseIn(project.config);
  const touched = new Set<ts.SourceFile>();
  let failed = false;
  const reporter: Reporter = {
    findings: shared.findings,
    report(finding) {
      failed ||= finding.severity === "error";
      shared.report(finding);
    },
  };
  const isSource = (other: ts.SourceFile): boolean =>
    !other.isDeclarationFile && !project.isDefaultLibrary(other);
  const touch = (other: ts.SourceFile): void => {
    if (other !== file && isSource(other)) touched.add(other);
  };
  const trials = newTrials(reporter, spanOf);
  const { tried } = trials;
  const refusing =
    (read: () => LowerContext["tryTyOf"]): LowerContext["refuse"] =>
    (node, ...why) => {
      // where functions are in play, they may have to be kept in memory
      if (!trials.isTrying()) {
        wantNear(checker, kept, read(), node);
        ifRefused.push(
          ...servedNear(checker, classes, code, filesOfRoom(), node),
        );
      }
      return trials.refuse(node, ...why);
    };
  const refuse = refusing(() => ctx.tryTyOf);
  const { classes, replaced } = session;
  const funcs = new Map<string, Func>();
  const entries = new Set<ts.Node>();
  const wanted = new Set<Allowance>();
  const keyOrder = newKeyOrder();
  const holes = new Set<"made" | "asked">();
  const ifRefused: Wanted[] = [];
  let behind: ReadonlySet<ts.SourceFile> | undefined;
  const filesOfRoom = (): ReadonlySet<ts.SourceFile> =>
    (behind ??= filesBehind(checker, classes.files(), file));
  const ownFirst = (): ReadonlySet<ts.SourceFile> =>
    new Set([file, ...filesOfRoom()]);
  const allows = (what: Allowance): boolean => {
    if (!allowed.has(what)) wanted.add(what);
    return allowed.has(what);
  };
  const { code } = project;
  const linker = newLinker(project, (wanted) => {
    session.want(wanted);
    throw new Refuse();
  });
  const bindings = newBindings({
    project,
    facts,
    names,
    refuse,
    touch,
    noteCalls: (node) => session.want(typesBelow(checker, [node], code)),
  });
  const context = (): LowerContext => ctx;
  const states = newStates({
    session,
    names,
    bindings,
    tried,
    funcs,
    touch,
    context,
  });
  const functions = newFunctions({
    session,
    names,
    trials,
    reporter,
    funcs,
    isSource,
    touch,
    checkFile,
    context,
  });

  const contextWith = (env: TypeEnv): LowerContext => {
    const types = newTypeReader(
      checker,
      project.isDefaultLibrary,
      touch,
      classes,
      env,
      (type) => {
        const found = tried(() => bindings.typeTextOf(type, file));
        return "text" in found ? found : undefined;
      },
      () => allows("trees"),
      kept,
      wide,
    );
    const own: LowerContext = {
      checker,
      classes,
      kept,
      wide,
      env,
      withTypes: (more) => (more.size === 0 ? ctx : contextWith(more)),
      isEntry: (decl) => entries.has(decl),
      keyOrder,
      listsKeys: (at) => facts.listsKeys(at.getSourceFile()),
      walksKeys: (at, names) => facts.walksKeys(at.getSourceFile(), names),
      isNeverWritten: (symbol) => facts.isNeverWritten(facts.originOf(symbol)),
      tables: facts.tables,
      isChangedOutside: facts.isChangedOutside,
      isOnlyRead: (symbol) => facts.isOnlyRead(facts.originOf(symbol)),
      keepsValue: (symbol) => !facts.isReassigned(facts.originOf(symbol)),
      isExported: (symbol) => facts.exportsValue(symbol),
      nameApart: (symbol) => classes.nameApart(symbol, ownFirst()),
      tryTyOf: (type) => types.tyOf(type),
      funcFor: functions.funcFor,
      specialise: functions.specialise,
      define: functions.define,
      refuseReplaced: functions.refuseReplaced,
      refuseReplacedLibrary(name, at) {
        const place = replaced.library(name);
        if (place === undefined) return;
        refuse(
          at,
          "DC2120",
          `${name} is not the library's own here: line ${lineOf(place)} gives it another function`,
          "call the other function by a name of its own",
        );
      },
      reporter,
      spanOf,
      refuse: refusing(() => types.tyOf),
      allows,
      hasHoles: allowed.has("holes"),
      isHollow: allowed.has("hollow"),
      meetsHoles(what) {
        holes.add(what);
        if (holes.size === 2) allows("hollow");
      },
      ...bindings,
      constantOf: (symbol) => {
        const value = constantOf(symbol, checker);
        if (value !== undefined) touchSymbol(symbol);
        return value;
      },
      tyOf(type, at) {
        const ty = types.tyOf(type);
        if (ty.kind !== "problem") return ty;
        if (ty.isAny) {
          openMade(at);
          typeBareArrays(at.getSourceFile());
          // the calls below may say more when the program is read anew
          const below = [at, ...givenTo(at), ...builtBy(at)];
          session.want(typesBelow(checker, below, code));
        }
        // `any` that comes from an error which is reported anyway
        const follows = ty.isAny && !saysAny(at);
        if (follows && checkFile(at.getSourceFile()).types.length > 0)
          throw new Refuse();
        if (!ty.message.startsWith("the type here"))
          return refuse(at, ty.code, ty.message, ty.help);
        const reason = reasonIn(checker, at) ?? reasonBehind(checker, at);
        if (reason !== undefined)
          return refuse(reason.node, reason.code, reason.message, reason.help);
        const { message, help } = describeAny(ty, at);
        return refuse(at, ty.code, message, help);
      },
      stateOf: states.stateOf,
      noteArguments: (decl, given) =>
        session.want(typesOfArguments(checker, decl, given, code)),
      noteCall: (call, decl) =>
        session.want(typesFromCall(checker, call, decl, code)),
      copyFor,
      openPackage: (name) => linker.open(name),
      linkedCode: (name) => linker.implementationOf(name),
      linkedVariable: (name) => linker.variableOf(name),
      noteMade: (decl) => session.want(typesBelow(checker, [decl], code)),
      noteLiteral(literal) {
        ifRefused.push(...asClass(checker, literal, code, filesOfRoom()));
      },
      isOfLiteral: (symbol) => isOfLiteral(symbol, code),
      noteBoxed: (symbol) => session.want(boxed(checker, symbol, code)),
      implementationOf: (call) => {
        const decl = linker.implementationOf(call.expression);
        if (decl === undefined) return undefined;
        openArguments(call, decl);
        const own = copyFor(call, decl);
        if (own === decl)
          session.want(typesFromCall(checker, call, decl, code));
        return own;
      },
    };
    return own;
  };
  const ctx = contextWith(new Map());
  return {
    ctx,
    touched,
    ifRefused,
    readTy: (type) =>
      wide.reaches(type)
        ? problem(
            "DC2003",
            `objects of type ${checker.typeToString(type)} come from outside, and are kept with others of several kinds`,
            "copy them into objects of the function's own",
          )
        : ctx.tryTyOf(type),
    report: (finding) => reporter.report(finding),
    linked: (name) => linker.implementationOf(name),
    failed: () => failed,
    wanted,
    checkFile,
    lowerQueue() {
      functions.lowerQueue();
      return funcs;
    },
    withoutStates: (lowered, given) =>
      resolveStates(lowered, given, states.byBinding, (finding) =>
        reporter.report(finding),
      ),
    markEntry: (decl) => void entries.add(decl),
    refuseUntyped() {
      for (const { at, message, help } of untypedCopies(
        bindings.copiesOfJavaScript,
        project,
      ))
        attempt(() => refuse(at, "DC2006", message, help));
    },
  };

  function copyFor(
    call: ts.Node,
    decl: ts.FunctionLikeDeclaration,
  ): ts.FunctionLikeDeclaration {
    if (!ts.isCallExpression(call) && !ts.isNewExpression(call)) return decl;
    const copied = copyFromCall(checker, call, decl, code);
    if (copied === undefined) return decl;
    session.want(copied.wanted);
    return copied.decl ?? decl;
  }

  /** `const b = new Bezier(...)`, of a package without declarations. */
  function openMade(at: ts.Node): void {
    const { parent } = at;
    const made =
      ts.isIdentifier(at) && ts.isVariableDeclaration(parent)
        ? parent.initializer
        : undefined;
    if (made && ts.isNewExpression(made)) linker.open(made.expression);
  }

  /** `length(lineString(points))`: declarations say of what the one gives, and the other looks into, that it may be anything. */
  function openArguments(
    call: ts.CallExpression,
    decl: ts.FunctionLikeDeclaration,
  ): void {
    for (const [k, given] of call.arguments.entries()) {
      const parameter = decl.parameters[k];
      if (parameter === undefined || ts.isSpreadElement(given)) return;
      const node = bareExpression(given);
      const held = ts.isIdentifier(node)
        ? definedSymbol(checker, node)?.valueDeclaration
        : undefined;
      const made =
        held && ts.isVariableDeclaration(held) && held.initializer
          ? bareExpression(held.initializer)
          : node;
      if (!ts.isCallExpression(made)) continue;
      if (textOfExpression(checker, node, decl) !== undefined) continue;
      if (namesAsked(checker, parameter).length > 0)
        linker.open(made.expression);
    }
  }

  /** `const r = solved(m)`, of a function of JavaScript in the project. */
  function givenTo(at: ts.Node): readonly ts.Node[] {
    const { parent } = at;
    const isName = ts.isVariableDeclaration(parent) && parent.name === at;
    return isName && parent.initializer ? [parent.initializer] : [];
  }

  /** What makes a table of a module: `const table = []; for (...) table.push(f(i));` */
  function builtBy(at: ts.Node): readonly ts.Node[] {
    if (!ts.isIdentifier(at) || !isJavaScript(at)) return [];
    const symbol = definedSymbol(checker, at);
    const decl = symbol?.valueDeclaration;
    const isOfModule =
      decl &&
      ts.isVariableDeclaration(decl) &&
      ts.isSourceFile(decl.parent.parent.parent);
    if (!isOfModule) return [];
    const all = newStatements(at.getSourceFile().statements);
    return all
      .saying(new Set([at.text]))
      .filter((one) => !ts.isFunctionDeclaration(one));
  }

  function typeBareArrays(source: ts.SourceFile): void {
    if (!project.isUserFile(source)) return;
    readWith(source, elementsOfBareArrays(checker, source, code));
  }

  /** The file anew, with types in it that diffc has found. */
  function readWith(source: ts.SourceFile, found: readonly Wanted[]): void {
    if (found.length === 0) return;
    // errors are those of the text as it was written
    session.errorsOf(source);
    session.want(found);
    throw new Refuse();
  }

  function touchSymbol(symbol: ts.Symbol): void {
    for (const one of facts.originOf(symbol).declarations ?? [])
      touch(one.getSourceFile());
  }

  function checkFile(other: ts.SourceFile): ReturnType<Session["errorsOf"]> {
    const errors = session.errorsOf(other);
    for (const finding of findingsOf(errors, project.keyOf, looseNulls))
      reporter.report(finding);
    return errors;
  }
}

import { ts } from "ts-morph";
import { InternalError } from "../diagnostics/invariant.js";
import type { Finding } from "../diagnostics/diagnostic.js";
import type { Reporter } from "../diagnostics/reporter.js";
import type { Binding, Entry, Func } from "../ir/ir.js";
import { bare, isRef, type Ty } from "../ir/types.js";
import { newBindings } from "./bindings.js";
import { constantOf } from "./constants.js";
import { Refuse, type LowerContext } from "./context.js";
import type { EntryInput } from "./entryInput.js";
import { isJavaScript } from "./jsFunctions.js";
import { typesFromCall, typesInside, typesOfArguments } from "./jsTypes.js";
import { newLinker } from "./linking.js";
import type { LowerMaker } from "./lowerModuleState.js";
import { reasonIn } from "./lowerUnreadable.js";
import {
  resolveStates,
  type ModuleState,
  type Refusal,
} from "./moduleState.js";
import { newNames } from "./names.js";
import type { Session } from "./readProject.js";
import { keyOfTy, type Special, type Specialised } from "./special.js";
import { findingsOf } from "./typeErrors.js";
import { newTypeReader, type TypeEnv } from "./types.js";
import {
  implementationOf,
  lineOf,
  pointAt,
  symbolOf,
} from "./roomDeclarations.js";
import { describeAny, saysAny } from "./roomAny.js";

/** What lowering one file keeps: its names, the functions that wait, and whether anything went wrong. */
export interface Room {
  readonly ctx: LowerContext;
  readonly touched: ReadonlySet<ts.SourceFile>;
  readonly readTy: EntryInput["tyOf"];
  report(finding: Finding): void;
  /** The code of a function that a name stands for of which only a declaration file tells. */
  linked(name: ts.Expression): ts.FunctionLikeDeclaration | undefined;
  failed(): boolean;
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
}

export function newRoom(
  file: ts.SourceFile,
  session: Session,
  shared: Reporter,
): Room {
  const { project, facts, spanOf } = session;
  const { checker } = project;
  const names = newNames();
  const { strict, strictNullChecks } = project.config.options;
  const looseNulls = !(strictNullChecks ?? strict ?? true);
  const touched = new Set<ts.SourceFile>();
  const queue: {
    decl: ts.FunctionLikeDeclaration;
    name: string;
    lower?: () => Func;
  }[] = [];
  const queued = new Map<ts.Node, string>();
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
  let trial: { refusal?: Refusal; readonly keys: string[] } | undefined;
  const refuse: LowerContext["refuse"] = (node, code, message, help) => {
    if (trial !== undefined) {
      trial.refusal = { code, message, help };
      throw new Refuse();
    }
    const span = spanOf(pointAt(node));
    reporter.report({ code, severity: "error", span, message, help });
    throw new Refuse();
  };
  const { classes, replaced } = session;
  const funcs = new Map<string, Func>();
  const specials = new Map<string, Specialised | "open" | "refused">();
  const specialNames = new Map<string, string>();
  const ids = new Map<object, number>();
  const idOf = (one: object): number => {
    const known = ids.get(one) ?? ids.size;
    ids.set(one, known);
    return known;
  };
  const entries = new Set<ts.Node>();
  const states = new Map<ts.Symbol, ModuleState | "none">();
  const stateBindings = new Map<Binding, ModuleState>();
  const { originalOf } = project.code;
  const linker = newLinker(project, (wanted) => {
    session.want(wanted);
    throw new Refuse();
  });
  const bindings = newBindings({ project, facts, names, refuse, touch });

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
    );
    const own: LowerContext = {
      checker,
      classes,
      env,
      withTypes: (more) => (more.size === 0 ? ctx : contextWith(more)),
      isEntry: (decl) => entries.has(decl),
      isExported: (symbol) => facts.exportNameOf(symbol) !== undefined,
      tryTyOf: (type) => types.tyOf(type),
      refuseReplaced,
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
      specialise,
      reporter,
      spanOf,
      refuse,
      ...bindings,
      constantOf: (symbol) => {
        const value = constantOf(symbol, checker);
        if (value !== undefined) touchSymbol(symbol);
        return value;
      },
      tyOf(type, at) {
        const ty = types.tyOf(type);
        if (ty.kind !== "problem") return ty;
        if (ty.isAny) openMade(at);
        // `any` that comes from an error which is reported anyway
        const follows = ty.isAny && !saysAny(at);
        if (follows && checkFile(at.getSourceFile()).types.length > 0)
          throw new Refuse();
        if (!ty.message.startsWith("the type here"))
          return refuse(at, ty.code, ty.message, ty.help);
        const reason = reasonIn(checker, at);
        if (reason !== undefined)
          return refuse(reason.node, reason.code, reason.message, reason.help);
        const { message, help } = describeAny(ty, at);
        return refuse(at, ty.code, message, help);
      },
      stateOf,
      funcFor,
      noteArguments: (decl, given) =>
        session.want(typesOfArguments(checker, decl, given, originalOf)),
      openPackage: (name) => linker.open(name),
      implementationOf: (call) => {
        const decl = linker.implementationOf(call.expression);
        if (decl === undefined) return undefined;
        session.want(typesFromCall(checker, call, decl, originalOf));
        return decl;
      },
      define(decl, start) {
        const wanted = symbolOf(decl, checker)?.name ?? decl.name?.getText();
        const name = names.fresh(wanted ?? "helper");
        touch(decl.getSourceFile());
        queue.push({ decl, name, lower: start(name) });
        return name;
      },
    };
    return own;
  };
  const ctx = contextWith(new Map());
  return {
    ctx,
    touched,
    readTy: ctx.tryTyOf,
    report: (finding) => reporter.report(finding),
    linked: (name) => linker.implementationOf(name),
    failed: () => failed,
    checkFile,
    lowerQueue,
    withoutStates: (lowered, given) =>
      resolveStates(lowered, given, stateBindings, (finding) =>
        reporter.report(finding),
      ),
    markEntry: (decl) => void entries.add(decl),
  };

  /** Runs what may be refused, without a word to the user. */
  function tried<T>(run: () => T): T | Refusal {
    const outer = trial;
    const own: { refusal?: Refusal; readonly keys: string[] } = { keys: [] };
    trial = own;
    try {
      return run();
    } catch (error) {
      if (!(error instanceof Refuse) || own.refusal === undefined) throw error;
      for (const key of own.keys) specials.delete(key);
      return own.refusal;
    } finally {
      trial = outer;
    }
  }

  function stateOf(
    symbol: ts.Symbol,
    at: ts.Node,
    lower: LowerMaker,
  ): ModuleState | undefined {
    const origin = facts.originOf(symbol);
    const known = states.get(origin);
    if (known !== undefined) return known === "none" ? undefined : known;
    // its own initializer mentions it
    states.set(origin, "none");
    const made = makeState(symbol, origin, at, lower);
    states.set(origin, made ?? "none");
    return made;
  }

  function makeState(
    symbol: ts.Symbol,
    origin: ts.Symbol,
    at: ts.Node,
    lower: LowerMaker,
  ): ModuleState | undefined {
    const kind = facts.stateKind(origin);
    const decl = origin.valueDeclaration;
    const isField = decl !== undefined && ts.isPropertyDeclaration(decl);
    if (kind === "none" || !decl) return undefined;
    if (!ts.isVariableDeclaration(decl) && !isField) return undefined;
    // of a class, and nobody changes it: made where it is used
    if (isField && kind === "read") return undefined;
    const isVariable = kind === "variable";
    const bound = tried(() => bindings.bindingOf(symbol, at));
    const refusal = "name" in bound ? undefined : bound;
    if (kind === "read" && refusal === undefined) return undefined;
    const name = names.of(origin, origin.name);
    const make = names.fresh(
      `make${name.replace(/^_*(.)/, (_, first: string) => first.toUpperCase())}`,
    );
    const func = tried(() => lower(decl, make, ctx, isVariable));
    if (func === undefined || "code" in func) return undefined;
    const [ty] = func.results;
    if (ty === undefined) return undefined;
    funcs.set(make, func);
    touch(decl.getSourceFile());
    const from = { kind: "copy", text: "", needs: [] } as const;
    const binding = "name" in bound ? bound : { name, typeOnly: false, from };
    const state: ModuleState = {
      name,
      ty,
      make,
      binding,
      refusal,
      isFixed: kind === "read",
      isMadeAnew: isField && !facts.isWrittenByName(origin),
      isVariable,
      changing: changingIn(name, origin, ty, isVariable),
    };
    stateBindings.set(binding, state);
    return state;
  }

  /** What is another object, or has another length, at some time: seen from what is assigned anywhere. */
  function changingIn(
    name: string,
    origin: ts.Symbol,
    ty: Ty,
    isVariable: boolean,
  ): string[] {
    const found: string[] = [];
    const visit = (shape: string, given: Ty): void => {
      const one = bare(given);
      if (one.kind === "array") {
        if (one.store === "js" && facts.isResized(origin))
          found.push(`${shape}.length`);
        if (isRef(bare(one.elem)) && facts.hasElementsWritten(origin))
          found.push(`${shape}[]`);
        visit(`${shape}[]`, one.elem);
      }
      if (one.kind !== "record") return;
      for (const field of one.fields) {
        const inner = `${shape}.${field.name}`;
        if (isRef(bare(field.ty)) && classes.isWritten(one, field.name))
          found.push(inner);
        visit(inner, field.ty);
      }
    };
    visit(name, ty);
    return isVariable ? [...found, `${name}.value`] : found;
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

  function funcFor(given: ts.FunctionLikeDeclaration, at: ts.Node): string {
    const decl = implementationOf(given, checker);
    refuseReplaced(decl, at);
    if (ts.isCallExpression(at))
      session.want(typesFromCall(checker, at, decl, originalOf));
    const known = queued.get(decl);
    if (known !== undefined) return known;
    const symbol = symbolOf(decl, checker);
    const source = decl.getSourceFile();
    const shown = symbol?.name ?? "this function";
    if (!("body" in decl) || decl.body === undefined || !isSource(source))
      return refuse(
        at,
        "DC2103",
        `the source of ${shown} is not part of this project`,
        "write the function in TypeScript in this project",
      );
    refuseKind(decl, shown, at);
    if (isJavaScript(decl))
      session.want(typesInside(checker, [decl], originalOf));
    const wanted = symbol?.name ?? "helper";
    const plain = /^[A-Za-z_$][\w$]*$/.test(wanted) && wanted !== "default";
    const base = plain ? wanted : "helper";
    const name = symbol ? names.of(symbol, base) : names.fresh(base);
    queued.set(decl, name);
    queue.push({ decl, name });
    touch(source);
    return name;
  }

  function refuseReplaced(decl: ts.Node, at: ts.Node): void {
    const found = replaced.of(decl);
    if (found === undefined) return;
    const isDecorated = found.how === "decorated";
    const holder = isDecorated ? found.place.parent : decl;
    const { name } = holder as { name?: ts.Node };
    const shown = name?.getText() ?? "this function";
    refuse(
      at,
      "DC2120",
      isDecorated
        ? `${shown} has a decorator (line ${lineOf(found.place)}), which may put other code in its place`
        : `${shown} is another one when the program runs: line ${lineOf(found.place)} changes it`,
      isDecorated
        ? "call a function or method without a decorator"
        : "call the function that replaces it by a name of its own",
    );
  }

  function refuseKind(
    decl: ts.FunctionLikeDeclaration,
    shown: string,
    at: ts.Node,
  ): void {
    if (decl.typeParameters?.length)
      refuse(
        at,
        "DC2008",
        `${shown} is generic`,
        "call a function with plain types",
      );
    const isAsync = decl.modifiers?.some(
      (one) => one.kind === ts.SyntaxKind.AsyncKeyword,
    );
    if (isAsync || decl.asteriskToken !== undefined)
      refuse(
        at,
        "DC2007",
        `${shown} is ${isAsync ? "an async function" : "a generator"}`,
        "call a plain function",
      );
  }

  function specialise(given: Special, at: ts.Node): Specialised {
    const special = { ...given, args: argumentTys(given) };
    const { decl, env, self, args } = special;
    refuseReplaced(decl, at);
    noteUse(decl, at);
    const key = [
      idOf(decl),
      ...[self?.ty, ...args, ...env.values()].map((ty) =>
        keyOfTy(ty, classes, idOf),
      ),
      self === undefined ? "" : idOf(self.instance.type),
    ].join("|");
    const known = specials.get(key);
    if (known === "refused") throw new Refuse();
    if (known !== undefined && known !== "open") return known;
    const name = specialNames.get(key) ?? names.fresh(special.name);
    specialNames.set(key, name);
    const own = ctx.withTypes(env);
    if (known === "open")
      return { name, result: declaredResult(special, own, at) };
    touch(decl.getSourceFile());
    if (hasErrorsInside(decl)) throw new Refuse();
    specials.set(key, "open");
    try {
      const func = guarded(decl, name, own, special);
      funcs.set(name, func);
      const made = { name, result: func.results[0] };
      specials.set(key, made);
      return made;
    } catch (error) {
      specials.set(key, "refused");
      trial?.keys.push(key);
      throw error;
    }
  }

  /** A parameter that is declared `readonly` is that, whatever it gets: one function serves all. */
  function argumentTys({ decl, args }: Special): Special["args"] {
    const parameters = ts.isClassLike(decl)
      ? (decl.members.find(ts.isConstructorDeclaration)?.parameters ?? [])
      : decl.parameters.filter((one) => one.name.getText() !== "this");
    return args.map((ty, k) => {
      const parameter = parameters[k];
      if (ty?.kind !== "array" || parameter === undefined) return ty;
      const declared = ctx.tryTyOf(checker.getTypeAtLocation(parameter));
      return declared.kind === "array" && declared.readonly
        ? { ...ty, readonly: true }
        : ty;
    });
  }

  /** What a method or a constructor of JavaScript is called with. */
  function noteUse(decl: Special["decl"], at: ts.Node): void {
    if (!isJavaScript(decl)) return;
    const fn = ts.isClassLike(decl)
      ? decl.members.find(ts.isConstructorDeclaration)
      : decl;
    if (fn === undefined) return;
    const isCall = ts.isCallExpression(at) || ts.isNewExpression(at);
    session.want([
      ...(isCall ? typesFromCall(checker, at, fn, originalOf) : []),
      ...typesInside(checker, [fn], originalOf),
    ]);
  }

  function lowerQueue(): Map<string, Func> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { decl, name, lower } = next;
      if (hasErrorsInside(decl)) continue;
      attempt(() => {
        funcs.set(
          name,
          lower === undefined ? guarded(decl, name, ctx) : lower(),
        );
      });
    }
    return funcs;
  }

  /** A fault of ours is reported with the function that shows it, and the others go on. */
  function guarded(
    decl: Special["decl"],
    name: string,
    own: LowerContext,
    special?: Special,
  ): Func {
    try {
      return session.lower(
        decl as ts.FunctionLikeDeclaration,
        name,
        own,
        special,
      );
    } catch (error) {
      if (error instanceof Refuse || !(error instanceof Error)) throw error;
      const own = error instanceof InternalError ? error.span : undefined;
      reporter.report({
        code: "DC9001",
        severity: "error",
        span: own ?? spanOf(decl.name ?? decl),
        message: `internal fault while reading ${name}: ${error.message}`,
        help: "this is a fault of diffc, not of your code: please report it with this message, the version (diffc --version) and the function that shows it",
      });
      throw new Refuse();
    }
  }

  /** Code with type errors is not lowered: what would be found there follows from them. */
  function hasErrorsInside(decl: ts.Node): boolean {
    const { syntax, types: errors } = checkFile(decl.getSourceFile());
    return [...syntax, ...errors].some(
      ({ start = 0 }) => decl.pos <= start && start < decl.end,
    );
  }
}

/** What a function gives that is being lowered further up. */
function declaredResult(
  { decl, self }: Special,
  ctx: LowerContext,
  at: ts.Node,
): Specialised["result"] {
  if (ts.isClassLike(decl)) return self?.ty;
  const signature = ctx.checker.getSignatureFromDeclaration(decl);
  const type = signature && ctx.checker.getReturnTypeOfSignature(signature);
  const nothing =
    ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Never;
  if (type === undefined || type.flags & nothing) return undefined;
  return ctx.tyOf(type, at);
}

/** Runs until the end or until something is refused, which has then been reported. */
export function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refuse) return undefined;
    throw error;
  }
}

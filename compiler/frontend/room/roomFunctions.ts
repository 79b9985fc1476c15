import { ts } from "ts-morph";
import { valueParameters } from "../syntax/valueParameters.js";
import { InternalError } from "../../diagnostics/invariant.js";
import type { Reporter } from "../../diagnostics/reporter.js";
import type { Func } from "../../ir/ir.js";
import { attempt, Refuse, type LowerContext } from "../context.js";
import { nameWithoutCopy } from "../javascript/functionCopies.js";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { typesInside } from "../javascript/jsResultTypes.js";
import { typesFromCall } from "../javascript/jsTypes.js";
import type { Names } from "../names/names.js";
import type { Session } from "../readProject.js";
import { implementationOf, lineOf, symbolOf } from "./roomDeclarations.js";
import { knownAnswer } from "./knownAnswer.js";
import type { Trials } from "./roomTrial.js";
import { asksForTarget } from "../lower/classes/lowerNewTarget.js";
import { keyOfTy, type Special, type Specialised } from "../special.js";

export interface FunctionsInput {
  readonly session: Session;
  readonly names: Names;
  readonly trials: Trials;
  readonly reporter: Reporter;
  readonly funcs: Map<string, Func>;
  isSource(file: ts.SourceFile): boolean;
  touch(file: ts.SourceFile): void;
  checkFile(file: ts.SourceFile): ReturnType<Session["errorsOf"]>;
  /** The surroundings without type parameters. */
  context(): LowerContext;
}

/** The functions that are lowered: those that wait, and those that a caller asks for at once. */
export interface Functions extends Pick<
  LowerContext,
  "funcFor" | "specialise" | "define" | "refuseReplaced"
> {
  /** Lowers all that wait, and what they call. */
  lowerQueue(): void;
}

export function newFunctions(input: FunctionsInput): Functions {
  const { session, names, trials, reporter, funcs } = input;
  const { isSource, touch, checkFile, context } = input;
  const { classes, replaced, spanOf, project } = session;
  const { checker } = project;
  const { code } = project;
  const { refuse } = trials;
  const queue: {
    decl: ts.FunctionLikeDeclaration;
    name: string;
    lower?: () => Func;
  }[] = [];
  const queued = new Map<ts.Node, string>();
  const specials = new Map<string, Specialised | "open" | "refused">();
  const specialNames = new Map<string, string>();
  const askedWhileOpen = new Map<string, Specialised["result"]>();
  const idOf = newIds();
  return { funcFor, specialise, define, refuseReplaced, lowerQueue };

  function define(
    decl: ts.FunctionLikeDeclaration,
    start: (name: string) => () => Func,
    base?: string,
  ): string {
    const wanted =
      base ?? symbolOf(decl, checker)?.name ?? decl.name?.getText();
    const name = names.fresh(nameWithoutCopy(wanted ?? "helper"));
    touch(decl.getSourceFile());
    queue.push({ decl, name, lower: start(name) });
    return name;
  }

  function funcFor(given: ts.FunctionLikeDeclaration, at: ts.Node): string {
    const decl = implementationOf(given, checker);
    refuseReplaced(decl, at);
    if (ts.isCallExpression(at))
      session.want(typesFromCall(checker, at, decl, code));
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
    refuseKind(refuse, decl, shown, at);
    if (isJavaScript(decl)) session.want(typesInside(checker, [decl], code));
    const wanted = nameWithoutCopy(symbol?.name ?? "helper");
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

  function specialise(given: Special, at: ts.Node): Specialised {
    const special = { ...given, args: argumentTys(given, context()) };
    const { decl, env, self, args } = special;
    refuseReplaced(decl, at);
    noteUse(decl, at);
    const key = [
      idOf(decl),
      special.maker === undefined ? "" : idOf(special.maker),
      ...[self?.ty, ...args, ...env.values()].map((ty) =>
        keyOfTy(ty, classes, idOf),
      ),
      self === undefined ? "" : idOf(self.instance.type),
      // two classes below one may get different answers there
      self?.instance.made !== undefined &&
      asksForTarget(context().checker, decl)
        ? idOf(context().checker.getDeclaredTypeOfSymbol(self.instance.made))
        : "",
    ].join("|");
    const known = specials.get(key);
    if (known === "refused") throw new Refuse();
    if (known !== undefined && known !== "open") return known;
    const name = specialNames.get(key) ?? names.fresh(special.name);
    specialNames.set(key, name);
    const own = context().withTypes(env);
    if (known === "open") {
      const result = declaredResult(special, own, at);
      askedWhileOpen.set(key, result);
      return { name, result };
    }
    touch(decl.getSourceFile());
    if (hasErrorsInside(decl)) throw new Refuse();
    specials.set(key, "open");
    try {
      const first = guarded(decl, name, own, special);
      const func = isAsAsked(key, first)
        ? first
        : guarded(decl, name, own, { ...special, isAsDeclared: true });
      funcs.set(name, func);
      const [result] = func.results;
      const made = { name, result, answer: knownAnswer(func) };
      specials.set(key, made);
      return made;
    } catch (error) {
      specials.set(key, "refused");
      trials.onRefusal(() => specials.delete(key));
      throw error;
    }
  }

  /** Is what it gives what it was taken to give where it calls itself? */
  function isAsAsked(key: string, { results }: Func): boolean {
    if (!askedWhileOpen.has(key)) return true;
    const asked = askedWhileOpen.get(key);
    return keyOfTy(asked, classes, idOf) === keyOfTy(results[0], classes, idOf);
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
      ...(isCall ? typesFromCall(checker, at, fn, code) : []),
      ...typesInside(checker, [fn], code),
    ]);
  }

  function lowerQueue(): void {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { decl, name, lower } = next;
      if (hasErrorsInside(decl)) continue;
      attempt(() => {
        funcs.set(name, guarded(decl, name, context(), undefined, lower));
      });
    }
  }

  /** A fault of ours is reported with the function that shows it, and the others go on. */
  function guarded(
    decl: Special["decl"],
    name: string,
    own: LowerContext,
    special?: Special,
    lower?: () => Func,
  ): Func {
    try {
      if (lower !== undefined) return lower();
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

function refuseKind(
  refuse: Trials["refuse"],
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

/** A parameter that is declared `readonly` is that, whatever it gets: one function serves all. */
function argumentTys(
  { decl, maker, args }: Special,
  ctx: LowerContext,
): Special["args"] {
  const parameters = ts.isClassLike(decl)
    ? ((maker ?? decl.members.find(ts.isConstructorDeclaration))?.parameters ??
      [])
    : valueParameters(decl);
  return args.map((ty, k) => {
    const parameter = parameters[k];
    if (ty?.kind !== "array" || parameter === undefined) return ty;
    const declared = ctx.tryTyOf(ctx.checker.getTypeAtLocation(parameter));
    return declared.kind === "array" && declared.readonly
      ? { ...ty, readonly: true }
      : ty;
  });
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

/** A number for each object, in the order in which they are asked for. */
function newIds(): (one: object) => number {
  const ids = new Map<object, number>();
  return (one) => {
    const known = ids.get(one) ?? ids.size;
    ids.set(one, known);
    return known;
  };
}

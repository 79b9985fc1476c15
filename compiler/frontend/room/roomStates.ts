import { ts } from "ts-morph";
import type { Binding, Func } from "../../ir/ir.js";
import { bare, isRef, someTy, type Ty } from "../../ir/types.js";
import { fieldNameOf } from "../classes.js";
import type { Bindings } from "../names/bindings.js";
import type { LowerContext } from "../context.js";
import type { LowerMaker } from "../lower/lowerModuleState.js";
import type { ModuleState, Refusal } from "../state/moduleState.js";
import { isReadonlyList } from "../names/neverWritten.js";
import type { Names } from "../names/names.js";
import type { Session } from "../readProject.js";
import type { Trials } from "./roomTrial.js";

export interface StatesInput {
  readonly session: Session;
  readonly names: Names;
  readonly bindings: Bindings;
  readonly tried: Trials["tried"];
  readonly funcs: Map<string, Func>;
  touch(file: ts.SourceFile): void;
  /** The surroundings in which a maker is lowered. */
  context(): LowerContext;
}

/** Memory of the modules that functions write into, made out once for each symbol. */
export interface States {
  readonly stateOf: LowerContext["stateOf"];
  readonly byBinding: ReadonlyMap<Binding, ModuleState>;
}

export function newStates(input: StatesInput): States {
  const { session, names, bindings, tried, funcs, touch, context } = input;
  const { facts, classes } = session;
  const states = new Map<ts.Symbol, ModuleState | "none">();
  const byBinding = new Map<Binding, ModuleState>();
  return { stateOf, byBinding };

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
    const bound =
      isField && isVariable
        ? changedStatic(decl, isVariable)
        : tried(() => bindings.bindingOf(symbol, at));
    const unnamed = "name" in bound ? undefined : bound;
    if (kind === "read" && unnamed === undefined) return undefined;
    const name = names.of(origin, fieldNameOf(origin));
    const make = names.fresh(
      `make${name.replace(/^_*(.)/, (_, first: string) => first.toUpperCase())}`,
    );
    const func = tried(() => lower(decl, make, context(), isVariable));
    if (func === undefined || "code" in func) return undefined;
    const [ty] = func.results;
    // The places of a list or a tree that goes on for ever cannot be told one by one.
    if (ty === undefined || someTy(ty, isRecursive)) return undefined;
    funcs.set(make, func);
    touch(decl.getSourceFile());
    const from = { kind: "copy", text: "", needs: [] } as const;
    const binding = "name" in bound ? bound : { name, typeOnly: false, from };
    const state: ModuleState = {
      name,
      ty,
      make,
      binding,
      ...(isField ? { shownAs: staticName(decl) } : {}),
      refusal: unnamed && isField ? changedStatic(decl, isVariable) : unnamed,
      isFixed: kind === "read",
      isMadeAnew: isField && staysAsMade(origin, decl, ty),
      isVariable,
      changing: changingIn(name, origin, ty, isVariable),
    };
    byBinding.set(binding, state);
    return state;
  }

  /** Is the memory behind a static field what its initializer says, as far as nobody writes into it here? */
  function staysAsMade(
    origin: ts.Symbol,
    decl: ts.PropertyDeclaration,
    ty: Ty,
  ): boolean {
    const { statics } = facts;
    if (statics.isChangedByName(origin)) return false;
    const checker = session.project.checker;
    const isReadonly = isReadonlyList(checker, checker.getTypeAtLocation(decl));
    return isReadonly || isNeverWritten(ty) || statics.staysThere(origin);
  }

  function isNeverWritten(given: Ty): boolean {
    const ty = bare(given);
    if (!isRef(ty)) return true;
    return (
      ty.kind === "record" &&
      ty.fields.every(
        (one) => !classes.isWritten(ty, one.name) && isNeverWritten(one.ty),
      )
    );
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
}

function staticName({ parent, name }: ts.PropertyDeclaration): string {
  const owner = ts.isClassLike(parent) ? parent.name?.text : undefined;
  return `${owner === undefined ? "" : `${owner}.`}${name.getText()}`;
}

const changedStatic = (
  decl: ts.PropertyDeclaration,
  isVariable: boolean,
): Refusal =>
  isVariable
    ? {
        code: "DC2005",
        message: `${staticName(decl)} is state of its class, which lives on from call to call, and it is read`,
        help: "pass it as a parameter, or make it readonly",
      }
    : {
        code: "DC2005",
        message: `${staticName(decl)} may be changed after its class has been made`,
        help: "give it all that it holds where it is declared, or pass it as a parameter",
      };

const isRecursive = (ty: Ty): boolean =>
  ty.kind === "record" && ty.recursive === true;

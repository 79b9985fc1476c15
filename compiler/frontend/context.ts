import type { ts } from "ts-morph";
import type { Code } from "../diagnostics/codes.js";
import type { Reporter } from "../diagnostics/reporter.js";
import type { Span } from "../diagnostics/span.js";
import type { Binding, Func, TypeText } from "../ir/ir.js";
import type { Ty } from "../ir/types.js";
import type { Classes } from "./classes.js";
import type { KeyOrder } from "./lower/records/keyOrder.js";
import type { Kept } from "./kept/kept.js";
import type { LowerMaker } from "./lower/lowerModuleState.js";
import type { TableUses } from "./names/tableUses.js";
import type { ModuleState } from "./state/moduleState.js";
import type { Special, Specialised } from "./special.js";
import type { TypeEnv } from "./types/types.js";
import type { WideTypes } from "./types/wideTypes.js";
import type { TypeProblem } from "./types/typeProblem.js";

/**
 * What is read in a dearer way where a file cannot do without: `trees`, types that hold themselves stand for all that may
 * hang in them, where else each object is what it was made as; `holes`, an array of objects may have places where nothing
 * is yet; `hollow`, methods ask at each place of an array whether there is something.
 */
export type Allowance = "trees" | "holes" | "hollow";

/** What the lowering of one function asks of its surroundings. It works on the compiler's own nodes. */
export interface LowerContext {
  readonly checker: ts.TypeChecker;
  readonly reporter: Reporter;

  spanOf(node: ts.Node): Span;

  /** The type of values as the IR sees it. Refuses a type that may hold floats in a way that cannot be carried. */
  tyOf(type: ts.Type, at: ts.Node): Ty;

  /** As `tyOf`, for those who can do without. */
  tryTyOf(type: ts.Type): Ty | TypeProblem;

  readonly classes: Classes;

  /** What the type parameters in scope mean. */
  readonly env: TypeEnv;

  /** The same surroundings, with type parameters that mean something. */
  withTypes(env: TypeEnv): LowerContext;

  /** Is it a constant of plain values into which nobody writes, wherever it goes? */
  isNeverWritten(symbol: ts.Symbol): boolean;
  readonly keyOrder: KeyOrder;
  /** May somebody list the keys of an object that is made there? */
  listsKeys(at: ts.Node): boolean;
  /** The same of objects with two of these fields, where a value comes of it. */
  walksKeys(at: ts.Node, names: readonly string[]): boolean;
  /** What becomes of tables of functions. */
  readonly tables: TableUses;
  /** Does a file of the project that is not read change `Config.limit`, or something in it? */
  isChangedOutside(name: string, ofParts: boolean): boolean;
  /** Is it sure that nobody writes into the memory behind a variable through it, or lets it out? */
  isOnlyRead(symbol: ts.Symbol): boolean;
  /** Is a variable of a module never assigned again? */
  keepsValue(symbol: ts.Symbol): boolean;

  /** Can generated code import it? */
  isExported(symbol: ts.Symbol): boolean;
  /** What stands for a class that it cannot import. */
  nameApart(symbol: ts.Symbol): string;

  /** Is it an annotated function itself, whose parameters come from outside? */
  isEntry(decl: ts.Node): boolean;

  /** Lowers a function for one use, now: the caller wants to know what it gives. */
  specialise(special: Special, at: ts.Node): Specialised;

  /** Queues a function that is made on the way, named after `decl`; `start` is told its name. */
  define(
    decl: ts.FunctionLikeDeclaration,
    start: (name: string) => () => Func,
    base?: string,
  ): string;

  /** Functions that are kept in memory. */
  readonly kept: Kept;

  /** Types whose objects are kept as any of several. */
  readonly wide: WideTypes;

  /** Text of a type for the generated module, with the bindings it needs. */
  typeTextOf(type: ts.Type | ts.TypeNode, at: ts.Node): TypeText;

  /** Module memory that functions may write into; undefined for all that stays as it is. */
  stateOf(
    symbol: ts.Symbol,
    at: ts.Node,
    lower: LowerMaker,
  ): ModuleState | undefined;

  /** A module-level value, as the generated module gets hold of it. Refuses mutable state. */
  bindingOf(symbol: ts.Symbol, at: ts.Node): Binding;

  /** The value of a module-level constant or an enum member, where it is a literal. */
  constantOf(symbol: ts.Symbol): number | string | boolean | undefined;

  /** Of the language or the host, and in scope everywhere: Math, Array, console. Needs no binding. */
  isGlobal(symbol: ts.Symbol): boolean;

  /** The function with a body behind a callee of which only a declaration file tells. */
  implementationOf(
    call: ts.CallExpression,
  ): ts.FunctionLikeDeclaration | undefined;

  /** The same for a function that is named, and not called. */
  linkedCode(name: ts.Expression): ts.FunctionLikeDeclaration | undefined;
  /** The variable of a package's code that such a name stands for. */
  linkedVariable(name: ts.Expression): ts.Symbol | undefined;
  /** The calls that make the value of a variable of JavaScript say what types their functions have. */
  noteMade(decl: ts.Declaration): void;
  /** Wants the file read anew with the variable in an object, where that is possible. */
  noteBoxed(symbol: ts.Symbol): void;
  /** Wants the file read anew with a class in place of the object literal, where that is possible. */
  noteLiteral(literal: ts.ObjectLiteralExpression): void;
  /** Is it a class that stands in place of a literal? Nobody outside knows it. */
  isOfLiteral(symbol: ts.Symbol): boolean;

  /** Has the code of the package read that a name comes from, where only declarations are seen; gives up then. */
  openPackage(name: ts.Expression): void;

  /** Notes what a JavaScript function is called with, where it is called as a value. */
  noteArguments(
    decl: ts.FunctionLikeDeclaration,
    types: readonly (string | undefined)[],
  ): void;

  /** The same of a call whose arguments have not been looked at yet. */
  noteCall(
    call: ts.CallExpression | ts.NewExpression,
    decl: ts.FunctionLikeDeclaration,
  ): void;

  /** The copy of a function of JavaScript that there is for the arguments of a call; else the function. */
  copyFor(
    call: ts.Node,
    decl: ts.FunctionLikeDeclaration,
  ): ts.FunctionLikeDeclaration;

  /** Queues a callee for lowering, and returns its unique Func name. */
  funcFor(decl: ts.FunctionLikeDeclaration, at: ts.Node): string;

  /** Refuses code that is another one when the program runs: it is assigned anew, patched or decorated. */
  refuseReplaced(decl: ts.Node, at: ts.Node): void;

  /** The same of a member of the language's library: `Math.sin`, `Array.prototype.map`. */
  refuseReplacedLibrary(name: string, at: ts.Node): void;

  /** Is it allowed? If not, the file is read once more with it. */
  allows(what: Allowance): boolean;

  /** May an element of an array of objects be missing, though its type does not say so? */
  readonly hasHoles: boolean;

  /** May methods meet an array of which not all places are filled? */
  readonly isHollow: boolean;

  /** Notes that such an array is made, and that a method asks: where both happen, the file is read once more. */
  meetsHoles(what: "made" | "asked"): void;

  /** Reports an error at the node and gives the function up. */
  refuse(node: ts.Node, code: Code, message: string, help: string): never;
}

/** Lowers one function; throws Refuse where it has been refused. */
export type LowerFunction = (
  decl: ts.FunctionLikeDeclaration,
  name: string,
  ctx: LowerContext,
  special?: Special,
) => Func;

/**
 * Thrown by `refuse`, after the finding has been reported, and caught once for each function: the control signal that
 * gives up one function and lets the others be looked at. It never reaches a user.
 */
export class Refuse extends Error {
  constructor() {
    super("refused: the finding has been reported");
    this.name = "Refuse";
  }
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

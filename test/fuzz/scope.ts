import type { Instance } from "./classes.js";
import type { Random } from "./random.js";
import type { RecordDecl, Shape } from "./shapes.js";

/** A variable that the code being written can see. */
export interface Var {
  readonly name: string;
  readonly shape: Shape;
  /** May be assigned as a whole. */
  readonly mutable: boolean;
  /** Absolute bound of a number, roughly: expressions are squashed where they would grow beyond reason. */
  readonly bound: number;
  /** Memory that may not be written, passed on or given a second name (`readonly number[]`, a module table). */
  readonly frozen: boolean;
}

export interface Helper {
  readonly name: string;
  readonly params: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly optional: boolean;
  }[];
  readonly result: Shape | undefined;
  /** Rough number of operations of a call. */
  readonly cost: number;
  readonly grows: boolean;
}

/** What one program shares while it is being written. */
export interface Gen {
  readonly random: Random;
  /** Which part of the language: 1 loops, arrays, branches; 2 calls; 3 records and aliases; 4 everything
   * but functions as values and array methods, which 5 has too; 6 classes and unions too. */
  readonly slice: number;
  readonly helpers: Helper[];
  readonly records: RecordDecl[];
  readonly fresh: (prefix: string) => string;
  /** The module that helpers live in, where they do not live beside the annotated function. */
  readonly library: boolean;
}

/** A function of a number that gives a number. */
export interface LocalFunction {
  readonly name: string;
  /** It takes a second number, which may be left out. */
  readonly optional: boolean;
}

export interface Loop {
  readonly label: string | undefined;
  readonly isSwitch: boolean;
}

/** Where the code being written stands. Blocks get a scope of their own, with the variables that they inherit. */
export interface Scope {
  readonly vars: Var[];
  readonly depth: number;
  /** How often this place runs in one call, at most. */
  readonly times: number;
  readonly loops: readonly Loop[];
  readonly result: Shape | undefined;
  /** Local functions that may be called here. */
  readonly functions: LocalFunction[];
  /** Variables that hold instances of classes. */
  readonly instances: Instance[];
  /** Inside a loop over an array's length nothing may grow. */
  readonly mayGrow: boolean;
  /** Shared by all scopes of a function. */
  readonly budget: {
    statements: number;
    cost: number;
    grows: boolean;
    throws: boolean;
  };
}

export const inner = (scope: Scope, change: Partial<Scope> = {}): Scope => ({
  ...scope,
  vars: [...scope.vars],
  functions: [...scope.functions],
  instances: [...scope.instances],
  depth: scope.depth + 1,
  ...change,
});

export function declare(
  scope: Scope,
  name: string,
  shape: Shape,
  options: { mutable?: boolean; bound?: number; frozen?: boolean } = {},
): Var {
  const made: Var = {
    name,
    shape,
    mutable: options.mutable ?? false,
    bound: options.bound ?? 2,
    frozen: options.frozen ?? false,
  };
  const shadowed = scope.vars.findIndex((one) => one.name === name);
  if (shadowed >= 0) scope.vars.splice(shadowed, 1);
  scope.vars.push(made);
  return made;
}

export function newNames(): (prefix: string) => string {
  const used = new Map<string, number>();
  return (prefix) => {
    const count = used.get(prefix) ?? 0;
    used.set(prefix, count + 1);
    return count === 0 ? prefix : `${prefix}${count + 1}`;
  };
}

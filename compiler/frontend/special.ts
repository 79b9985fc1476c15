import type { ts } from "ts-morph";
import { someTy, type Ty } from "../ir/types.js";
import type { Classes, Instance } from "./classes.js";
import type { ParameterCase } from "./entries/unionCases.js";
import type { TypeEnv } from "./types/types.js";
import type { TypeProblem } from "./types/typeProblem.js";

/**
 * A function as it is lowered for one use: a method for a receiver, a generic function for its types, a function that
 * takes instances for the classes that it gets. What is not said here is as it is declared.
 */
export interface Special {
  /** The class itself where it is made: a class need not have a constructor. */
  readonly decl: ts.FunctionLikeDeclaration | ts.ClassLikeDeclaration;
  /** The constructor that runs, where it is a copy of the one that the class has. */
  readonly maker?: ts.ConstructorDeclaration | ts.MethodDeclaration;
  /** What its Func is called after. */
  readonly name: string;
  readonly env: TypeEnv;
  /** What `this` is; for a class that is made, what is made. */
  readonly self?: Receiver;
  /** Types of the arguments, by parameter. */
  readonly args: readonly (Ty | undefined)[];
  /** It gives what it is declared to give, whatever is known better: somebody has relied on that. */
  readonly isAsDeclared?: true;
  /** Of a function that is asked for: the kinds of values that it is lowered for, where its parameters take several. */
  readonly cases?: readonly (ParameterCase | undefined)[];
}

export interface Receiver {
  readonly ty: Ty;
  /** The class in which members of `this` are looked up. */
  readonly instance: Instance;
}

/** The Func of a special function. */
export interface Specialised {
  readonly name: string;
  readonly result: Ty | undefined;
  /** What it answers, where that is known. */
  readonly answer?: boolean | undefined;
}

export const isProblem = (ty: Ty | TypeProblem): ty is TypeProblem =>
  ty.kind === "problem";

/** Tells types apart, also by the classes that they stand for. */
export function keyOfTy(
  ty: Ty | TypeProblem | undefined,
  classes: Classes,
  idOf: (type: ts.Type) => number,
  above: readonly (Ty | TypeProblem)[] = [],
): string {
  if (ty === undefined) return "";
  const inner = (one: Ty): string =>
    keyOfTy(one, classes, idOf, ty.kind === "record" ? [...above, ty] : above);
  switch (ty.kind) {
    case "problem":
      return "?";
    case "opaque":
      return ty.text;
    case "maybe":
      return `${inner(ty.of)}?${ty.nil}`;
    case "array":
      return `${ty.copied ? "copied " : ""}${ty.readonly ? "readonly " : ""}${ty.store}[${inner(ty.elem)}]${ty.fixed ?? ""}`;
    case "table":
      return `${ty.form}(${inner(ty.key)},${inner(ty.elem)})`;
    case "record": {
      if (above.includes(ty)) return `^${above.indexOf(ty)}`;
      const instance = classes.instanceOf(ty);
      const family = classes.familyOf(ty) ?? [];
      const parts = ty.fields.map(
        (field) =>
          `${field.name}${field.optional ? "?" : ""}:${inner(field.ty)}`,
      );
      return `${instance ? `#${idOf(instance.type)}` : ""}${family.length}{${parts.join(";")}}`;
    }
    default:
      return ty.kind;
  }
}

/** Does a type hold instances, whose classes a caller may know better than a declaration says? */
export const holdsInstances = (ty: Ty, classes: Classes): boolean =>
  someTy(
    ty,
    (one) =>
      classes.instanceOf(one) !== undefined ||
      classes.familyOf(one) !== undefined,
  );

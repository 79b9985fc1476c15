import type { Binding, Func, TypeText } from "./ir.js";
import type { Span } from "../diagnostics/span.js";

/** The functions of one generated module, by name, callees before or after callers in any order. */
export interface Program {
  readonly funcs: ReadonlyMap<string, Func>;
  readonly entries: readonly Entry[];
}

export type Mode = "grad" | "vjp" | "jvp";

/** One annotated function. */
export interface Entry {
  readonly func: string;
  /** What the generated exports are called after: `energy` gives `energyGrad`. */
  readonly exportName: string;
  readonly modes: readonly Mode[];
  /** Paths into the parameters: ["w"], ["params", "w"]. Each starts with a parameter's name. */
  readonly wrt: readonly (readonly string[])[];
  /** Did the user name them? Left out, `wrt` is every parameter that holds a float. */
  readonly namesWrt?: boolean;
  /** Where it is a method: of which class, and what it is called there. */
  readonly method?: EntryMethod;
  /** Source module of the function. */
  readonly file: string;
  readonly span: Span;
  /** TypeScript text of the declared return type. */
  readonly returnType: TypeText;
  /** Where arguments may be of several kinds: of which kind they are here. */
  readonly variant?: EntryVariant;
}

/**
 * A function that takes `number | Vec` is differentiated once for each kind of argument. What is exported finds out which
 * kind there is, and calls the function for it.
 */
export interface EntryVariant {
  /** What the exports are called after. */
  readonly of: string;
  /** By parameter; undefined where there is one kind. */
  readonly cases: readonly (ArgumentCase | undefined)[];
}

/** One of the kinds of values that a parameter takes. */
export interface ArgumentCase {
  /** For names of functions: `Number`, `Float64Array`, `Vec`. */
  readonly label: string;
  /** How it is told from those that come after it; absent for the last one. */
  readonly test?: ArgumentTest;
  /** No value belongs to this kind, too. */
  readonly orNothing?: true;
  /** What is no array of this kind is copied into one. */
  readonly copies?: "js" | "f64";
  /** TypeScript's own narrowing does not follow the test. */
  readonly isHidden?: true;
  /** The declared type of the parameter. */
  readonly declared: TypeText;
}

export type ArgumentTest =
  | {
      readonly kind: "typeof";
      readonly name: "number" | "string" | "boolean";
    }
  | { readonly kind: "array" }
  /** An array of arrays. */
  | { readonly kind: "nested" }
  /** Of a class of the language's library, or of one that is imported. */
  | { readonly kind: "instance"; readonly of: string | Binding };

export interface EntryMethod {
  readonly of: string;
  readonly name: string;
  readonly isStatic: boolean;
}

import type { Func, TypeText } from "./ir.js";
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
}

export interface EntryMethod {
  readonly of: string;
  readonly name: string;
  readonly isStatic: boolean;
}

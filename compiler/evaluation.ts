import type { SourceModule } from "./frontend/index.js";
import type { Ty } from "./ir/types.js";
import type { Entry, EntryMethod, Mode } from "./ir/program.js";

/**
 * What it takes to run a function beside its derivatives, as `diffc gradcheck` does: the signatures of the annotated
 * functions of a file, and the project's modules as JavaScript.
 */
export {
  choicesFrom,
  javaScriptModules,
  type Imported,
  type JavaScriptModule,
} from "./frontend/project/javascript.js";
export { holdsFloat, someTy, type ArrayStore, type Ty } from "./ir/types.js";

/** An annotated function: how it is called, and by what it is differentiated. */
export interface Signature {
  /** Its name, after which its derivatives are called. */
  readonly name: string;
  /** Where it is a method, whose object is then the first parameter. */
  readonly method?: EntryMethod;
  /** Absolute path of its module. */
  readonly file: string;
  readonly modes: readonly Mode[];
  /** Paths into the parameters, each starting with a parameter's name. */
  readonly wrt: readonly (readonly string[])[];
  readonly parameters: readonly SignatureParameter[];
  readonly result: Ty;
}

export interface SignatureParameter {
  readonly name: string;
  readonly ty: Ty;
  readonly optional: boolean;
  /** Takes all further arguments, where nothing follows it. */
  readonly isRest?: boolean;
}

/** The signatures of a module's entries, in their order: one for each kind of arguments that a function takes. */
export function signaturesOf({
  program,
}: Pick<SourceModule, "program">): Signature[] {
  return program.entries.flatMap((entry): Signature[] => {
    const func = program.funcs.get(entry.func);
    const result = func?.results[0];
    if (func === undefined || result === undefined) return [];
    const parameters = func.params.map(parameter);
    return [{ ...identity(entry), parameters, result }];
  });
}

const identity = ({
  exportName,
  variant,
  method,
  file,
  modes,
  wrt,
}: Entry): Omit<Signature, "parameters" | "result"> => ({
  name: variant?.of ?? exportName,
  ...(method && { method }),
  file,
  modes,
  wrt,
});

const parameter = (param: {
  readonly name: string;
  readonly value: { readonly ty: Ty };
  readonly optional: boolean;
  readonly rest?: true;
}): SignatureParameter => ({
  name: param.name,
  ty: param.value.ty,
  optional: param.optional,
  isRest: param.rest === true,
});

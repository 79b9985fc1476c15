import type { Code } from "../../diagnostics/codes.js";

/** Why a type cannot be carried. */
export interface TypeProblem {
  readonly kind: "problem";
  readonly code: Code;
  readonly message: string;
  readonly help: string;
  /** The type is `any`: where the file has type errors, it is their consequence. */
  readonly isAny: boolean;
}

export function problem(
  code: Code,
  message: string,
  help: string,
  isAny = false,
): TypeProblem {
  return { kind: "problem", code, message, help, isAny };
}

export function inField(inner: TypeProblem, name: string): TypeProblem {
  if (inner.message.includes(" in field ")) return inner;
  return { ...inner, message: `${inner.message}, in field ${name}` };
}

import type { Span } from "./span.js";

/** A fault of diffc's own, never of the user's code. `compile.ts` and the CLI turn it into DC9001. */
export class InternalError extends Error {
  readonly span: Span | undefined;
  constructor(text: string, span?: Span) {
    super(text);
    this.name = "InternalError";
    this.span = span;
  }
}

/** Throws an InternalError where something does not hold that diffc itself has to see to. */
export function invariant(
  condition: unknown,
  text: string,
  span?: Span,
): asserts condition {
  if (!condition) throw new InternalError(text, span);
}

/** For the default of a switch that has a case for everything. */
export function unreachable(value: never, text: string): never {
  throw new InternalError(`${text}: ${JSON.stringify(value)}`);
}

/** Runs a pass; an exception that leaves it carries the pass's name, for the report. The innermost name stays. */
export function inPass<T>(pass: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error && passOf(error) === undefined)
      Object.assign(error, { pass });
    throw error;
  }
}

export const passOf = (error: Error): string | undefined =>
  "pass" in error ? String(error.pass) : undefined;

import { InternalError } from "../diagnostics/invariant.js";
import type { Span } from "../diagnostics/span.js";

/** The IR itself is wrong: a fault of the pass that made it, never of the user's program. */
export class IrFault extends InternalError {
  constructor(text: string, span?: Span) {
    super(text, span);
    this.name = "IrFault";
  }
}

export function irFault(message: string, span?: Span): never {
  throw new IrFault(message, span);
}

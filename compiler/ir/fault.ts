/** The IR itself is wrong: a fault of the pass that made it, never of the user's program. */
export class IrFault extends Error {
  override readonly name = "IrFault";
}

export function irFault(message: string): never {
  throw new IrFault(message);
}

import type { ExitStatus, Io } from "./io.js";
import { UsageError } from "./usage.js";

export interface GradcheckOptions {
  /** As typed: relative to `io.cwd`. An existing TypeScript file. */
  readonly file: string;
  readonly fn?: string;
  /** A JSON file with points, as typed. */
  readonly points?: string;
}

/**
 * Holds the generated derivatives of a file against finite differences: a table on `io.out`, status 1 on a mismatch.
 * A mistake in the call (no such function, a faulty points file) throws a UsageError.
 */
export async function runGradcheck(
  _options: GradcheckOptions,
  _io: Io,
): Promise<ExitStatus> {
  throw new UsageError("'diffc gradcheck' is not built yet");
}

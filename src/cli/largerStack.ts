import { Worker } from "node:worker_threads";
import type { ExitStatus } from "./io.js";

const megabytes = 256;

/** Did a recursion run out of stack? */
export const isOverflow = (error: unknown): boolean =>
  error instanceof Error && /Maximum call stack size/.test(error.message);

/**
 * The whole command again, in a thread with a larger stack: what is nested thousands deep is gone through by recursion, by
 * TypeScript as well as here.
 */
export function inLargerStack(
  argv: readonly string[],
  color: boolean,
): Promise<ExitStatus> {
  const worker = new Worker(new URL("./main.js", import.meta.url), {
    argv: [...argv],
    workerData: { color },
    resourceLimits: { stackSizeMb: megabytes },
  });
  return new Promise((resolve, reject) => {
    worker.on("error", reject);
    worker.on("exit", (status) => {
      resolve(status as ExitStatus);
    });
  });
}

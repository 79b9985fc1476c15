import { Script } from "node:vm";

const slot: { run: () => unknown; result: unknown } = {
  run: () => undefined,
  result: undefined,
};
const key = "__diffcTimeLimited";
Object.defineProperty(globalThis, key, { value: slot, configurable: true });
const script = new Script(`${key}.result = ${key}.run()`);

/** Runs a function that may not end: after some seconds it throws. */
export function withTimeLimit<T>(run: () => T, milliseconds = 3000): T {
  slot.run = run;
  script.runInThisContext({ timeout: milliseconds });
  const result = slot.result as T;
  slot.result = undefined;
  return result;
}

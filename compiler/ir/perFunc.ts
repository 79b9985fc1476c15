import type { Func } from "./ir.js";

/**
 * An analysis that is made once for a function: functions are not changed, only replaced, so that what was found stays
 * true. Passes that find nothing to do return the very function they got, and then the next one has its answers already.
 */
export function perFunc<T>(analyse: (fn: Func) => T): (fn: Func) => T {
  const known = new WeakMap<Func, { readonly answer: T }>();
  return (fn) => {
    const before = known.get(fn);
    if (before !== undefined) return before.answer;
    const answer = analyse(fn);
    known.set(fn, { answer });
    return answer;
  };
}

import { isRecord, isTypedArray, type TypedArray } from "./memory.js";

/**
 * Throws where `a` and `b` share memory: the same object, an object inside both, or overlapping views of one buffer.
 * The derivative of a function that writes into one of them would otherwise miss what the other sees.
 *
 * @param names the two, for the message: "x and y"
 * @throws TypeError
 * @example
 * assertDistinct(x, y, "x and y");
 */
export function assertDistinct(a: unknown, b: unknown, names: string): void {
  if (!sharesMemory(a, b)) return;
  throw new TypeError(
    `${names} share memory, and one of them is written: pass a copy of one`,
  );
}

function sharesMemory(a: unknown, b: unknown): boolean {
  if (isTypedArray(a) && isTypedArray(b)) return overlap(a, b);
  const objects = new Set<unknown>();
  const views = new Map<unknown, TypedArray[]>();
  someReference(a, new Set(), (x) => {
    objects.add(x);
    if (!isTypedArray(x)) return false;
    const same = views.get(x.buffer);
    if (same === undefined) views.set(x.buffer, [x]);
    else same.push(x);
    return false;
  });
  return someReference(b, new Set(), (x) => {
    if (!isTypedArray(x)) return objects.has(x);
    return (views.get(x.buffer) ?? []).some((other) => overlap(x, other));
  });
}

function overlap(a: TypedArray, b: TypedArray): boolean {
  return (
    a.buffer === b.buffer &&
    a.byteOffset < b.byteOffset + b.byteLength &&
    b.byteOffset < a.byteOffset + a.byteLength
  );
}

/** Shows the arrays, typed arrays and objects inside x, each once, until `test` says true. Did it? */
function someReference(
  x: unknown,
  seen: Set<unknown>,
  test: (x: object) => boolean,
): boolean {
  if (typeof x !== "object" || x === null || seen.has(x)) return false;
  const list = Array.isArray(x);
  const isTable = x instanceof Map;
  if (!list && !isTable && !isTypedArray(x) && !isRecord(x)) return false;
  seen.add(x);
  if (test(x)) return true;
  if (isTypedArray(x)) return false;
  const parts: readonly unknown[] = list
    ? x
    : isTable
      ? [...x.values()]
      : Object.values(x);
  return parts.some((part) => someReference(part, seen, test));
}

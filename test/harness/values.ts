/** Trees of numbers: arguments, results, gradients. Numbers sit in arrays, typed arrays and objects. */

/** Where a number sits, and what it is: `["w.0.x", 1.5]`. Strings, booleans and nothing are left out. */
export type Leaf = readonly [path: string, value: number];

const passiveArrays = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
] as const;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isPassive = (value: object): boolean =>
  passiveArrays.some((one) => value instanceof one);

export function leaves(value: unknown, path = ""): Leaf[] {
  if (typeof value === "number") return [[path, value]];
  if (!isObject(value) || isPassive(value)) return [];
  return Object.keys(value).flatMap((key) =>
    leaves(value[key], path === "" ? key : `${path}.${key}`),
  );
}

/** A tree of the same form with every number replaced; what holds no number stays. */
export function mapLeaves(
  value: unknown,
  change: (value: number, path: string) => number,
  path = "",
): unknown {
  if (typeof value === "number") return change(value, path);
  if (!isObject(value) || isPassive(value)) return value;
  const at = (key: string | number): string =>
    path === "" ? String(key) : `${path}.${key}`;
  if (value instanceof Float64Array || value instanceof Float32Array)
    return value.map((one, i) => change(one, at(i)));
  if (Array.isArray(value))
    return value.map((one, i) => mapLeaves(one, change, at(i)));
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      mapLeaves(one, change, at(key)),
    ]),
  );
}

/** Equal bit for bit: the same structure, and `Object.is` for what is not an object. */
export function sameBits(a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b)) return Object.is(a, b);
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const [left, right] = [Object.keys(a), Object.keys(b)];
  return (
    left.length === right.length &&
    (!Array.isArray(a) || a.length === (b as unknown as unknown[]).length) &&
    left.every((key) => key in b && sameBits(a[key], b[key]))
  );
}

/** Every piece of memory in a tree: objects, and the buffers behind typed arrays. */
function memoryOf(value: unknown, into = new Set<object>()): Set<object> {
  if (!isObject(value) || into.has(value)) return into;
  into.add(value);
  if (ArrayBuffer.isView(value)) into.add(value.buffer);
  else for (const part of Object.values(value)) memoryOf(part, into);
  return into;
}

export function sharesMemory(a: unknown, b: unknown): boolean {
  const left = memoryOf(a);
  return [...memoryOf(b)].some((part) => left.has(part));
}

/** Does one piece of memory appear at two places inside the value? */
export function sharesWithin(value: unknown): boolean {
  const seen = new Set<object>();
  const visit = (one: unknown): boolean => {
    if (!isObject(one)) return false;
    if (seen.has(one)) return true;
    seen.add(one);
    if (!ArrayBuffer.isView(one)) return Object.values(one).some(visit);
    if (seen.has(one.buffer)) return true;
    seen.add(one.buffer);
    return false;
  };
  return visit(value);
}

/** Sum of products of the numbers at equal paths; what is missing on one side counts as 0. */
export function dot(a: unknown, b: unknown): number {
  const right = new Map(leaves(b));
  return leaves(a).reduce(
    (sum, [path, value]) => sum + product(value, right.get(path) ?? 0),
    0,
  );
}

// a zero seed has no part in the sum, whatever it meets
const product = (a: number, b: number): number =>
  a === 0 || b === 0 ? 0 : a * b;

export function largest(value: unknown): number {
  return leaves(value).reduce(
    (most, [, one]) =>
      Number.isFinite(one) ? Math.max(most, Math.abs(one)) : most,
    0,
  );
}

export function showValue(value: unknown): string {
  if (typeof value === "number")
    return Object.is(value, -0) ? "-0" : String(value);
  if (!isObject(value)) return JSON.stringify(value) ?? "undefined";
  if (ArrayBuffer.isView(value))
    return `${value.constructor.name}[${Array.from(value as unknown as ArrayLike<number>, showValue).join(", ")}]`;
  if (Array.isArray(value)) return `[${value.map(showValue).join(", ")}]`;
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${key}: ${showValue(one)}`)
    .join(", ")} }`;
}

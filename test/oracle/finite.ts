/** A step that fits the size of x: about the fifth root of the rounding error, a power of two so that x + h is exact. */
export const stepFor = (x: number): number =>
  2 ** Math.round(Math.log2(7e-4 * Math.max(1, Math.abs(x))));

/**
 * The derivative of t -> f(t) at 0, by central differences at h and h / 2 and one Richardson step; its error is
 * of order h^4.
 */
export function slopeAtZero(f: (t: number) => number, h: number): number {
  const central = (step: number): number => (f(step) - f(-step)) / (2 * step);
  return (4 * central(h / 2) - central(h)) / 3;
}

/**
 * The directional derivative of a function that gives a number: d/dt f(args + t tangents), where `args` are
 * copied for each call, since f may write into them. Tangents are shaped like gradients; missing parts are zero.
 */
export function directional(
  f: (...args: never[]) => number,
  args: readonly unknown[],
  tangents: readonly unknown[],
  h = stepFor(1),
): number {
  const call = f as (...args: unknown[]) => number;
  return slopeAtZero(
    (t) => call(...args.map((arg, k) => moved(arg, tangents[k], t))),
    h,
  );
}

/** A deep copy of x (aliases undone), with t times the tangent added to its numbers. */
export function moved(x: unknown, tangent: unknown, t: number): unknown {
  if (typeof x === "number")
    return typeof tangent === "number" ? x + t * tangent : x;
  if (typeof x !== "object" || x === null) return x;
  if (ArrayBuffer.isView(x)) {
    const parts = tangent as ArrayLike<number> | undefined;
    const copy = (x as Float64Array).slice();
    // Rounding a moved Float32Array would drown the difference: the caller sees to float64 data.
    for (let i = 0; i < copy.length; i++)
      copy[i] = copy[i]! + t * (parts?.[i] ?? 0);
    return copy;
  }
  const parts = (tangent ?? {}) as Record<string, unknown>;
  if (Array.isArray(x)) return x.map((cell, i) => moved(cell, parts[i], t));
  const entries = Object.entries(x).map(
    ([key, value]) => [key, moved(value, parts[key], t)] as const,
  );
  return Object.fromEntries(entries);
}

/** The gradient by one argument, component by component, shaped like it (numbers only; the rest is left out). */
export function finiteGradient(
  f: (...args: never[]) => number,
  args: readonly unknown[],
  index: number,
): unknown {
  const slope = (tangent: unknown, x: number): number =>
    directional(
      f,
      args,
      args.map((_, k) => (k === index ? tangent : undefined)),
      stepFor(x),
    );
  return components(args[index], (tangent) => tangent, slope);
}

/** Walks the numbers of x; `around` wraps the unit tangent of a part into one of the whole. */
function components(
  x: unknown,
  around: (tangent: unknown) => unknown,
  slope: (tangent: unknown, x: number) => number,
): unknown {
  if (typeof x === "number") return slope(around(1), x);
  if (typeof x !== "object" || x === null) return undefined;
  const part = (key: string | number, value: unknown): unknown =>
    components(value, (tangent) => around({ [key]: tangent }), slope);
  if (ArrayBuffer.isView(x))
    return (x as Float64Array).map((value, i) => part(i, value) as number);
  if (Array.isArray(x)) return x.map((value, i) => part(i, value));
  const entries = Object.entries(x).flatMap(([key, value]) => {
    const found = part(key, value);
    return found === undefined ? [] : [[key, found] as const];
  });
  return Object.fromEntries(entries);
}

/** Shadows and gradients of arrays of flat objects: what `zerosLike` and `gradOf` do, without looking at any shape. */

/** A shadow that has one object at two places says so: to find out again would cost as much as the rest. */
type Shadow<S> = S[] & { hasAliases?: true };

/**
 * A shadow, made by `zero`, for each object of `xs`; what is there twice has one shadow, which is there twice, too.
 *
 * @example
 * const bead = { x: 1, y: 2 };
 * zerosOfEach([bead, bead], () => ({ x: 0, y: 0 })); // twice the same { x: 0, y: 0 }
 */
export function zerosOfEach<S extends object>(
  xs: readonly object[],
  zero: () => S,
): S[] {
  const shadow: Shadow<S> = new Array<S>(xs.length);
  for (let i = 0; i < xs.length; i++) shadow[i] = zero();
  if (!areApart(xs)) {
    shareAliases(xs, shadow);
    shadow.hasAliases = true;
  }
  return shadow;
}

/** What lists held when all that they held was apart: a set of objects costs more than most gradients do. */
let apart: WeakMap<object, readonly object[]> | undefined;

function areApart(xs: readonly object[]): boolean {
  apart ??= new WeakMap();
  const before = apart.get(xs);
  if (before?.length === xs.length) {
    let i = 0;
    while (i < xs.length && xs[i] === before[i]) i++;
    if (i === xs.length) return true;
  }
  if (new Set(xs).size < xs.length) return false;
  apart.set(xs, xs.slice());
  return true;
}

function shareAliases<S extends object>(
  xs: readonly object[],
  shadow: S[],
): void {
  const known = new Map<object, S>();
  xs.forEach((x, i) => {
    const first = known.get(x);
    if (first === undefined) known.set(x, shadow[i]!);
    else shadow[i] = first;
  });
}

/**
 * The gradient that the user gets from a shadow of {@link zerosOfEach}: an object of its own at every place.
 *
 * @example
 * gradOfEach(zerosOfEach([{ x: 1 }], () => ({ x: 0 }))); // [{ x: 0 }]
 */
export function gradOfEach<S extends object>(shadow: S[]): S[] {
  return (shadow as Shadow<S>).hasAliases
    ? shadow.map((part) => ({ ...part }))
    : shadow;
}

/** A mistake in the call: one line, exit status 2, never a stack trace. */
export class UsageError extends Error {
  constructor(text: string) {
    super(text);
    this.name = "UsageError";
  }
}

/** `, did you mean 'build'?` where one of the known words is near, else nothing. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? "" : `, did you mean '${near}'?`;
}

/** The known word that is at most two slips (a third of its length) away. */
export function nearest(
  word: string,
  known: readonly string[],
): string | undefined {
  const ranked = known
    .map((name) => ({ name, slips: slipsBetween(word, name) }))
    .filter(({ name, slips }) => slips <= Math.max(1, name.length / 3))
    .sort((a, b) => a.slips - b.slips);
  return ranked[0]?.name;
}

/** Edit distance in which two neighbours swapped count as one slip. */
function slipsBetween(a: string, b: string): number {
  const cost: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number): number => cost[i]?.[j] ?? Infinity;
  for (let j = 1; j <= b.length; j++) cost[0]?.push(j);
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      cost[i]?.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + same,
          swapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(a.length, b.length);
}

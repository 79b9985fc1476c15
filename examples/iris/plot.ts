/** A curve in the terminal, on a logarithmic scale: one column a bucket of values, one row a step of the scale. */
export function plot(
  values: readonly number[],
  width: number,
  height: number,
): string {
  const columns = buckets(values, Math.min(width, values.length)).map(Math.log);
  const top = Math.max(...columns);
  const bottom = Math.min(...columns);
  const rowOf = (v: number) =>
    Math.round(((top - v) / (top - bottom || 1)) * (height - 1));
  const lines = Array.from({ length: height }, (_, row) => {
    const scale = Math.exp(top - ((top - bottom) * row) / (height - 1));
    const cells = columns.map((v) => (rowOf(v) === row ? "*" : " ")).join("");
    return `${scale.toFixed(3).padStart(8)} |${cells}`;
  });
  return [...lines, `${" ".repeat(9)}+${"-".repeat(columns.length)}`].join(
    "\n",
  );
}

/** Means over `count` neighbouring groups. */
function buckets(values: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * values.length) / count);
    const to = Math.floor(((i + 1) * values.length) / count);
    const group = values.slice(from, to);
    return group.reduce((s, v) => s + v, 0) / group.length;
  });
}

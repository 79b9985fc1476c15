/** What the benchmarks share: medians, plain text tables, and which machine it was. */
import { cpus } from "node:os";

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

export const geometricMean = (values) =>
  Math.exp(values.reduce((sum, x) => sum + Math.log(x), 0) / values.length);

export const digits = (x) =>
  x === undefined ? "" : String(+x.toPrecision(x >= 1000 ? 4 : 3));

/** Text columns under a head; the first to the left, numbers to the right. */
export function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, c) =>
    Math.max(...all.map((row) => row[c].length)),
  );
  const line = (row) =>
    row
      .map((cell, c) =>
        c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]),
      )
      .join("  ")
      .trimEnd();
  return [
    line(head),
    widths.map((w) => "-".repeat(w)).join("  "),
    ...rows.map(line),
  ].join("\n");
}

export const machine = () => ({
  node: process.version,
  v8: process.versions.v8,
  cpu: `${cpus()[0]?.model.trim() ?? "unknown"}, ${cpus().length} cores`,
  platform: `${process.platform} ${process.arch}`,
});

export function machineLine() {
  const { node, v8, cpu, platform } = machine();
  return `Node ${node} (V8 ${v8}), ${cpu}, ${platform}`;
}

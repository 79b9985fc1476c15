import { centralDifference, type Difference } from "./differences.js";
import { pathText, treeCopy, treeLeaves, type Leaf } from "./tree.js";

/** One number of the gradient, held against finite differences. */
export interface ComponentCheck {
  /** Where it is: `net.w[0][2]`. */
  readonly path: string;
  /** From the gradient under test. */
  readonly analytic: number;
  /** From finite differences. */
  readonly numeric: number;
  /** The estimated error of `numeric`. */
  readonly error: number;
  /** |analytic - numeric| over the greater of the two; small numbers are held against what `numeric` can resolve. */
  readonly relativeError: number;
  /**
   * - `ok`: they agree
   * - `doubtful`: they do not, but finite differences say nothing here (`note` says why): a kink, the edge of the
   *   domain, noise
   * - `mismatch`: they do not
   */
  readonly status: "ok" | "doubtful" | "mismatch";
  /** Not a mismatch. */
  readonly ok: boolean;
  readonly note?: string;
}

/** What {@link gradientCheck} found. */
export interface GradientReport {
  /** No component is a mismatch. */
  readonly ok: boolean;
  /** Those that were checked, in the gradient's order. */
  readonly components: readonly ComponentCheck[];
  /** How many components the gradient has; more than were checked where `maxComponents` says so. */
  readonly total: number;
  /** The greatest relative error among those that are not doubtful. */
  readonly worst: number;
}

/** How {@link gradientCheck} judges. */
export interface GradientCheckOptions {
  /** The relative error that passes. Default 1e-6. */
  readonly tolerance?: number;
  /** Check at most this many components, spread evenly over the gradient. Default: all. */
  readonly maxComponents?: number;
  /**
   * The longest step, relative to the number that is moved (absolute below 1). Default 0.01, and 0.1 in a
   * Float32Array; longer steps suit functions that round, as to single precision.
   */
  readonly step?: number;
  /** What the point is called: the start of each path. Default: nothing. */
  readonly name?: string;
}

/**
 * Holds a gradient against central finite differences of `f` at `point`, number by number.
 *
 * A component at a kink (`abs` at 0), at the edge of the domain (`sqrt` at 0) or of a noisy function is flagged as
 * doubtful rather than failed, unless it could not be right even so. Each component needs eleven values of f, each on
 * a fresh copy of the point.
 *
 * @param f a function of one value: a number, array, typed array or object of these, nested
 * @param point where; not changed. Strings and other values in it are handed to f as they are
 * @param gradient shaped like the point; what it leaves out is held fixed and not checked
 * @throws TypeError where the gradient has a number and the point has none
 * @example
 * const report = gradientCheck(
 *   ({ w, b }) => loss(w, b, data),
 *   { w, b },
 *   lossGrad(w, b, data), // { w, b }
 * );
 * if (!report.ok) console.log(formatGradientCheck(report));
 */
export function gradientCheck<P>(
  f: (point: P) => number,
  point: P,
  gradient: unknown,
  options: GradientCheckOptions = {},
): GradientReport {
  const { tolerance = 1e-6, maxComponents = Infinity, step, name } = options;
  const leaves = treeLeaves(gradient);
  const components = spread(leaves, maxComponents).map((leaf) =>
    judge(leaf, differenceAt(f, point, leaf.keys, step), tolerance, name),
  );
  return {
    ok: components.every((component) => component.ok),
    components,
    total: leaves.length,
    worst: components.reduce(
      (most, { status, relativeError }) =>
        status === "doubtful" ? most : Math.max(most, relativeError),
      0,
    ),
  };
}

/** At most `count` of the items: the first, the last and others evenly between. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  const pace = (items.length - 1) / Math.max(1, count - 1);
  return Array.from(
    { length: Math.max(0, Math.trunc(count)) },
    (_, i) => items[Math.round(i * pace)] as T,
  );
}

type Keys = readonly (string | number)[];
type Cell = Record<string | number, unknown>;

/** The derivative of f by the number of `point` at `keys`. */
function differenceAt<P>(
  f: (point: P) => number,
  point: P,
  keys: Keys,
  step: number | undefined,
): Difference {
  const original = cellOf({ point }, keys);
  const x = original.cell[original.key];
  if (typeof x !== "number") throw missing(keys);
  const moved = (distance: number): { point: P; x: number } => {
    const holder = treeCopy({ point });
    const { cell, key } = cellOf(holder, keys);
    cell[key] = x + distance;
    return { point: holder.point, x: cell[key] as number };
  };
  const by = (scale: number): Difference =>
    centralDifference(
      (distance) => f(moved(distance).point),
      scale,
      (distance) => moved(distance).x - x,
    );
  const unit = step ?? (original.cell instanceof Float32Array ? 0.1 : 0.01);
  const size = Math.abs(x);
  const first = by(unit * Math.max(1, size));
  if (size === 0 || size >= 1 || first.error <= 1e-7 * Math.abs(first.slope))
    return first;
  // a small number may live among small numbers: the logarithm of 1e-9
  const second = by(unit * size);
  return second.error < first.error ? second : first;
}

/** The array or object that holds a number. The point has a holder, since it may itself be a number. */
function cellOf<P>(
  holder: { point: P },
  keys: Keys,
): { cell: Cell; key: string | number } {
  let cell = holder as Cell;
  let key: string | number = "point";
  for (const next of keys) {
    const inner = cell[key];
    if (typeof inner !== "object" || inner === null) throw missing(keys);
    cell = inner as Cell;
    key = next;
  }
  return { cell, key };
}

const missing = (keys: Keys): TypeError =>
  new TypeError(
    `the gradient has a number at ${pathText(keys) || "its root"}, and the point has none there`,
  );

function judge(
  leaf: Leaf,
  found: Difference,
  tolerance: number,
  name: string | undefined,
): ComponentCheck {
  const [a, n] = [leaf.value, found.slope];
  const size = Math.max(Math.abs(a), Math.abs(n));
  const gap = Math.abs(a - n);
  // an error that is not small against slope and value vouches for nothing
  const trusted = 1e-4 * size + 1e-7 * Math.max(1, Math.abs(found.value));
  const resolution = Math.min(found.error, trusted);
  const agrees = size < Infinity && gap <= tolerance * size + resolution;
  const note = agrees ? undefined : doubt(a, gap, found, tolerance);
  return {
    path: pathText(name === undefined ? leaf.keys : [name, ...leaf.keys]),
    analytic: a,
    numeric: n,
    error: found.error,
    relativeError: relative(a, n, resolution / tolerance),
    status: agrees ? "ok" : note === undefined ? "mismatch" : "doubtful",
    ok: agrees || note !== undefined,
    ...(note === undefined ? {} : { note }),
  };
}

function relative(a: number, n: number, floor: number): number {
  if (a === n) return 0;
  const ratio = Math.abs(a - n) / Math.max(Math.abs(a), Math.abs(n), floor);
  return Number.isNaN(ratio) ? Infinity : ratio;
}

/** Why finite differences can't speak against a slope here; undefined where they can. */
function doubt(
  a: number,
  gap: number,
  { value, left, right, kind, error }: Difference,
  tolerance: number,
): string | undefined {
  if (!Number.isFinite(value)) return "the function is not finite here";
  if (kind === "edge") return "the edge of the domain, or close to it";
  if (kind === "singular") return "a jump, a cusp or an infinite slope";
  if (kind === "kink") {
    const slack = tolerance * Math.max(Math.abs(left), Math.abs(right)) + error;
    const between =
      a >= Math.min(left, right) - slack && a <= Math.max(left, right) + slack;
    if (between)
      return `a kink: ${short(left)} on the left, ${short(right)} on the right`;
  }
  return gap <= 10 * error ? "differences are too noisy here" : undefined;
}

const short = (x: number): string => String(+x.toPrecision(4));

/**
 * A report as a table for people: all components that are not ok, then the others up to `rows`, then a summary.
 *
 * @param report from {@link gradientCheck}
 * @param rows how many rows to show at most. Default 40
 * @example
 * console.log(formatGradientCheck(report));
 * // component  analytic  numeric  rel. error
 * // w[0]       0.5       0.5      3e-12       ok
 */
export function formatGradientCheck(
  report: GradientReport,
  rows: number = 40,
): string {
  const rank = { mismatch: 0, doubtful: 1, ok: 2 };
  const shown = report.components
    .map((component, i) => ({ component, i }))
    .sort(
      (a, b) =>
        rank[a.component.status] - rank[b.component.status] || a.i - b.i,
    )
    .slice(0, rows)
    .map(({ component }) => component);
  const head = ["component", "analytic", "numeric", "rel. error", ""];
  const cells = shown.map((c) => [
    c.path === "" ? "(value)" : c.path,
    digits(c.analytic),
    digits(c.numeric),
    c.relativeError.toExponential(0),
    c.note === undefined ? c.status : `${c.status}: ${c.note}`,
  ]);
  return [...columns([head, ...cells]), summary(report, shown.length)].join(
    "\n",
  );
}

const digits = (x: number): string => String(+x.toPrecision(10));

/** Left-aligned columns, two spaces apart. */
export function columns(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, c) =>
    Math.max(...table.map((row) => (row[c] ?? "").length)),
  );
  return table.map((row) =>
    row
      .map((cell, c) => cell.padEnd(widths[c] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function summary(report: GradientReport, shown: number): string {
  const count = (status: ComponentCheck["status"]): number =>
    report.components.filter((c) => c.status === status).length;
  const parts = [
    `${count("ok")} of ${report.total} components ok`,
    `${count("doubtful")} doubtful`,
    `${count("mismatch")} wrong`,
  ];
  const unchecked = report.total - report.components.length;
  if (unchecked > 0) parts.push(`${unchecked} not checked`);
  if (shown < report.components.length) parts.push(`${shown} shown`);
  return `${parts.join(", ")}; largest relative error ${report.worst.toExponential(0)}`;
}

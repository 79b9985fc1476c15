import {
  columns,
  formatGradientCheck,
  type GradientReport,
} from "../../runtime/gradientCheck.js";
import { isTypedArray } from "../../runtime/memory.js";
import type { Check } from "./gradcheckModes.js";
import { plural } from "./report.js";

/** What was found about one function. */
export interface Outcome {
  readonly name: string;
  readonly points: readonly {
    readonly args: readonly unknown[];
    readonly checks: readonly Check[];
  }[];
  /** Why points that were made up were not used, each once or more. */
  readonly rejected: readonly string[];
  readonly isWrong: boolean;
  /** Why the function could not be checked at all. */
  readonly unchecked?: string;
}

/** A row for each function, mode and point; then what is wrong; then a summary. */
export function gradcheckTable(outcomes: readonly Outcome[]): string {
  const head = ["function", "mode", "point", "components", "rel. error", ""];
  const rows = outcomes.flatMap(({ name, points, unchecked }) =>
    unchecked === undefined
      ? points.flatMap(({ checks }, k) => checks.map((check) => row(check, k)))
      : [[name, "", "", "", "", "not checked"]],
  );
  const parts = [
    columns([head, ...rows]).join("\n"),
    ...outcomes.flatMap(notes),
    ...outcomes.flatMap(details),
    summary(outcomes),
  ];
  return `${parts.join("\n")}\n`;
}

function row(check: Check, point: number): string[] {
  const { report } = check;
  return [
    check.fn,
    check.mode,
    String(point + 1),
    report === undefined ? "-" : countText(report),
    report === undefined ? "-" : report.worst.toExponential(0),
    verdict(check),
  ];
}

const countText = ({ components, total }: GradientReport): string =>
  components.length === total
    ? String(total)
    : `${components.length} of ${total}`;

function verdict({ problems, report }: Check): string {
  if (problems.length > 0 || report?.ok !== true) return "WRONG";
  const doubtful = report.components.filter((c) => c.status === "doubtful");
  return doubtful.length === 0 ? "ok" : `ok, ${doubtful.length} doubtful`;
}

/** What a reader should know of functions that are not wrong. */
function notes({ name, points, rejected, unchecked }: Outcome): string[] {
  if (unchecked !== undefined) return [`${name}: ${unchecked}`];
  if (rejected.length === 0) return [];
  const reasons = [...new Set(rejected)];
  const more =
    reasons.length > 1
      ? `, and ${plural(reasons.length - 1, "other reason")}`
      : "";
  return [
    `${name}: ${plural(rejected.length, "made-up point")} beside these ${points.length} not used: ${reasons[0]}${more}`,
  ];
}

function details({ points }: Outcome): string[] {
  return points.flatMap(({ args, checks }, k) =>
    checks
      .filter((check) => verdict(check) === "WRONG")
      .flatMap(({ fn, mode, problems, report }) => [
        "",
        `${fn} ${mode} at point ${k + 1}: ${shortJson(args)}`,
        ...problems.map((problem) => `  ${problem}`),
        ...(report === undefined || report.ok
          ? []
          : [formatGradientCheck(report, 20)]),
      ]),
  );
}

/** The arguments in the form that `--points` takes. */
function shortJson(args: readonly unknown[]): string {
  const text = JSON.stringify(args, (_key, value: unknown) =>
    isTypedArray(value) ? Array.from(value) : value,
  );
  return text.length > 400 ? `${text.slice(0, 400)}...` : text;
}

function summary(outcomes: readonly Outcome[]): string {
  const checks = outcomes.flatMap(({ points }) =>
    points.flatMap((point) => point.checks),
  );
  const wrong = checks.filter((check) => verdict(check) === "WRONG").length;
  const unchecked = outcomes.filter((one) => one.unchecked !== undefined);
  const parts = [
    `${plural(outcomes.length, "function")}, ${plural(checks.length, "check")}: ${wrong === 0 ? "no mismatch" : `${wrong} WRONG`}`,
    ...(unchecked.length > 0
      ? [`${plural(unchecked.length, "function")} not checked`]
      : []),
  ];
  return parts.join(", ");
}

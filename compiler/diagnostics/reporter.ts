import type { Finding } from "./diagnostic.js";

/** Collects what the passes find. The same finding at the same place counts once. */
export interface Reporter {
  report(finding: Finding): void;
  readonly findings: readonly Finding[];
}

export function newReporter(): Reporter {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  return {
    findings,
    report(finding) {
      const key = keyOf(finding);
      if (seen.has(key)) return;
      seen.add(key);
      findings.push(finding);
    },
  };
}

export const hasErrors = (reporter: Reporter): boolean =>
  reporter.findings.some((finding) => finding.severity === "error");

/** Findings of one file in the order of the source, files in the order in which they first showed. */
export function inSourceOrder(findings: readonly Finding[]): Finding[] {
  const files = [...new Set(findings.map((finding) => finding.span.file))];
  return files.flatMap((file) =>
    findings
      .filter((finding) => finding.span.file === file)
      .sort((a, b) => a.span.start - b.span.start),
  );
}

const keyOf = ({ code, span, message }: Finding): string =>
  JSON.stringify([code, span.file, span.start, span.end, message]);

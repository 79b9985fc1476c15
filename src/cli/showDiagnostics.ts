import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.js";
import { renderJson } from "../../compiler/diagnostics/renderJson.js";
import { renderPretty } from "../../compiler/diagnostics/renderPretty.js";
import type { BuildOptions } from "./buildOptions.js";
import type { Io } from "./io.js";
import { readIfThere } from "./outputFile.js";
import { shownPath } from "./paths.js";

/** All diagnostics of a run: pretty on standard error, or one JSON array on standard output. */
export function showDiagnostics(
  diagnostics: readonly Diagnostic[],
  { format, quiet }: Pick<BuildOptions, "format" | "quiet">,
  io: Io,
): void {
  const shown = diagnostics.filter(
    ({ severity }) => !quiet || severity === "error",
  );
  const show = (file: string): string =>
    file === "" ? "" : shownPath(file, io.cwd);
  if (format === "json") {
    const withShownPaths = shown.map((one) => relocated(one, show));
    io.out(renderJson(withShownPaths) + "\n");
  } else if (shown.length > 0) {
    io.err(renderPretty(shown, cachedText(), io.color, show) + "\n");
  }
}

function relocated(
  diagnostic: Diagnostic,
  show: (file: string) => string,
): Diagnostic {
  const { file, related } = diagnostic;
  return {
    ...diagnostic,
    file: show(file),
    ...(related === undefined
      ? {}
      : { related: related.map((one) => ({ ...one, file: show(one.file) })) }),
  };
}

/** The sources as they are on the disk, each read once. */
function cachedText(): (file: string) => string {
  const texts = new Map<string, string>();
  return (file) => {
    const text = texts.get(file) ?? readIfThere(file) ?? "";
    texts.set(file, text);
    return text;
  };
}

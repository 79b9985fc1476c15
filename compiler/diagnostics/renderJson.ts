import type { Diagnostic } from "./diagnostic.js";

/** All diagnostics of a run as one JSON array. */
export const renderJson = (diagnostics: readonly Diagnostic[]): string =>
  JSON.stringify(diagnostics, null, 2);

import type { Reporter } from "../diagnostics/reporter.js";
import { lowerFunction } from "./lower/functions/lowerFunction.js";
import {
  readProject,
  type FrontendOptions,
  type SourceModule,
} from "./readProject.js";

export type { FrontendOptions, SourceModule } from "./readProject.js";

/**
 * Reads the user's TypeScript: from files on disk or sources in memory to one Program for each file that has annotated
 * functions. Whatever is wrong or not carried is reported, all of it; a file with errors gives no module.
 *
 * `textOf` gives the text of a file that a span names.
 */
export function lowerProject(
  options: FrontendOptions,
  reporter: Reporter,
): { modules: SourceModule[]; textOf(file: string): string } {
  return readProject(options, reporter, lowerFunction);
}

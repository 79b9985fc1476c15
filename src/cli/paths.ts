import { relative } from "node:path";

/** A path as users see it: relative to the working directory, with forward slashes on every system. */
export const shownPath = (path: string, cwd: string): string =>
  (relative(cwd, path) || ".").replaceAll("\\", "/");

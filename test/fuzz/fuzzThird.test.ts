import { execFileSync } from "node:child_process";
import { expectExact } from "./expectExact.js";

// Everyday patterns, and products of matrices.
expectExact(0, 19, { slice: 7 });
expectExact(0, 4, { slice: 8 });

/**
 * Programs that no run before has seen: the seeds follow from the commit, so that a failure comes again until it is mended.
 * Refusals are not counted here.
 */
const first = 1_000_000 + Number.parseInt(commit().slice(0, 6), 16);
expectExact(first, first + 29, { mayRefuse: true });
expectExact(first, first + 14, { slice: 7, mayRefuse: true });

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return "000000"; // no repository: the sources as a package
  }
}

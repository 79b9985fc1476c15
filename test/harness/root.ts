import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the package, also for tests that run as JavaScript from another place in it. */
export const root = packageOf(dirname(fileURLToPath(import.meta.url)));

function packageOf(folder: string): string {
  return existsSync(join(folder, "package.json"))
    ? folder
    : packageOf(dirname(folder));
}

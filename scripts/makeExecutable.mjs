// The last step of the build: the bin gets its run bit, so that `npx diffc` works in a clone too.
import { chmodSync, readFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const { bin } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
for (const target of Object.values(bin))
  chmodSync(new URL(target, root), 0o755);

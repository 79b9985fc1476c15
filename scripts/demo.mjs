/**
 * `npm run demo`: three programs compiled by the real CLI and run. Their sources, and the gradients that diffc writes
 * beside them, are in examples/.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { diffc, ensureBuilt, root, runNode, transpile } from "./support.mjs";

const started = performance.now();
const sources = [
  "examples/gmm/gmm.ts",
  "examples/iris/network.ts",
  "examples/blackScholes/blackScholes.ts",
];
const mains = [
  "examples/gmm/main.ts",
  "examples/iris/main.ts",
  "examples/blackScholes/main.ts",
];

ensureBuilt();
title("Compile", `npx diffc build ${sources.join(" ")} --stats`);
diffc(["build", ...sources, "--stats"]);
const js = transpile("examples", mains);

title(
  '1. A Gaussian mixture: the problem "gmm" of GradBench, with its prior',
  "examples/gmm/gmm.ts -> examples/gmm/gmm.diff.ts",
);
runNode([js(mains[0]), "examples/data/gmm_d10_K10.txt.gz"], "The mixture");

title(
  "2. A two-layer network on Fisher's irises, trained with Adam",
  "examples/iris/network.ts -> examples/iris/network.diff.ts",
);
runNode([js(mains[1])], "The network");

title(
  "3. A formula: Black-Scholes with all its greeks",
  "examples/blackScholes/blackScholes.ts",
);
show("examples/blackScholes/blackScholes.ts");
heading("what diffc wrote: examples/blackScholes/blackScholes.diff.ts");
show("examples/blackScholes/blackScholes.diff.ts");
runNode([js(mains[2])], "Black-Scholes");

console.log(
  `\nDone in ${((performance.now() - started) / 1000).toFixed(1)} s.`,
);

function title(text, detail) {
  console.log(`\n${"=".repeat(78)}\n${text}\n${"=".repeat(78)}`);
  heading(detail);
}

function heading(text) {
  console.log(`\n--- ${text}\n`);
}

function show(file) {
  const text = readFileSync(join(root, file), "utf8").trimEnd();
  console.log(text.replace(/^/gm, "    "));
}

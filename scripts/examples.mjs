/**
 * `npm run examples [NAME ...]`: the programs of docs/examples.md, compiled by the real CLI and put to use. Without
 * names all of them.
 */
import { diffc, ensureBuilt, fail, runNode, transpile } from "./support.mjs";

const SOURCES = {
  truss: "truss",
  audio: "filterChain",
  queue: "callCentre",
  gears: "gearTrain",
  tides: "tides",
  shape: "duck",
  curve: "calibration",
  lens: "lens",
};

const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : Object.keys(SOURCES);
for (const name of names)
  if (!Object.hasOwn(SOURCES, name))
    fail(`no example "${name}"; there are ${Object.keys(SOURCES).join(", ")}`);

ensureBuilt();
diffc([
  "build",
  ...names.map((name) => `examples/${name}/${SOURCES[name]}.ts`),
]);
const mains = names.map((name) => `examples/${name}/main.ts`);
const js = transpile("programs", mains);
names.forEach((name, k) => {
  console.log(`\n--- ${name}: examples/${name}/main.ts\n`);
  runNode([js(mains[k])], name);
});

/**
 * One race in one process: `node measure.js FOLDER NAME GENERATED_MODULE`. Holds the generated gradient against the one by hand,
 * times both and the function in turns, and prints one line of JSON.
 */
import { pathToFileURL } from "node:url";
import { allFinite, medianTimes } from "../timing.js";
import type { Contest, Module } from "./contest.js";

const [, , folder = "", name = "", path = ""] = process.argv;
const { contest } = (await import(`../${folder}/${name}.js`)) as {
  contest: (module: Module) => Contest;
};
const { primal, hand, generated, slopes } = contest(
  (await import(pathToFileURL(path).href)) as Module,
);
const value = primal(0);
const error = Math.max(
  distance([value], [hand(0)]),
  Object.is(value, generated(0)) ? 0 : Infinity,
  distance(slopes().hand, slopes().generated),
);
const micros = medianTimes({ primal, hand, generated });
console.log(JSON.stringify({ name, micros, error, ok: allFinite() }));

/** Largest difference relative to each entry or to a millionth of the largest. */
function distance(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length || a.length === 0) return Infinity;
  const floor = 1e-6 * a.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  return a.reduce(
    (worst, x, i) =>
      Math.max(worst, Math.abs(x - b[i]!) / (Math.abs(x) + floor)),
    0,
  );
}

/**
 * One problem of bench/style in one process: `node measure.js NAME GENERATED_MODULE`. Checks the generated gradient
 * against the hand-written one, then times both and the primal in turns and prints one line of JSON.
 */
import { pathToFileURL } from "node:url";
import { allFinite, medianTimes } from "../timing.js";
import { type Derived, problems, worstDifference } from "./problems.js";

const [, , name = "", path = ""] = process.argv;
const make = problems[name];
if (make === undefined) throw new Error(`no problem named "${name}"`);
const sets = [make(), make()] as const;
const [{ fn, primal, hand }] = sets;
const points = sets.map(({ at }) => at[0] as never);
const constant = sets[0].at[1];

type Run = (point: never, constant: number) => Derived;
const module: Record<string, unknown> = await import(pathToFileURL(path).href);
const generated = module[`${fn}ValueAndGrad`] as Run;
const [found, wanted] = [generated, hand].map((f) => f(points[0]!, constant));
if (!Object.is(found!.value, primal(points[0]!, constant)))
  throw new Error(`${fn} does not return the primal's value`);

const micros = medianTimes({
  primal: (turn) => primal(points[turn]!, constant),
  hand: (turn) => hand(points[turn]!, constant).value,
  generated: (turn) => generated(points[turn]!, constant).value,
});
const error = worstDifference(wanted!.grad, found!.grad);
console.log(JSON.stringify({ name, micros, error, ok: allFinite() }));

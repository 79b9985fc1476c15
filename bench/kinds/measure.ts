/**
 * `node measure.js GENERATED_MODULE [mixed]`: times gradients on arrays of fractions, after calls with arrays of integers,
 * with holes and of the other types if it is `mixed`, and prints one line of JSON.
 */
import { pathToFileURL } from "node:url";
import { medianTimes } from "../timing.js";
import { twice } from "../races/contest.js";

type Fn = (...args: unknown[]) => number;

const [, , path = "", mixed = ""] = process.argv;
const module = (await import(pathToFileURL(path).href)) as Record<string, Fn>;
const N = 1000;

const integers = (): number[] => Array.from({ length: N }, (_, i) => i % 7);
const fractions = (): number[] =>
  Array.from({ length: N }, (_, i) => Math.sin(i) + 0.1);
const withHoles = (x: number[]): number[] => {
  const holey = new Array<number>(N);
  x.forEach((value, i) => (holey[i] = value));
  return holey;
};
const kinds = [
  fractions,
  integers,
  () => withHoles(integers()),
  () => withHoles(fractions()),
];
const rowsOf = (make: () => number[]): number[][] =>
  Array.from({ length: 20 }, () => make().slice(0, 50));
const floats = (): Float64Array => Float64Array.from(fractions());

let sink = 0;
function call(name: string, args: readonly unknown[], out: object): void {
  sink += module[`${name}ValueAndGradInto`]!(...args, out);
  sink += module[`${name}ValueAndGrad`]!(...args) as unknown as number;
}
if (mixed === "mixed")
  for (let turn = 0; turn < 300; turn++)
    for (const a of kinds)
      for (const b of kinds) {
        call("plain", [a(), b()], { x: b(), y: a() });
        call("rows", [rowsOf(a), b()], { w: rowsOf(b) });
        call("typed", [floats(), floats()], { x: floats(), y: floats() });
      }
const sets = twice(() => ({
  plain: [fractions(), fractions(), { x: fractions(), y: fractions() }],
  rows: [rowsOf(fractions), fractions(), { w: rowsOf(fractions) }],
  typed: [floats(), floats(), { x: floats(), y: floats() }],
}));
const names = ["plain", "rows", "typed"] as const;
const micros = medianTimes(
  Object.fromEntries(
    names.map((name) => {
      const into = module[`${name}ValueAndGradInto`]!;
      return [name, (turn: 0 | 1) => into(...sets[turn][name])];
    }),
  ),
);
console.log(JSON.stringify({ micros, ok: !Object.is(sink, -1) }));

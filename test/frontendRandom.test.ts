import { expect, test } from "vitest";
import { generateProgram } from "./fuzz/generate.js";
import { sliceOf } from "./fuzz/run.js";
import { differenceOf, lowerAll, type Case } from "./frontendHarness.js";

/** Random programs: what the lowered IR does is what the original does. Nothing is differentiated here. */
const count = 120;

function caseOf(seed: number): Case {
  const program = generateProgram(seed, sliceOf(seed));
  return {
    name: `seed ${seed}`,
    source: program.source.replace(/seed\d+\.lib/g, "lib"),
    ...(program.library === undefined
      ? {}
      : { others: { lib: program.library } }),
    calls: program.points,
    entry: program.entry,
  };
}

const from = 0;
const cases = Array.from({ length: count }, (_, k) => caseOf(from + k));
const lowered = lowerAll(cases);

test.each(cases.map((one) => [one.name, one] as const))("%s", (_, one) => {
  const result = lowered.get(one);
  expect(result && differenceOf(one, result)).toBe(undefined);
});

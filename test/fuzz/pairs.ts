import type { GeneratedProgram } from "./generate.js";
import { constructs } from "./constructs.js";
import { newRandom } from "./random.js";

/** What is asked of the second construct is done by a function, by a closure, in a loop, or in a branch. */
const places = 4;

/** How many programs there are: every construct with every other and itself, in every place. */
export const pairCount = constructs.length ** 2 * places;

/**
 * Slice 10: two constructs, one in the other. Seed 0 to `pairCount` - 1 is each of them once, neighbouring seeds having
 * little in common.
 */
export function generatePair(seed: number): GeneratedProgram {
  const count = constructs.length;
  // a number that has no factor in common with the count goes through all of them
  const at = (seed * 1237) % pairCount;
  const outer = constructs[at % count]!;
  const inner = constructs[Math.floor(at / count) % count]!;
  const place = Math.floor(at / count ** 2);
  const own = (text: string | undefined, end: string): string =>
    (text ?? "").replaceAll("$", end);
  const tops = [own(outer.top, "1"), own(inner.top, "2")].filter(
    (text) => text !== "",
  );
  const core = own(
    inner.body((u) => `Math.sin(${u})`),
    "2",
  );
  const helper = `function helper(v: number, w: number): number {\n${core}\n}`;
  const call = place === 1 ? "local" : "helper";
  const before =
    place === 1
      ? `const local = (v: number, w: number): number => {\n${core}\n};\n`
      : place === 2
        ? `const looped = (u: number): number => {
let sum = 0;
for (let n = 0; n < 3; n++) sum += helper(u * n, y);
return sum * 0.2;
};\n`
        : place === 3
          ? `const chosen = (u: number): number => {
if (u > 0.2) return helper(u, y);
return u * y;
};\n`
          : "";
  const ask = (u: string): string =>
    place === 2
      ? `looped(${u})`
      : place === 3
        ? `chosen(${u})`
        : `Math.cos(${call}(${u}, y))`;
  const random = newRandom(seed * 8 + 5);
  const point = (): number[] => [random.decimal(-1, 1), random.decimal(-1, 1)];
  const [line, body] = [
    "const v = x;\nconst w = y;",
    own(outer.body(ask), "1"),
  ];
  return {
    seed,
    source: [
      `// ${outer.name}; ${inner.name}`,
      ...tops,
      ...(place === 1 ? [] : [helper]),
      "/** @differentiable modes=grad,vjp,jvp */",
      "export function model(x: number, y: number): number {",
      `${before}${line}\n${body}`,
      "}",
      "",
    ].join("\n"),
    entry: "model",
    points: [point(), point()],
    parameters: ["x", "y"],
    wrt: ["x", "y"],
    modes: ["grad", "vjp", "jvp"],
  };
}

/**
 * `npm run bench:swell`: how large derivative code grows on functions whose derivative, written out as one formula,
 * doubles with each step. Counts scalar operations of the function and of its value with gradient, with and without the
 * sharing of common subexpressions (`--disable cse`).
 */
import { table } from "./benchTables.mjs";
import { ensureBuilt } from "./support.mjs";

ensureBuilt();
const { compile } = await import("../dist/src/index.js");

const steps = (n, step) => Array.from({ length: n }, () => `  ${step}`);

const families = [
  {
    name: "f = f * f, n times",
    sizes: [4, 8, 16, 32],
    lines: (n) => ["  let f = x;", ...steps(n, "f = f * f;")],
    result: "f",
  },
  {
    name: "((x * x) * (x * x)) * ..., n deep",
    sizes: [2, 4, 6, 8],
    lines: () => [],
    result: (n) => tower(n),
  },
  {
    name: "f = f / (1 + f * f), n times",
    sizes: [4, 8, 16, 32],
    lines: (n) => ["  let f = x;", ...steps(n, "f = f / (1 + f * f);")],
    result: "f",
  },
  {
    name: "q / (1 + q * q) for q of q ..., n deep",
    sizes: [1, 2, 3, 4],
    lines: () => [],
    result: (n) => quotient(n),
  },
];

function tower(n) {
  return n === 0 ? "x" : `(${tower(n - 1)} * ${tower(n - 1)})`;
}

function quotient(n) {
  if (n === 0) return "x";
  const q = quotient(n - 1);
  return `(${q} / (1 + ${q} * ${q}))`;
}

function source({ lines, result }, n) {
  const value = typeof result === "string" ? result : result(n);
  return `/** @differentiable modes=grad */
export function swell(x: number): number {
${[...lines(n), `  return ${value};`].join("\n")}
}
`;
}

async function counts(family, n, disable) {
  const { stats, diagnostics } = await compile({
    sources: { "swell.ts": source(family, n) },
    disable,
  });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors[0].message);
  return stats[0];
}

const rows = [];
for (const family of families)
  for (const n of family.sizes) {
    const shared = await counts(family, n, []);
    const unshared = await counts(family, n, ["cse"]);
    rows.push([
      family.name,
      n,
      unshared.primalOps,
      unshared.derivativeOps,
      shared.primalOps,
      shared.derivativeOps,
    ]);
  }
const head = ["", "n", "f", "f and f'", "f, shared", "f and f', shared"];
console.log(
  table(
    head,
    rows.map((row) => row.map(String)),
  ),
);

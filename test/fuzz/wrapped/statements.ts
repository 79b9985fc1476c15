import { ts } from "ts-morph";
import type { Random } from "../random.js";
import { jumps, pickFrom, runsOfStatements, says } from "./sites.js";
import type { Edit, Rewrite, Unit } from "./unit.js";

/** Statements `s`, done once as before. */
type Wrap = (s: string) => string;

/** Around anything without a jump: into loops of one trip and functions that are called at once. */
const around: Readonly<Record<string, Wrap>> = {
  // branches that are always taken
  "if that holds": (s) => `if (early9(1, 1) > 0) { ${s} }`,
  "else of what does not hold": (s) =>
    `if (early9(0, 1) > 0) { early9(0, 1); } else { ${s} }`,
  "case of a switch": (s) =>
    `switch (deep9(1, 1)) { case 1: { ${s} } break; default: }`,
  "case fallen into": (s) =>
    `switch (deep9(1, 1)) { case 1: case 2: { ${s} } }`,
  // loops of one trip
  "for of one trip": (s) => `for (let k9 = 0; k9 < 1; k9++) { ${s} }`,
  "for that continues": (s) =>
    `for (let k9 = 3; k9 > 0; k9--) { if (k9 !== 2) continue; ${s} }`,
  "for of one element": (s) => `for (const _ of [1]) { ${s} }`,
  "do once": (s) => `do { ${s} } while (0 > 1);`,
  "while, broken off": (s) => `while (true) { ${s} break; }`,
  "loops left by a label": (s) =>
    `out9: for (;;) { for (;;) { ${s} break out9; } }`,
  "loop continued by a label": (s) =>
    `next9: for (let k9 = 0; k9 < 1; k9++) { for (;;) { ${s} continue next9; } }`,
  // functions called at once
  "arrow called": (s) => `(() => { ${s} })();`,
  "local function": (s) => `{ const do9 = (): void => { ${s} }; do9(); }`,
  "callback of forEach": (s) => `[0].forEach(() => { ${s} });`,
  "callback handed on": (s) =>
    `((f9: () => void): void => { f9(); })(() => { ${s} });`,
  "method of an object": (s) => `({ do9: (): void => { ${s} } }).do9();`,
  "early return around": (s) =>
    `(() => { if (early9(1, 1) < 0) return; ${s} })();`,
  "recursion of one step": (s) =>
    `{ const do9 = (n9: number): void => { if (n9 === 0) return; ${s} do9(n9 - 1); }; do9(1); }`,
};

/** Around anything that stays in its function and its loop. */
const within: Readonly<Record<string, Wrap>> = {
  block: (s) => `{ ${s} }`,
  // nothing is thrown, or thrown on as it is
  "try, finally": (s) => `try { ${s} } finally { early9(0, 1); }`,
  "in finally": (s) => `try { early9(0, 1); } finally { ${s} }`,
  "caught and thrown on": (s) => `try { ${s} } catch (why9) { throw why9; }`,
  // a label that is not used, or whose break is never reached
  labelled: (s) => `l9: { ${s} }`,
  "break never reached": (s) =>
    `l9: { if (early9(0, 1) === 1) break l9; ${s} }`,
};

const wrapRun = (unit: Unit, random: Random, unfit: RegExp, wrap: Wrap) => {
  const runs = runsOfStatements(unit, unfit).filter(
    (run) => !run.every((one) => says(one, /^super\(/)),
  );
  const run = pickFrom(random, runs);
  if (run === undefined) return undefined;
  const from = random.int(0, run.length - 1);
  const to = random.int(from, Math.min(run.length - 1, from + 3));
  const [first, last] = [run[from] as ts.Statement, run[to] as ts.Statement];
  const start = first.getStart();
  const text = unit.file.text.slice(start, last.end);
  const edit: Edit = { start, end: last.end, text: wrap(`${text}\n`) };
  return [edit];
};

const named = (
  wraps: Readonly<Record<string, Wrap>>,
  unfit: RegExp,
): Rewrite[] =>
  Object.entries(wraps).map(([name, wrap]) => ({
    name: `statements: ${name}`,
    edits: (unit, random) => wrapRun(unit, random, unfit, wrap),
  }));

export const statementRewrites: readonly Rewrite[] = [
  ...named(around, jumps),
  ...named(within, /\b(yield|await|super)\b/),
];

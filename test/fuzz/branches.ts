import { bounded, condition, squash, atom } from "./expressions.js";
import { findPlace, indexBelow } from "./places.js";
import { type Gen, inner, type Scope } from "./scope.js";
import { words } from "./shapes.js";
import {
  blockLines,
  built,
  type FormTable,
  indent,
  statements,
} from "./statements.js";

export const branchForms: FormTable = [
  [7, 1, (g, s) => branch(g, s)],
  [2, 1, (g, s) => switchInt(g, s)],
  [1, 4, (g, s) => switchWord(g, s)],
  [1, 1, (g, s) => earlyReturn(g, s)],
];

function block(gen: Gen, scope: Scope): string[] {
  return indent(blockLines(gen, scope, inner(scope), gen.random.int(1, 3)));
}

function branch(gen: Gen, scope: Scope): string[] | undefined {
  if (scope.depth > 4) return undefined;
  const { random } = gen;
  const lines = [`if (${condition(gen, scope, 1)}) {`, ...block(gen, scope)];
  while (random.chance(0.2))
    lines.push(
      `} else if (${condition(gen, scope, 1)}) {`,
      ...block(gen, scope),
    );
  if (random.chance(0.5) && scope.budget.statements > 0)
    lines.push("} else {", ...block(gen, scope));
  return [...lines, "}"];
}

function earlyReturn(gen: Gen, scope: Scope): string[] | undefined {
  if (scope.depth > 4) return undefined;
  return exit(gen, scope, "return");
}

/** A conditional `break`, `continue` or `return`, perhaps after some work. */
export function exit(gen: Gen, scope: Scope, only?: "return"): string[] {
  const { random } = gen;
  const loops = scope.loops.filter((loop) => !loop.isSwitch);
  const labels = loops.flatMap((loop) =>
    loop.label === undefined ? [] : [loop.label, loop.label],
  );
  const jumps: string[] = [];
  if (only === undefined && loops.length > 0)
    jumps.push("continue;", "continue;", "break;", "break;");
  for (const label of labels)
    jumps.push(`break ${label};`, `continue ${label};`);
  if (only !== undefined || jumps.length === 0 || random.chance(0.2)) {
    const { result } = scope;
    const value = result && built(gen, scope, result);
    jumps.splice(0, only === undefined ? 2 : jumps.length);
    jumps.push(value === undefined ? "return;" : `return ${value};`);
  }
  const test = rareCondition(gen, scope);
  if (random.chance(0.5)) return [`if (${test}) ${random.pick(jumps)}`];
  return [
    `if (${test}) {`,
    ...indent(statements(gen, inner(scope), 1)),
    `  ${random.pick(jumps)}`,
    "}",
  ];
}

/** True now and then, so that not every function ends at its first exit. */
function rareCondition(gen: Gen, scope: Scope): string {
  if (gen.random.chance(0.2)) return condition(gen, scope, 0);
  const a = squash(gen, atom(gen, scope), 4);
  return `${a.tight ? a.text : `(${a.text})`} > ${gen.random.decimal(0.9, 2)}`;
}

/** The arms of a switch; some fall through. */
function arms(gen: Gen, scope: Scope, labels: readonly string[]): string[] {
  const { random } = gen;
  const inside = inner(scope, {
    loops: [...scope.loops, { label: undefined, isSwitch: true }],
  });
  const heads = labels.map((label) => `case ${label}:`);
  if (random.chance(0.7))
    heads.splice(random.chance(0.8) ? heads.length : 1, 0, "default:");
  return heads.flatMap((head, i) => {
    if (i + 1 < heads.length && random.chance(0.15)) return [head];
    const lines = blockLines(gen, inside, inner(inside), random.int(1, 2));
    if (random.chance(0.75)) lines.push("break;");
    return [`${head} {`, ...indent(lines), "}"];
  });
}

function switchInt(gen: Gen, scope: Scope): string[] | undefined {
  if (scope.depth > 3) return undefined;
  const labels = ["0", "1", "2"].slice(0, gen.random.int(2, 3));
  const on = gen.random.chance(0.7)
    ? indexBelow(gen, scope, 4)
    : `Math.floor(${bounded(gen, scope, 1, 2).text})`;
  const subject = `(${on}) as number`;
  return [`switch (${subject}) {`, ...indent(arms(gen, scope, labels)), "}"];
}

function switchWord(gen: Gen, scope: Scope): string[] | undefined {
  if (scope.depth > 3) return undefined;
  const place = findPlace(gen, scope, (shape) => shape.k === "str");
  if (place === undefined) return undefined;
  return [
    `switch (${place.text} as string) {`,
    ...indent(
      arms(
        gen,
        scope,
        words.map((word) => `"${word}"`),
      ),
    ),
    "}",
  ];
}

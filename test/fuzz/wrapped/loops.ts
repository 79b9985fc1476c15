import { ts } from "ts-morph";
import type { Random } from "../random.js";
import { jumps, nodesIn, pickFrom, says } from "./sites.js";
import { fresh, inPlaceOf, type Rewrite, textWith, type Unit } from "./unit.js";

/** The parts of `for (start; test; step) body`, as texts. */
interface Parts {
  readonly start: string;
  readonly test: string;
  readonly step: string;
  /** Without its braces; what continues leaves a block of that name. */
  readonly body: string;
  readonly label: string;
}

const inside = (body: ts.Statement, text: string): string =>
  ts.isBlock(body) ? text.slice(1, -1) : text;

/** `continue` of this loop as `break LABEL`: what follows the labelled body is the step. */
function continuesOf(loop: ts.Node): ts.ContinueStatement[] {
  const found: ts.ContinueStatement[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isContinueStatement(node) && node.label === undefined)
      found.push(node);
    if (ts.isIterationStatement(node, false) || ts.isFunctionLike(node)) return;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(loop, visit);
  return found;
}

function partsOf(unit: Unit, loop: ts.ForStatement): Parts {
  const label = fresh(unit, "body");
  const edits = continuesOf(loop).map((one) =>
    inPlaceOf(one, `break ${label};`),
  );
  return {
    start: loop.initializer ? `${loop.initializer.getText()};` : "",
    test: loop.condition?.getText() ?? "true",
    step: loop.incrementor ? `${loop.incrementor.getText()};` : "",
    body: inside(loop.statement, textWith(unit, loop.statement, edits)),
    label: edits.length > 0 ? `${label}: ` : "",
  };
}

/** Other loops that evaluate start, test, body and step in the same order. */
const loopsFor: Readonly<Record<string, (parts: Parts) => string>> = {
  while: ({ start, test, step, body, label }) =>
    `{ ${start} while (${test}) { ${label}{ ${body} } ${step} } }`,
  "do while": ({ start, test, step, body, label }) =>
    `{ ${start} if (${test}) do { ${label}{ ${body} } ${step} } while (${test}); }`,
  "endless for": ({ start, test, step, body, label }) =>
    `{ ${start} for (;;) { if (!(${test})) break; ${label}{ ${body} } ${step} } }`,
  "while true, else": ({ start, test, step, body, label }) =>
    `{ ${start} while (true) { if (${test}) { ${label}{ ${body} } ${step} } else break; } }`,
  "flag in the test": ({ start, test, step, body, label }) =>
    `{ ${start} let go9 = ${test}; while (go9) { ${label}{ ${body} } ${step} go9 = ${test}; } }`,
  "do with a flag": ({ start, test, step, body, label }) =>
    `{ ${start} let go9: boolean; do { go9 = ${test}; if (go9) { ${label}{ ${body} } ${step} } } while (go9); }`,
};

/** A loop whose counter a function in it might see is another one for each trip; with a label it is continued from outside. */
const isPlain = (loop: ts.IterationStatement): boolean =>
  !ts.isLabeledStatement(loop.parent) &&
  (ts.isBlock(loop.parent) || ts.isCaseOrDefaultClause(loop.parent)) &&
  !says(loop, /=>|\bfunction\b/);

const asLoop = ([name, text]: [string, (parts: Parts) => string]): Rewrite => ({
  name: `for: ${name}`,
  edits: (unit, random) => {
    const loop = pickFrom(
      random,
      nodesIn(unit, ts.isForStatement).filter(isPlain),
    );
    return loop && [inPlaceOf(loop, text(partsOf(unit, loop)))];
  },
});

/** Recursion that goes on as the loop does. */
const asRecursion: Rewrite = {
  name: "for: recursion",
  edits: (unit, random) => {
    const found = counted(unit, random);
    if (found === undefined) return undefined;
    const { counter, from, loop } = found;
    const [test, step] = [
      loop.condition!.getText(),
      loop.incrementor!.getText(),
    ];
    const body = inside(loop.statement, loop.statement.getText());
    const go = fresh(unit, "go");
    return [
      inPlaceOf(
        loop,
        `{ const ${go} = (${counter}: number): void => { if (!(${test})) return; { ${body} } ${step}; ${go}(${counter}); }; ${go}(${from}); }`,
      ),
    ];
  },
};

/** `let i = FROM` alone, and a body that stays in the loop. */
function counted(unit: Unit, random: Random) {
  const loops = nodesIn(unit, ts.isForStatement).filter(
    (loop) =>
      isPlain(loop) &&
      loop.condition !== undefined &&
      loop.incrementor !== undefined &&
      !says(loop.statement, jumps),
  );
  const loop = pickFrom(random, loops);
  const list = loop?.initializer;
  if (loop === undefined || list === undefined) return undefined;
  if (!ts.isVariableDeclarationList(list)) return undefined;
  const [one, ...others] = list.declarations;
  if (one?.initializer === undefined || others.length > 0) return undefined;
  return { loop, counter: one.name.getText(), from: one.initializer.getText() };
}

/** Trips over a list of the indices, for `for (let i = 0; i < n; i++)` with a bound that stays as it is. */
const indices: Readonly<
  Record<string, (n: string, i: string, body: string) => string>
> = {
  "forEach of indices": (n, i, body) =>
    `Array.from({ length: Math.max(0, ${n}) }, (_, k9) => k9).forEach((${i}) => { ${body} });`,
  "for of keys": (n, i, body) =>
    `for (const ${i} of new Array(Math.max(0, ${n})).keys()) { ${body} }`,
  "for of a range": (n, i, body) =>
    `for (const ${i} of [...Array(Math.max(0, ${n})).keys()]) { ${body} }`,
  "reduce over indices": (n, i, body) =>
    `Array.from({ length: Math.max(0, ${n}) }, (_, k9) => k9).reduce((trips9, ${i}) => { ${body} return trips9 + 1; }, 0);`,
  "counted down": (n, i, body) =>
    `for (let k9 = ${n}; k9 > 0; k9--) { const ${i} = ${n} - k9; ${body} }`,
};

const overIndices = ([name, text]: [
  string,
  (n: string, i: string, body: string) => string,
]): Rewrite => ({
  name: `for: ${name}`,
  edits: (unit, random) => {
    const found = counted(unit, random);
    if (found === undefined || found.from !== "0") return undefined;
    const { loop, counter } = found;
    const n = loop.condition!;
    const isRange =
      ts.isBinaryExpression(n) &&
      n.left.getText() === counter &&
      n.operatorToken.kind === ts.SyntaxKind.LessThanToken &&
      loop.incrementor!.getText() === `${counter}++` &&
      (ts.isIdentifier(n.right) ||
        ts.isNumericLiteral(n.right) ||
        /^\w+\.length$/.test(n.right.getText())) &&
      !says(
        loop.statement,
        new RegExp(`\\b${counter}\\b *(=[^=]|[-+]{2}|[-+*/]=)|push|pop`),
      );
    if (!isRange) return undefined;
    const body = inside(loop.statement, loop.statement.getText());
    return [inPlaceOf(loop, text(n.right.getText(), counter, body))];
  },
});

/** Other ways through a list: `for (const NAME of LIST) BODY`. */
const ways: Readonly<
  Record<string, (list: string, name: string, body: string) => string>
> = {
  forEach: (list, name, body) => `(${list}).forEach((${name}) => { ${body} });`,
  indices: (list, name, body) =>
    `{ const xs9 = ${list}; for (let i9 = 0; i9 < xs9.length; i9++) { const ${name} = xs9[i9]!; ${body} } }`,
  entries: (list, name, body) =>
    `for (const [, e9] of (${list}).entries()) { const ${name} = e9; ${body} }`,
  reduce: (list, name, body) =>
    `(${list}).reduce((n9, e9) => { const ${name} = e9; ${body} return n9 + 1; }, 0);`,
  map: (list, name, body) =>
    `(${list}).map((${name}) => { ${body} return 0; });`,
  some: (list, name, body) =>
    `(${list}).some((${name}) => { ${body} return false; });`,
  "while with an index": (list, name, body) =>
    `{ const xs9 = ${list}; let i9 = 0; while (i9 < xs9.length) { const ${name} = xs9[i9++]!; ${body} } }`,
  recursion: (list, name, body) =>
    `{ const xs9 = ${list}; const go9 = (i9: number): void => { if (i9 >= xs9.length) return; const ${name} = xs9[i9]!; ${body} go9(i9 + 1); }; go9(0); }`,
};

const throughList = ([name, text]: [
  string,
  (list: string, name: string, body: string) => string,
]): Rewrite => ({
  name: `for of: ${name}`,
  edits: (unit, random) => {
    const loops = nodesIn(unit, ts.isForOfStatement).filter(
      (loop) =>
        isPlain(loop) &&
        ts.isVariableDeclarationList(loop.initializer) &&
        unit.checker.isArrayType(
          unit.checker.getTypeAtLocation(loop.expression),
        ) &&
        !says(loop.statement, jumps),
    );
    const loop = pickFrom(random, loops);
    if (loop === undefined || !ts.isVariableDeclarationList(loop.initializer))
      return undefined;
    const variable = loop.initializer.declarations[0]!.name.getText();
    const body = inside(loop.statement, loop.statement.getText());
    return [inPlaceOf(loop, text(loop.expression.getText(), variable, body))];
  },
});

export const loopRewrites: readonly Rewrite[] = [
  ...Object.entries(loopsFor).map(asLoop),
  asRecursion,
  ...Object.entries(indices).map(overIndices),
  ...Object.entries(ways).map(throughList),
];

import { ts } from "ts-morph";
import { jumps, nodesIn, pickFrom, says } from "./sites.js";
import { inPlaceOf, type Rewrite } from "./unit.js";

/** `if (test) yes else no`, where `no` may be empty; yes and no are blocks. */
const ifs: Readonly<
  Record<string, (test: string, yes: string, no: string) => string>
> = {
  // the test is evaluated once, and one of the two blocks follows
  turned: (test, yes, no) => `if (!(${test})) ${no} else ${yes}`,
  "switch of true": (test, yes, no) =>
    `switch (true) { case ${test}: ${yes} break; default: ${no} }`,
  "switch of a number": (test, yes, no) =>
    `switch ((${test}) ? 1 : 0) { case 0: ${no} break; case 1: ${yes} }`,
  "switch of a word": (test, yes, no) =>
    `switch ((${test}) ? "yes" : "no") { case "yes": ${yes} break; case "no": ${no} break; }`,
  "test in a variable": (test, yes, no) =>
    `{ const if9 = Boolean(${test}); if (if9) ${yes} if (!if9) ${no} }`,
  "label left": (test, yes, no) =>
    `if9: { if (${test}) { ${yes} break if9; } ${no} }`,
};

/** The same for blocks that may become functions. */
const called: typeof ifs = {
  "functions chosen": (test, yes, no) =>
    `((${test}) ? () => ${yes} : () => ${no})();`,
  "functions in a table": (test, yes, no) =>
    `[() => ${no}, () => ${yes}][(${test}) ? 1 : 0]!();`,
  "and, or": (test, yes, no) =>
    `((${test}) && ((): boolean => { ${yes} return true; })()) || ((): boolean => { ${no} return true; })();`,
  "early return": (test, yes, no) =>
    `(() => { if (${test}) { ${yes} return; } ${no} })();`,
  "object of functions": (test, yes, no) =>
    `({ yes9: () => ${yes}, no9: () => ${no} })[(${test}) ? "yes9" : "no9"]();`,
};

const block = (statement: ts.Statement | undefined): string =>
  statement === undefined ? "{ }" : `{ ${statement.getText()} }`;

const ofIf = (
  [name, text]: [string, (test: string, yes: string, no: string) => string],
  unfit: RegExp,
): Rewrite => ({
  name: `if: ${name}`,
  edits: (unit, random) => {
    const found = nodesIn(unit, ts.isIfStatement).filter(
      (one) => ts.isBlock(one.parent) && !says(one, unfit),
    );
    const one = pickFrom(random, found);
    if (one === undefined) return undefined;
    const { expression, thenStatement, elseStatement } = one;
    return [
      inPlaceOf(
        one,
        text(expression.getText(), block(thenStatement), block(elseStatement)),
      ),
    ];
  },
});

/** `test ? yes : no` */
const ternaries: typeof ifs = {
  turned: (test, yes, no) => `(!(${test}) ? ${no} : ${yes})`,
  if: (test, yes, no) =>
    `(() => { if (${test}) return ${yes}; return ${no}; })()`,
  "if, else": (test, yes, no) =>
    `(() => { if (${test}) { return ${yes}; } else { return ${no}; } })()`,
  switch: (test, yes, no) =>
    `(() => { switch (true) { case ${test}: return ${yes}; default: return ${no}; } })()`,
  "functions in a list": (test, yes, no) =>
    `[() => ${no}, () => ${yes}][Number(${test})]!()`,
  "assigned in arms": (test, yes, no) =>
    `(() => { let v9; if (${test}) v9 = ${yes}; else v9 = ${no}; return v9; })()`,
  "assigned or overwritten": (test, yes, no) =>
    `(() => { const if9 = Boolean(${test}); let v9; if (if9) v9 = ${yes}; if (!if9) v9 = ${no}; return v9!; })()`,
  "records chosen": (test, yes, no) =>
    `((${test}) ? { v9: ${yes} } : { v9: ${no} }).v9`,
  "lists chosen": (test, yes, no) => `((${test}) ? [${yes}] : [${no}])[0]!`,
  "and, else": (test, yes, no) =>
    `(((${test}) && { v9: ${yes} }) || { v9: ${no} }).v9`,
  "missing, else": (test, yes, no) =>
    `(((${test}) ? { v9: ${yes} } : undefined) ?? { v9: ${no} }).v9`,
  "optional call": (test, yes, no) =>
    `((((${test}) ? () => ({ v9: ${yes} }) : undefined)?.()) ?? { v9: ${no} }).v9`,
  "loop that may not run": (test, yes, no) =>
    `(() => { for (; ${test}; ) return ${yes}; return ${no}; })()`,
};

const ofTernary = ([name, text]: [
  string,
  (test: string, yes: string, no: string) => string,
]): Rewrite => ({
  name: `ternary: ${name}`,
  edits: (unit, random) => {
    const found = nodesIn(unit, ts.isConditionalExpression).filter(
      (one) => !says(one, /\b(yield|await|super|arguments)\b/),
    );
    const one = pickFrom(random, found);
    return (
      one && [
        inPlaceOf(
          one,
          text(
            one.condition.getText(),
            one.whenTrue.getText(),
            one.whenFalse.getText(),
          ),
        ),
      ]
    );
  },
});

/** Conditions: `a && b`, `a || b`, comparisons. */
const conditions: Readonly<Record<string, (test: string) => string>> = {
  "not not": (test) => `!!(${test})`,
  "and true": (test) => `((${test}) && true)`,
  "or false": (test) => `((${test}) || early9(0, 1) > 0)`,
  "not of nothing": (test) => `((${test}) === true)`,
  "function asked": (test) => `(() => ${test})()`,
  "list asked": (test) => `[0].some(() => ${test})`,
  "chosen words": (test) => `((${test}) ? "a" : "b") === "a"`,
};

const ofCondition = ([name, text]: [
  string,
  (test: string) => string,
]): Rewrite => ({
  name: `condition: ${name}`,
  edits: (unit, random) => {
    const found = nodesIn(unit, ts.isExpression).filter(
      (one) =>
        (unit.checker.getTypeAtLocation(one).flags &
          ts.TypeFlags.BooleanLike) !==
          0 &&
        (ts.isIfStatement(one.parent) ||
          (ts.isConditionalExpression(one.parent) &&
            one.parent.condition === one) ||
          ts.isWhileStatement(one.parent) ||
          ts.isDoStatement(one.parent) ||
          (ts.isForStatement(one.parent) && one.parent.condition === one)) &&
        !says(one, /\b(yield|await|super|arguments)\b/),
    );
    const one = pickFrom(random, found);
    return one && [inPlaceOf(one, text(one.getText()))];
  },
});

export const branchRewrites: readonly Rewrite[] = [
  ...Object.entries(ifs).map((one) => ofIf(one, /\bbreak\b/)),
  ...Object.entries(called).map((one) => ofIf(one, jumps)),
  ...Object.entries(ternaries).map(ofTernary),
  ...Object.entries(conditions).map(ofCondition),
];

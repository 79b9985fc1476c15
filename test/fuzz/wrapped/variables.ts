import { ts } from "ts-morph";
import { asUse, type Local, numbers } from "./locals.js";
import { isWritten, localVariables, pickFrom, usesOf } from "./sites.js";
import { after, fresh, inPlaceOf, type Rewrite, type Unit } from "./unit.js";

/** Words that generated code uses itself. */
const taken =
  "t t1 bx tape sp grad value out result i1 trip trips n self cotangent tangent rows work flag r s by k1 own record values x1 index keys args dx ds zeros seed slopes saved push keep".split(
    " ",
  );

/** Another name, one that generated code would like to use. */
const renamed: Rewrite = {
  name: "variable: renamed",
  edits: (unit, random) => {
    const one = pickFrom(
      random,
      localVariables(unit).filter(({ name }) => ts.isIdentifier(name)),
    );
    const free = taken.filter(
      (word) => !new RegExp(`\\b${word}\\b`).test(unit.file.text),
    );
    const name = pickFrom(random, free);
    if (one === undefined || name === undefined) return undefined;
    const old = one.name as ts.Identifier;
    return [
      inPlaceOf(old, name),
      ...usesOf(unit, old).map((use) => asUse(use, name)),
    ];
  },
};

/** Reads go through a function that gives the variable as it is then. */
const readByClosure: Rewrite = {
  name: "variable: read by a closure",
  edits: (unit, random) => {
    const one = pickFrom(random, numbers(unit));
    if (one === undefined) return undefined;
    const get = fresh(unit, "get");
    const statement = one.parent.parent;
    const uses = usesOf(unit, one.name).filter(
      (use) => !isWritten(use) && use.getStart() > statement.end,
    );
    if (uses.length === 0) return undefined;
    return [
      ...uses.map((use) => asUse(use, `${get}()`)),
      after(statement, ` const ${get} = (): number => ${one.name.text};`),
    ];
  },
};

const arithmetic = ["+=", "-=", "*=", "/=", "**=", "%="];

/** Statements that assign go through a function that does so. */
const writtenByClosure: Rewrite = {
  name: "variable: written by a closure",
  edits: (unit, random) => {
    const written = numbers(unit).filter(
      (one) => assignmentsTo(unit, one).length > 0,
    );
    const one = pickFrom(random, written);
    if (one === undefined) return undefined;
    const set = fresh(unit, "set");
    const { text } = one.name;
    return [
      ...assignmentsTo(unit, one).map((assignment) => {
        const { left, right, operatorToken } = assignment;
        const operator = operatorToken.getText().slice(0, -1);
        const value =
          operator === ""
            ? right.getText()
            : `${left.getText()} ${operator} (${right.getText()})`;
        return inPlaceOf(assignment, `${set}(${value})`);
      }),
      after(
        one.parent.parent,
        ` const ${set} = (v9: number): void => { ${text} = v9; };`,
      ),
    ];
  },
};

const assignmentsTo = (unit: Unit, one: Local): ts.BinaryExpression[] =>
  usesOf(unit, one.name)
    .map((use) => use.parent)
    .filter(
      (parent): parent is ts.BinaryExpression =>
        ts.isBinaryExpression(parent) &&
        ts.isIdentifier(parent.left) &&
        parent.left.text === one.name.text &&
        ts.isExpressionStatement(parent.parent) &&
        ["=", ...arithmetic].includes(parent.operatorToken.getText()),
    );

/** How a variable may be declared instead. */
const declarations: Readonly<
  Record<string, (name: string, value: string) => string>
> = {
  // declared, then given its value
  "assigned after it is declared": (name, value) =>
    `let ${name}: number; ${name} = ${value}`,
  // a copy of a copy is the same number
  "copied twice": (name, value) =>
    `const a9${name} = ${value}; let b9${name} = a9${name}; let ${name} = b9${name}`,
  "taken from an array": (name, value) => `let [${name}] = [${value}, 1]`,
  "taken from an object": (name, value) =>
    `let { v9: ${name} } = { v9: ${value} }`,
  "taken as a default": (name, value) =>
    `let { v9: ${name} = ${value} }: { v9?: number } = {}`,
  "taken from what is left": (name, value) =>
    `let [, ...r9${name}] = [0, ${value}]; let ${name} = r9${name}[0]!`,
  "declared with others": (name, value) =>
    `let a9${name} = 0, ${name} = ${value}, b9${name} = a9${name}`,
  "declared by var": (name, value) => `var ${name} = ${value}`,
};
const declared = (
  name: string,
  text: (name: string, value: string) => string,
): Rewrite => ({
  name: `variable: ${name}`,
  edits: (unit, random) => {
    const one = pickFrom(random, numbers(unit));
    if (one?.initializer === undefined) return undefined;
    // a var is one for all trips
    if (name === "declared by var" && isInLoop(one)) return undefined;
    const value = one.initializer.getText();
    return [inPlaceOf(one.parent, text(one.name.text, value))];
  },
});

const isInLoop = (node: ts.Node): boolean =>
  node.parent !== undefined &&
  !ts.isFunctionLike(node) &&
  (ts.isIterationStatement(node, false) || isInLoop(node.parent));

export const variableRewrites: readonly Rewrite[] = [
  ...Object.entries(declarations).map(([name, text]) => declared(name, text)),
  renamed,
  readByClosure,
  writtenByClosure,
];

import { ts } from "ts-morph";
import type { Random } from "../random.js";
import { asUse } from "./locals.js";
import { isNumber, isNumbers, pickFrom, usesOf } from "./sites.js";
import { fresh, type Rewrite, type Unit } from "./unit.js";

const parametersOf = (unit: Unit): ts.ParameterDeclaration[] => {
  const found: ts.ParameterDeclaration[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isParameter(node) &&
      ts.isIdentifier(node.name) &&
      node.name.text !== "this" &&
      "body" in node.parent &&
      node.parent.body !== undefined &&
      ts.isBlock(node.parent.body as ts.Node)
    )
      found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(unit.file);
  return found;
};

/** At the top of a function, something else takes the place of a parameter in its body. */
const insteadOfParameter = (
  name: string,
  fits: (unit: Unit, one: ts.ParameterDeclaration) => boolean,
  made: (box: string, parameter: string) => string,
  at: (box: string) => string,
): Rewrite => ({
  name: `parameter: ${name}`,
  edits: (unit: Unit, random: Random) => {
    const one = pickFrom(
      random,
      parametersOf(unit).filter((parameter) => fits(unit, parameter)),
    );
    if (one === undefined || !("body" in one.parent)) return undefined;
    const body = one.parent.body as ts.Block;
    if (/^\s*super\(/.test(body.getText().slice(1))) return undefined;
    const parameter = one.name as ts.Identifier;
    const box = fresh(unit, parameter.text);
    const uses = usesOf(unit, parameter).filter(
      (use) => use.getStart() > body.getStart() && use.end < body.end,
    );
    const start = body.getStart() + 1;
    return [
      { start, end: start, text: ` ${made(box, parameter.text)}` },
      ...uses.map((use) => asUse(use, at(box))),
    ];
  },
});

const isNumberParameter = (unit: Unit, one: ts.ParameterDeclaration): boolean =>
  isNumber(unit, one.name);

export const parameterRewrites: readonly Rewrite[] = [
  // a variable of its own begins with the argument
  insteadOfParameter(
    "copied",
    isNumberParameter,
    (box, name) => `let ${box} = ${name};`,
    (box) => box,
  ),
  insteadOfParameter(
    "kept in an object",
    isNumberParameter,
    (box, name) => `const ${box} = { v9: ${name} };`,
    (box) => `${box}.v9`,
  ),
  insteadOfParameter(
    "kept in an instance",
    isNumberParameter,
    (box, name) => `const ${box} = new Box9(${name});`,
    (box) => `${box}.value`,
  ),
  insteadOfParameter(
    "kept in a shared array",
    isNumberParameter,
    (box, name) => `const ${box} = [${name}]; const ${box}b = ${box};`,
    (box) => `${box}b[0]!`,
  ),
  // another name for the same array
  insteadOfParameter(
    "named again",
    (unit, one) => isNumbers(unit, one.name),
    (box, name) => `const ${box} = ${name};`,
    (box) => box,
  ),
  insteadOfParameter(
    "array kept in an object",
    (unit, one) => isNumbers(unit, one.name),
    (box, name) => `const ${box} = { v9: ${name} };`,
    (box) => `${box}.v9`,
  ),
];

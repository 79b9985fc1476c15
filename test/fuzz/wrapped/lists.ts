import { ts } from "ts-morph";
import { isNumbers, nodesIn, pickFrom, says } from "./sites.js";
import { inPlaceOf, type Rewrite, type Unit } from "./unit.js";

/** Copies of a list hold what the list holds, and are read at once. */
const copies: Readonly<Record<string, (xs: string) => string>> = {
  spread: (xs) => `[...${xs}]`,
  slice: (xs) => `${xs}.slice()`,
  "Array.from": (xs) => `Array.from(${xs})`,
  concat: (xs) => `([] as number[]).concat(${xs})`,
  map: (xs) => `${xs}.map((x9) => x9)`,
  filter: (xs) => `${xs}.filter(() => true)`,
  "reversed twice": (xs) => `[...${xs}].reverse().reverse()`,
  "spread of a spread": (xs) => `[...[...${xs}]]`,
  "pushed one by one": (xs) =>
    `(() => { const c9: number[] = []; for (const x9 of ${xs}) c9.push(x9); return c9; })()`,
  "assigned by index": (xs) =>
    `(() => { const c9 = new Array<number>(${xs}.length); for (let i9 = 0; i9 < ${xs}.length; i9++) c9[i9] = ${xs}[i9]!; return c9; })()`,
  "through records": (xs) => `${xs}.map((v9) => ({ v9 })).map(({ v9 }) => v9)`,
  "through rows": (xs) => `${xs}.map((x9) => [x9]).flat()`,
  "through a typed array": (xs) => `[...Float64Array.from(${xs})]`,
  "in a field": (xs) => `({ v9: ${xs} }).v9`,
  "given back": (xs) => `same9(${xs})`,
  "chosen of two": (xs) => `(early9(1, 1) > 0 ? ${xs} : [])`,
  "in a row": (xs) => `[[0], ${xs}][1]!`,
};

const reading =
  /^(length|at|map|reduce|reduceRight|some|every|find|findIndex|indexOf|includes|join|entries|slice|concat|filter|flatMap)$/;

/** Lists that are looked into where they stand, and not changed meanwhile. */
const listsRead = (unit: Unit): ts.Expression[] =>
  nodesIn(unit, ts.isExpression).filter(
    (node) => isRead(node) && isNumbers(unit, node) && !says(node, /[=(]/),
  );

function isRead(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isElementAccessExpression(parent) && parent.expression === node) {
    const { parent: user } = parent;
    const isStore =
      (ts.isBinaryExpression(user) && user.left === parent) ||
      ts.isPostfixUnaryExpression(user) ||
      ts.isPrefixUnaryExpression(user) ||
      ts.isArrayLiteralExpression(user);
    return !isStore;
  }
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node)
    return reading.test(parent.name.text) && !isStoreTarget(parent);
  return ts.isSpreadElement(parent) && !isPatternPart(parent);
}

const isStoreTarget = ({ parent }: ts.Node): boolean =>
  ts.isBinaryExpression(parent) || ts.isPostfixUnaryExpression(parent);

const isPatternPart = (node: ts.Node): boolean =>
  ts.isArrayLiteralExpression(node.parent) &&
  ts.isBinaryExpression(node.parent.parent) &&
  node.parent.parent.left === node.parent;

const copied = ([name, copy]: [string, (xs: string) => string]): Rewrite => ({
  name: `list: ${name}`,
  edits: (unit, random) => {
    const site = pickFrom(random, listsRead(unit));
    return site && [inPlaceOf(site, copy(site.getText()))];
  },
});

/** A method of arrays, its callback made a variable first: functions are values. */
const callbackNamed: Rewrite = {
  name: "list: callback in a variable",
  edits: (unit, random) => {
    const calls = nodesIn(unit, ts.isCallExpression).filter(
      ({ expression, arguments: args }) =>
        ts.isPropertyAccessExpression(expression) &&
        /^(map|forEach|filter|some|every|find)$/.test(expression.name.text) &&
        args.length === 1 &&
        args[0] !== undefined &&
        ts.isArrowFunction(args[0]) &&
        args[0].parameters.length === 1 &&
        ts.isIdentifier(args[0].parameters[0]!.name),
    );
    const call = pickFrom(random, calls);
    const callback = call?.arguments[0];
    if (callback === undefined || !ts.isArrowFunction(callback))
      return undefined;
    const [parameter] = callback.parameters;
    const type = unit.checker.typeToString(
      unit.checker.getTypeAtLocation(parameter!),
    );
    const body = callback.body.getText();
    const name = parameter!.name.getText();
    return [
      inPlaceOf(
        callback,
        `((): ((${name}: ${type}) => ${resultOf(unit, callback)}) => { const f9 = (${name}: ${type}) => ${body}; return f9; })()`,
      ),
    ];
  },
};

const resultOf = (unit: Unit, fn: ts.ArrowFunction): string => {
  const signature = unit.checker.getSignatureFromDeclaration(fn);
  return signature === undefined
    ? "void"
    : unit.checker.typeToString(
        unit.checker.getReturnTypeOfSignature(signature),
      );
};

/** The other arguments of a callback: the index and the list itself. */
const callbackTakesAll: Rewrite = {
  name: "list: element by its index",
  edits: (unit, random) => {
    const arrows = nodesIn(unit, ts.isArrowFunction).filter(
      ({ parent, parameters }) =>
        ts.isCallExpression(parent) &&
        ts.isPropertyAccessExpression(parent.expression) &&
        /^(map|forEach|filter|some|every)$/.test(parent.expression.name.text) &&
        isNumbers(unit, parent.expression.expression) &&
        parameters.length === 1 &&
        ts.isIdentifier(parameters[0]!.name),
    );
    const arrow = pickFrom(random, arrows);
    const parameter = arrow?.parameters[0];
    if (parameter === undefined) return undefined;
    const { parent } = parameter;
    const list = `(${parameter.getText()}, i9, xs9)`;
    const open = parent.getText().startsWith("(");
    const edit = inPlaceOf(parameter, list.slice(1, -1));
    const name = (parameter.name as ts.Identifier).text;
    const uses = nodesIn(unit, ts.isIdentifier).filter(
      (one) =>
        one.text === name &&
        one !== parameter.name &&
        unit.checker.getSymbolAtLocation(one) ===
          unit.checker.getSymbolAtLocation(parameter.name) &&
        !ts.isShorthandPropertyAssignment(one.parent),
    );
    const use = pickFrom(random, uses);
    if (use === undefined || !open) return undefined;
    return [edit, inPlaceOf(use, "xs9[i9]!")];
  },
};

export const listRewrites: readonly Rewrite[] = [
  ...Object.entries(copies).map(copied),
  callbackNamed,
  callbackTakesAll,
];

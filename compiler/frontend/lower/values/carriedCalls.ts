import { ts } from "ts-morph";
import { addName, addTable } from "./carriedNames.js";
import {
  addPart,
  type Carried,
  describeArguments,
  describeMember,
  type Effect,
  refuseCarried,
  text,
} from "./carriedText.js";
import { addText } from "./ownTexts.js";
import { isAmbient } from "../../syntax/callee.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";
import { isPlainPattern } from "../../names/onlyRead.js";
import { openClassOf } from "../classes/packageClasses.js";
import { localVariable } from "../lowerVariables.js";

/** Methods of strings, numbers, maps, sets and carried arrays that change nothing. */
const pureMethods: ReadonlySet<string> = new Set(
  (
    "at charAt charCodeAt codePointAt concat endsWith entries get has includes indexOf join keys lastIndexOf " +
    "localeCompare match normalize padEnd padStart repeat replace replaceAll search slice split startsWith " +
    "substring toExponential toFixed toLowerCase toPrecision toString toUpperCase trim trimEnd trimStart " +
    "valueOf values hasOwnProperty test getTime getFullYear getMonth getDate getDay getHours getMinutes getSeconds " +
    "getMilliseconds getUTCFullYear getUTCMonth getUTCDate getUTCDay getUTCHours getUTCMinutes getUTCSeconds " +
    "getUTCMilliseconds toISOString"
  ).split(" "),
);

/** Functions of the library that change nothing and give the same each time. */
const pureFunctions: ReadonlySet<string> = new Set([
  "String",
  "Number",
  "Boolean",
  "parseFloat",
  "parseInt",
  "isNaN",
  "isFinite",
  "Number.parseFloat",
  "Number.parseInt",
  "Number.isNaN",
  "Number.isFinite",
  "Number.isInteger",
  "Number.isSafeInteger",
  "String.fromCharCode",
  "JSON.stringify",
  "Object.keys",
  "Object.hasOwn",
  "Object.is",
  "Array.isArray",
]);

export function describeCall(
  site: Site,
  node: ts.CallExpression,
  carried: Carried,
): Effect {
  const callee = bareExpression(node.expression);
  if (isFunctionName(site, callee)) {
    const name = callee.getText();
    if (/^Object\.is(Frozen|Sealed|Extensible)$/.test(name))
      site.ctx.refuse(
        node,
        "DC2122",
        `${name} asks how an object may be used, which generated code does not keep`,
        "leave it out",
      );
    addName(site, callee, carried);
    const isPure = pureFunctions.has(name);
    const [only] = node.arguments;
    if (name === "String" && only !== undefined && !ts.isSpreadElement(only)) {
      text(carried, "(");
      addText(site, only, carried, "string");
      text(carried, ")");
      return "none";
    }
    describeArguments(site, node.arguments, carried, isPure);
    return isPure ? "none" : "effect";
  }
  if (!ts.isPropertyAccessExpression(callee)) return refuseCarried(site, node);
  // a class of a package may have a method of such a name, too: chord.at(x)
  openClassOf(site, callee.expression);
  if (
    callee.name.text !== "hasOwnProperty" ||
    !addTable(site, callee.expression, carried)
  )
    addPart(site, callee.expression, carried);
  return describeMethod(site, node, carried);
}

/** `.f(...)`, after the text of what it is called on. */
export function describeMethod(
  site: Site,
  node: ts.CallExpression,
  carried: Carried,
): Effect {
  const callee = bareExpression(node.expression);
  if (
    !ts.isPropertyAccessExpression(callee) ||
    (!pureMethods.has(callee.name.text) && !isExec(site, callee))
  ) {
    if (ts.isPropertyAccessExpression(callee))
      openClassOf(site, callee.expression);
    return site.ctx.refuse(
      node,
      "DC2103",
      `diffc cannot see what ${shownCallee(callee)} does, and what it changes`,
      "write it with functions and classes of this project, or call it before and pass its result in",
    );
  }
  describeMember(site, callee, carried);
  describeArguments(site, node.arguments, carried);
  return "none";
}

/** `/^(\d+)m$/.exec(text)`: without g and y an expression keeps nothing from one call to the next. */
function isExec({ ctx }: Site, callee: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(callee)) return false;
  if (callee.name.text !== "exec") return false;
  const owner = bareExpression(callee.expression);
  const decl = ts.isIdentifier(owner)
    ? definedSymbol(ctx.checker, owner)?.valueDeclaration
    : undefined;
  const isConst =
    decl !== undefined &&
    ts.isVariableDeclaration(decl) &&
    (decl.parent.flags & ts.NodeFlags.Const) !== 0;
  return isPlainPattern(isConst ? decl.initializer : owner);
}

function shownCallee(callee: ts.Expression): string {
  const text = callee.getText();
  if (text.length <= 40 && !text.includes("\n")) return text;
  return ts.isPropertyAccessExpression(callee)
    ? callee.name.text
    : "this function";
}

/** `name` or `Library.name` of something that is no value of the IR. */
function isFunctionName(
  site: Site,
  node: ts.Expression,
): node is ts.Identifier | ts.PropertyAccessExpression {
  if (ts.isPropertyAccessExpression(node))
    return (
      ts.isIdentifier(node.expression) && isLibraryObject(site, node.expression)
    );
  return ts.isIdentifier(node) && localVariable(site, node) === undefined;
}

/** Math, JSON, Object, console: a name of the library that is not created by `new`. */
function isLibraryObject(site: Site, node: ts.Identifier): boolean {
  const symbol = definedSymbol(site.ctx.checker, node);
  return (
    symbol !== undefined &&
    (isAmbient(symbol) || (symbol.flags & ts.SymbolFlags.ValueModule) !== 0) &&
    localVariable(site, node) === undefined
  );
}

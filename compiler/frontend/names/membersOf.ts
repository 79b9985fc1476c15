import { ts } from "ts-morph";
import { mayBeSeenAs } from "../classes.js";
import { isInGeneric } from "./keyWrites.js";
import { eachNode } from "../syntax/scan.js";

/**
 * Where a field of objects of a type may be asked for: `o.name`, `o["name"]`, `o[key]`, `{ name: x } = o`,
 * `Object.values(o)`.
 */
export function newMembersOf(
  checker: ts.TypeChecker,
  files: () => readonly ts.SourceFile[],
): (type: ts.Type, name: string) => readonly ts.Node[] {
  let found: Map<string, Place[]> | undefined;
  return (type, name) => {
    found ??= placesIn(checker, files());
    const places = [...(found.get(name) ?? []), ...(found.get(anyName) ?? [])];
    return places.flatMap(({ node, owner }) =>
      mayBeOwner(checker, type, owner) ? [node] : [],
    );
  };
}

function mayBeOwner(
  checker: ts.TypeChecker,
  type: ts.Type,
  owner: ts.Node,
): boolean {
  const as = checker.getTypeAtLocation(owner);
  const isKeyed =
    (as.flags & ts.TypeFlags.Object) !== 0 &&
    checker.getPropertiesOfType(as).length === 0;
  if (!isKeyed) return mayBeSeenAs(checker, type, as);
  // a Record<K, T[]>, of which only calls say what it is, takes objects of lists only
  const isOfLists = checker
    .getPropertiesOfType(type)
    .every((one) => checker.isArrayType(checker.getTypeOfSymbol(one)));
  return (
    checker.isTypeAssignableTo(type, as) || (isOfLists && isInGeneric(owner))
  );
}

/** What is asked, and what it is asked of. */
interface Place {
  readonly node: ts.Node;
  readonly owner: ts.Node;
}

const anyName = "";

function placesIn(
  checker: ts.TypeChecker,
  files: readonly ts.SourceFile[],
): Map<string, Place[]> {
  const found = new Map<string, Place[]>();
  const note = (name: string, node: ts.Node, owner: ts.Node): void => {
    const known = found.get(name);
    if (known === undefined) found.set(name, [{ node, owner }]);
    else known.push({ node, owner });
  };
  const scan = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node))
      note(node.name.text, node, node.expression);
    else if (ts.isElementAccessExpression(node)) {
      const { argumentExpression: key } = node;
      const { flags } = checker.getTypeAtLocation(key);
      if (ts.isStringLiteralLike(key)) note(key.text, node, node.expression);
      else if (!(flags & ts.TypeFlags.NumberLike))
        note(anyName, node, node.expression);
    } else if (ts.isBindingElement(node) && !node.dotDotDotToken) {
      const name = node.propertyName ?? node.name;
      const isNamed = ts.isIdentifier(name) || ts.isStringLiteralLike(name);
      note(isNamed ? name.text : anyName, node, node.parent);
    } else if (isWalk(node)) note(anyName, node, node.arguments[0] ?? node);
    else if (isPattern(node)) note(anyName, node, node);
  };
  for (const file of files) eachNode(file, scan);
  return found;
}

/** `Object.values(o)` */
const isWalk = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) &&
  /^Object\s*\.\s*(values|entries)$/.test(node.expression.getText());

/** `({ name: x } = o)` */
const isPattern = (node: ts.Node): node is ts.ObjectLiteralExpression =>
  ts.isObjectLiteralExpression(node) &&
  ts.isBinaryExpression(node.parent) &&
  node.parent.left === node;

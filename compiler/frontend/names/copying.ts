import { ts } from "ts-morph";
import type { OpenProject } from "../project/project.js";

/**
 * What in the initializer of a constant makes computing it a second time differ from the first: the name of it, or
 * undefined. Calls of user functions are looked into.
 */
export function impurityOf(
  node: ts.Node,
  project: OpenProject,
  seen = new Set<ts.Node>(),
): string | undefined {
  const { checker } = project;
  if (seen.has(node)) return undefined;
  seen.add(node);
  if (
    ts.isAwaitExpression(node) ||
    ts.isYieldExpression(node) ||
    ts.isTaggedTemplateExpression(node) ||
    ts.isClassLike(node)
  )
    return node.getText().split("\n")[0];
  // a moment that is given, and not the one at which it runs
  if (
    ts.isNewExpression(node) &&
    node.expression.getText() === "Date" &&
    node.arguments?.length
  )
    return node.arguments
      .map((one) => impurityOf(one, project, seen))
      .find((one) => one !== undefined);
  if (ts.isNewExpression(node) && !pureClasses.has(node.expression.getText()))
    return `new ${node.expression.getText()}`;
  if (ts.isCallExpression(node)) {
    const impure = calleeImpurity(node);
    if (impure !== undefined) return impure;
  }
  if (ts.isIdentifier(node) && impureGlobals.has(node.text)) return node.text;
  return ts.forEachChild(node, (child) => impurityOf(child, project, seen));

  function calleeImpurity(call: ts.CallExpression): string | undefined {
    const name = call.expression.getText();
    if (name === "Math.random" || name === "Symbol") return name;
    const declaration = checker.getResolvedSignature(call)?.declaration;
    if (declaration === undefined) return name;
    const file = declaration.getSourceFile();
    if (project.isDefaultLibrary(file)) return undefined;
    if (file.isDeclarationFile) return name;
    return impurityOf(declaration, project, seen);
  }
}

const pureClasses = new Set(
  "Array Map Set Float64Array Float32Array Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array".split(
    " ",
  ),
);

const impureGlobals = new Set(
  "Date process performance crypto window document globalThis console fetch require".split(
    " ",
  ),
);

import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { holdsFloat, recordOf } from "../../../ir/types.js";
import { bareExpression, definedSymbol, eachNode } from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";
import { literalKey, lowerObjectLiteral, staticName } from "./lowerRecords.js";

/**
 * `const rates: Record<string, number> = { a: 1, b: x }`, of which only members are used that are written there: an
 * object with these fields.
 */
export function dictionaryLiteral(
  site: Site,
  name: ts.Identifier,
  initializer: ts.Expression,
): Value | undefined {
  const { checker } = site.ctx;
  const type = checker.getTypeAtLocation(name);
  const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  const literal = bareExpression(initializer);
  if (index === undefined || !ts.isObjectLiteralExpression(literal))
    return undefined;
  const ty = site.ctx.tryTyOf(index);
  if (ty.kind === "problem" || !holdsFloat(ty)) return undefined;
  const names = literal.properties.map((one) => staticName(site, one));
  if (names.some((one) => one === undefined)) return undefined;
  if (!usesOnly(site, name, new Set(names))) return undefined;
  const fields = names.map((one) => ({ name: one ?? "", ty }));
  return lowerObjectLiteral(site, literal, recordOf(fields));
}

/** Is the variable only asked for members with these names? */
function usesOnly(
  { ctx: { checker } }: Site,
  name: ts.Identifier,
  names: ReadonlySet<string | undefined>,
): boolean {
  const symbol = definedSymbol(checker, name);
  let only = true;
  eachNode(name.getSourceFile(), (one) => {
    if (!ts.isIdentifier(one) || one === name || one.text !== name.text) return;
    if (definedSymbol(checker, one) !== symbol) return;
    const { parent } = one;
    const member =
      ts.isPropertyAccessExpression(parent) && parent.expression === one
        ? parent.name.text
        : ts.isElementAccessExpression(parent) && parent.expression === one
          ? literalKey(checker, parent.argumentExpression)
          : undefined;
    only &&= member !== undefined && names.has(member);
  });
  return only;
}

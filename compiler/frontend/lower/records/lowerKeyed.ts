import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import type { Ty } from "../../../ir/types.js";
import { coerce, tyOfNode } from "../lowerCoerce.js";
import { lowerExpression } from "../lowerExpressions.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { bareExpression } from "../../syntax/scan.js";
import { choose } from "../control/lowerJoin.js";
import { constant, op, type Site } from "../lowerSite.js";
import { readField } from "../lowerAccess.js";
import { nameOfKey } from "./lowerKeyedRecord.js";
import { asKey, isKeyed, readEntry } from "./lowerTables.js";

/** `record[key]`: one of the fields that the type of the key names. */
export function lowerKeyed(
  site: Site,
  node: ts.ElementAccessExpression,
  owner: Value,
): Value {
  const argument = node.argumentExpression;
  const { checker } = site.ctx;
  const type = checker.getTypeAtLocation(argument);
  // `k as "a"` is the user's word: where the fields are alike, it need not be taken
  const given = checker.getTypeAtLocation(bareExpression(argument));
  // a word that an option may not give names no field
  const own = isJavaScript(node) ? checker.getNonNullableType(given) : given;
  if (isAnyWord(checker, own) && isKeyed(site, owner)) {
    const key =
      given === own ? lowerExpression(site, argument) : asKey(site, argument);
    return readEntry(site, node, owner, key, true);
  }
  const keys = new Map(
    (type.isUnion() ? type.types : []).flatMap((one) =>
      one.isStringLiteral() || one.isNumberLiteral()
        ? [[String(one.value), one.value] as const]
        : [],
    ),
  );
  const names = [...keys.keys()];
  // a union comes in the order in which the program met its members: other files must not change the output
  const [last, ...others] = inOrderOf(owner.ty, names).toReversed();
  if (type.isStringLiteral() || type.isNumberLiteral())
    return readField(site, node, owner, fieldName(site, node));
  const isWord = (type.flags & stringLike) !== 0;
  const key =
    isWord || type.isUnion() ? lowerExpression(site, argument) : owner;
  const known = nameOfKey(site, key);
  if (known !== undefined) return readField(site, node, owner, known);
  if (!type.isUnion() || last === undefined || names.length < type.types.length)
    return readField(site, node, owner, fieldName(site, node));
  const ty = tyOfNode(site, node);
  const read = (name: string): Value =>
    coerce(site, node, readField(site, node, owner, name), ty);
  const from = (rest: readonly string[]): Value => {
    const [name, ...more] = rest;
    if (name === undefined) return read(last);
    const literal = constant(site, node, keys.get(name), key.ty);
    const isIt = op(site, node, "eq", [key, literal]);
    return choose(
      site,
      node,
      isIt,
      ty,
      () => read(name),
      () => from(more),
    );
  };
  return from(others.toReversed());
}

/** `string`, or `keyof T & string` of an object of any type. */
function isAnyWord(checker: ts.TypeChecker, type: ts.Type): boolean {
  if ((type.flags & ts.TypeFlags.String) !== 0) return true;
  if (!type.isIntersection() && !(type.flags & ts.TypeFlags.Index))
    return false;
  const base = checker.getBaseConstraintOfType(type);
  return base !== undefined && (base.flags & ts.TypeFlags.StringLike) !== 0;
}

/** Words, also those whose type is a parameter. */
const stringLike = ts.TypeFlags.StringLike | ts.TypeFlags.TypeParameter;

const inOrderOf = (ty: Ty, names: readonly string[]): string[] => {
  const fields = ty.kind === "record" ? ty.fields.map((one) => one.name) : [];
  return [...names].sort(
    (a, b) => fields.indexOf(a) - fields.indexOf(b) || (a < b ? -1 : 1),
  );
};

/** The name of a field that is given as `["name"]`, or as the place in a tuple. */
export function fieldName(
  site: Site,
  node: ts.ElementAccessExpression,
): string {
  const type = site.ctx.checker.getTypeAtLocation(node.argumentExpression);
  if (type.isStringLiteral() || type.isNumberLiteral())
    return String(type.value);
  return site.ctx.refuse(
    node.argumentExpression,
    "DC2107",
    "which field this is, is known only at run time",
    "name the field, or use an array with a numeric index",
  );
}

import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { str, type Ty } from "../../../ir/types.js";
import { holderOfMember } from "../../javascript/jsEnums.js";
import { definedSymbol } from "../../syntax/scan.js";
import { at, type Site } from "../lowerSite.js";

/** `Level.High`, of an enum that can be imported: no other word may stand for it. */
export function wordOfEnum(
  site: Site,
  given: ts.Node,
  value: string,
): Value | undefined {
  const { checker } = site.ctx;
  const node = ts.isPropertyAccessExpression(given) ? given.name : given;
  const member = definedSymbol(checker, node)?.valueDeclaration;
  const holder = member && holderOfWord(member);
  const symbol = holder && checker.getSymbolAtLocation(holder.name);
  if (symbol === undefined || !holder) return undefined;
  const isEnum = ts.isEnumDeclaration(holder);
  if (isEnum && !site.ctx.isExported(symbol)) return undefined;
  const name = (member as ts.EnumMember | ts.PropertyAssignment).name;
  if (!isEnum && !/^[A-Za-z_$][\w$]*$/.test(textOfName(name))) return undefined;
  if (isEnum && !ts.isIdentifier(name)) return undefined;
  const binding = site.ctx.bindingOf(symbol, given);
  const ty: Ty = isEnum
    ? { kind: "opaque", text: binding.name, needs: [binding] }
    : str;
  const result = site.ids.fresh(ty);
  const b = at(site, given);
  b.emit({
    kind: "global",
    binding,
    member: textOfName(name),
    value,
    ...b.plain([], [result]),
  });
  site.facts.strings.set(result, value);
  return result;
}

const textOfName = (name: ts.PropertyName): string =>
  ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : "";

/** The enum of a member; in JavaScript the constant that has become of one. */
const holderOfWord = (
  member: ts.Declaration,
): ts.EnumDeclaration | ts.VariableDeclaration | undefined =>
  ts.isEnumMember(member)
    ? member.parent
    : ts.isPropertyAssignment(member)
      ? holderOfMember(member)
      : undefined;

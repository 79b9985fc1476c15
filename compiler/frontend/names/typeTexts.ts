import { ts } from "ts-morph";
import type { Binding, TypeText } from "../../ir/ir.js";
import type { BindingsInput } from "./bindings.js";
import { isErrorClass } from "../syntax/errorClasses.js";
import { isOutside } from "./copySource.js";
import { isWholeModule, nameFor, type Imports } from "./imports.js";
import {
  printDeclaration,
  printType,
  type NameOf,
} from "../types/typePrinter.js";

/** Types as text for the generated module. */
export interface TypeTexts {
  typeTextOf(type: ts.Type | ts.TypeNode, at: ts.Node): TypeText;
  typeBinding(symbol: ts.Symbol, at: ts.Node): Binding;
}

/** Types that are exported are imported; those that are not are written out as declarations of the same name. */
export function newTypeTexts(
  input: BindingsInput,
  imports: Imports,
  valueBinding: (symbol: ts.Symbol, at: ts.Node) => Binding,
): TypeTexts {
  const { project, facts, names, refuse, touch } = input;
  const { checker } = project;
  const { isGlobal } = imports;
  const types = new Map<ts.Symbol, Binding>();
  return { typeTextOf, typeBinding };

  function typeTextOf(type: ts.Type | ts.TypeNode, at: ts.Node): TypeText {
    const node = "kind" in type ? type : nodeOfType(type);
    if (node === undefined)
      return refuse(
        at,
        "DC2003",
        "the type here cannot be written out",
        "declare it with an annotation",
      );
    const needs: Binding[] = [];
    const text = printType(node, nameIn(node, needs, at), written);
    return { text, needs };
  }

  function nodeOfType(
    type: ts.Type,
    more = ts.NodeBuilderFlags.None,
  ): ts.TypeNode | undefined {
    const { NoTruncation, UseAliasDefinedOutsideCurrentScope } =
      ts.NodeBuilderFlags;
    return checker.typeToTypeNode(
      type,
      undefined,
      NoTruncation | UseAliasDefinedOutsideCurrentScope | more,
    );
  }

  /** `keyof typeof table` of a table that cannot be imported: the keys themselves. */
  function written(node: ts.TypeNode): ts.TypeNode | undefined {
    const branded = brandedBy(node);
    if (branded !== undefined) return nodeOfType(branded);
    const asked = queried(node);
    const symbol = asked && symbolOfName(asked);
    if (symbol === undefined || node.pos < 0) return undefined;
    const origin = facts.originOf(symbol);
    const file = origin.valueDeclaration?.getSourceFile();
    if (file === undefined || !project.isUserFile(file)) return undefined;
    if (facts.exportNameOf(origin) !== undefined) return undefined;
    touch(file);
    // not by the name of the alias that it may be the definition of
    return nodeOfType(
      checker.getTypeFromTypeNode(node),
      ts.NodeBuilderFlags.InTypeAlias,
    );
  }

  /** `number & { [brand]: "C" }` under a name that cannot be imported: the number, for the symbol cannot be had. */
  function brandedBy(node: ts.TypeNode): ts.Type | undefined {
    if (!ts.isTypeReferenceNode(node) || node.pos < 0) return undefined;
    const name = ts.isIdentifier(node.typeName) && symbolOfName(node.typeName);
    if (!name || facts.exportNameOf(facts.originOf(name)) !== undefined)
      return undefined;
    const type = checker.getTypeFromTypeNode(node);
    if (!type.isIntersection()) return undefined;
    const isBranded = checker
      .getPropertiesOfType(type)
      .some((one) => one.name.startsWith("__@"));
    const plain = ts.TypeFlags.Number | ts.TypeFlags.String;
    return isBranded ? type.types.find((one) => one.flags & plain) : undefined;
  }

  /** Binds the names in a type. Names that it declares itself (`K in`, `infer T`) stay. */
  function nameIn(root: ts.Node, needs: Binding[], at: ts.Node): NameOf {
    return function nameOf(name, isValue): string {
      if (ts.isIdentifier(name)) return simpleName(name, isValue);
      const right = symbolOfName(name.right);
      const left = symbolOfName(leftOf(name));
      // shapes.Point, of `import type * as shapes`
      if (right && left && isWholeModule(facts.originOf(left)))
        return boundName(right, name.right.text, isValue);
      // Rates.Quote, of a namespace that cannot be imported
      if (right && !isValue && isHiddenNamespace(symbolOfName(firstOf(name))))
        return boundName(right, name.right.text, isValue);
      const member = right?.valueDeclaration;
      if (member && ts.isEnumMember(member)) {
        const holder = checker.getSymbolAtLocation(member.parent.name);
        if (holder && enumText(holder) !== undefined)
          return JSON.stringify(checker.getConstantValue(member));
      }
      return `${nameOf(name.left, isValue)}.${name.right.text}`;
    };

    function simpleName(name: ts.Identifier, isValue: boolean): string {
      const symbol = symbolOfName(name);
      return symbol === undefined
        ? name.text
        : boundName(symbol, name.text, isValue);
    }

    function boundName(
      symbol: ts.Symbol,
      text: string,
      isValue: boolean,
    ): string {
      const origin = facts.originOf(symbol);
      if (isGlobal(symbol) || !isOutside(origin, root)) return text;
      if (origin.flags & ts.SymbolFlags.TypeParameter)
        return refuse(
          at,
          "DC2008",
          `the type here depends on the type parameter ${text}`,
          "write the function with plain types",
        );
      const plain = isValue ? undefined : enumText(origin);
      if (plain !== undefined) return plain;
      const binding = isValue
        ? { ...valueBinding(symbol, at), typeOnly: true }
        : typeBinding(symbol, at);
      if (!needs.some((one) => one.name === binding.name)) needs.push(binding);
      return binding.name;
    }
  }

  function isHiddenNamespace(symbol: ts.Symbol | undefined): boolean {
    const origin = symbol && facts.originOf(symbol);
    if (origin === undefined || isGlobal(origin)) return false;
    const [declaration] = origin.declarations ?? [];
    return (
      declaration !== undefined &&
      ts.isModuleDeclaration(declaration) &&
      project.isUserFile(declaration.getSourceFile()) &&
      facts.exportNameOf(origin) === undefined
    );
  }

  /** An enum that cannot be imported is written as what its members are. */
  function enumText(origin: ts.Symbol): string | undefined {
    const declaration = origin.valueDeclaration;
    if (declaration === undefined || !ts.isEnumDeclaration(declaration))
      return undefined;
    if (facts.exportNameOf(origin) !== undefined) return undefined;
    touch(declaration.getSourceFile());
    const kinds = declaration.members.map((member) =>
      typeof checker.getConstantValue(member) === "string"
        ? "string"
        : "number",
    );
    return [...new Set(kinds)].join(" | ") || "never";
  }

  function symbolOfName(name: ts.Identifier): ts.Symbol | undefined {
    // names in types that the checker wrote carry their symbol, but stand in no file
    const made = (name as { symbol?: ts.Symbol }).symbol;
    return made ?? checker.getSymbolAtLocation(name);
  }

  function typeBinding(symbol: ts.Symbol, at: ts.Node): Binding {
    const origin = facts.originOf(symbol);
    const known = types.get(origin);
    if (known !== undefined) return known;
    const declaration = origin.declarations?.[0];
    const file = declaration?.getSourceFile();
    if (declaration === undefined || file === undefined)
      return refuse(
        at,
        "DC2003",
        `the type ${symbol.name} cannot be found`,
        "declare it in this project",
      );
    touch(file);
    const name = names.of(origin, nameFor(symbol, origin));
    const exported = facts.exportNameOf(origin);
    const binding = !project.isUserFile(file)
      ? imports.fromPackage(symbol, name, true)
      : exported === undefined
        ? undefined
        : imports.importFrom(name, file, exported, true);
    if (binding === undefined) return copiedType(origin, declaration, name, at);
    types.set(origin, binding);
    return binding;
  }

  function copiedType(
    origin: ts.Symbol,
    declaration: ts.Declaration,
    name: string,
    at: ts.Node,
  ): Binding {
    const isPlain =
      origin.declarations?.length === 1 &&
      (ts.isInterfaceDeclaration(declaration) ||
        ts.isTypeAliasDeclaration(declaration));
    // export default class Space
    const shown =
      ts.getNameOfDeclaration(declaration)?.getText() ?? origin.name;
    if (isErrorClass(checker, origin)) return valueBinding(origin, at);
    if (!isPlain)
      return refuse(
        at,
        "DC2006",
        `the type ${shown} is not exported, and cannot be written out`,
        project.isUserFile(declaration.getSourceFile())
          ? `export ${shown} from its module`
          : "call a function of the package that takes plain numbers, arrays and objects",
      );
    const needs: Binding[] = [];
    const from = { kind: "copy" as const, text: "", needs };
    const binding: Binding = { name, typeOnly: true, from };
    types.set(origin, binding);
    try {
      from.text = printDeclaration(
        declaration,
        name,
        nameIn(declaration, needs, at),
        written,
      );
    } catch (error) {
      // whoever asks again must not find half of it
      types.delete(origin);
      throw error;
    }
    return binding;
  }
}

/** The `x` of `typeof x`, `keyof typeof x` and `(typeof x)[K]`. */
function queried(node: ts.TypeNode): ts.Identifier | undefined {
  if (ts.isParenthesizedTypeNode(node) || ts.isTypeOperatorNode(node))
    return queried(node.type);
  if (ts.isIndexedAccessTypeNode(node)) return queried(node.objectType);
  if (!ts.isTypeQueryNode(node)) return undefined;
  let name = node.exprName;
  while (ts.isQualifiedName(name)) name = name.left;
  return name;
}

const firstOf = (name: ts.QualifiedName): ts.Identifier =>
  ts.isIdentifier(name.left) ? name.left : firstOf(name.left);

const leftOf = (name: ts.QualifiedName): ts.Identifier =>
  ts.isIdentifier(name.left) ? name.left : name.left.right;

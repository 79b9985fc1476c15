import { ts } from "ts-morph";

/** The text for the name of a type or, after `typeof`, of a value; it may refuse. */
export type NameOf = (name: ts.EntityName, isValue: boolean) => string;

/** What stands for a type where its own text would not do. */
export type Expand = (node: ts.TypeNode) => ts.TypeNode | undefined;

/** Prints a type on one line, as prettier would. */
export function printType(
  node: ts.TypeNode,
  nameOf: NameOf,
  expand: Expand = () => undefined,
): string {
  return print(node);

  function print(given: ts.TypeNode): string {
    const one = expand(given) ?? given;
    if (ts.isArrayTypeNode(one)) return `${inner(one.elementType)}[]`;
    if (ts.isTypeOperatorNode(one))
      return `${operatorText(one.operator)} ${inner(one.type)}`;
    if (ts.isParenthesizedTypeNode(one)) return print(one.type);
    if (ts.isUnionTypeNode(one))
      return partsInOrder(one)
        .map((part) => inUnion(part))
        .join(" | ");
    if (ts.isIntersectionTypeNode(one))
      return one.types.map((part) => inner(part)).join(" & ");
    if (ts.isTupleTypeNode(one))
      return `[${one.elements.map(printElement).join(", ")}]`;
    if (ts.isTypeLiteralNode(one)) return printLiteral(one.members);
    if (ts.isTypeReferenceNode(one))
      return nameOf(one.typeName, false) + argumentsText(one.typeArguments);
    // import("./shapes.js").Point
    if (
      ts.isImportTypeNode(one) &&
      one.qualifier !== undefined &&
      !one.isTypeOf
    )
      return nameOf(one.qualifier, false) + argumentsText(one.typeArguments);
    if (ts.isTypeQueryNode(one)) return `typeof ${nameOf(one.exprName, true)}`;
    if (ts.isFunctionTypeNode(one))
      return `(${one.parameters.map(printParameter).join(", ")}) => ${print(one.type)}`;
    if (ts.isIndexedAccessTypeNode(one))
      return `${inner(one.objectType)}[${print(one.indexType)}]`;
    if (ts.isLiteralTypeNode(one)) return literalText(one.literal);
    if (ts.isMappedTypeNode(one)) return `{ ${printMapped(one)} }`;
    if (ts.isTemplateLiteralTypeNode(one)) return printTemplate(one);
    if (ts.isConditionalTypeNode(one))
      return `${inner(one.checkType)} extends ${inner(one.extendsType)} ? ${print(one.trueType)} : ${print(one.falseType)}`;
    return plainText(one);
  }

  /** `readonly [K in Name as Key]?: number` */
  function printMapped(one: ts.MappedTypeNode): string {
    const { typeParameter, nameType, type } = one;
    const keys = typeParameter.constraint
      ? print(typeParameter.constraint)
      : "";
    const renamed = nameType ? ` as ${print(nameType)}` : "";
    const readonly = modifierText(one.readonlyToken, "readonly");
    const optional = modifierText(one.questionToken, "?");
    const lead = readonly === "" ? "" : `${readonly} `;
    return `${lead}[${typeParameter.name.text} in ${keys}${renamed}]${optional}: ${type ? print(type) : "any"}`;
  }

  function printTemplate(one: ts.TemplateLiteralTypeNode): string {
    const spans = one.templateSpans.map(
      ({ type, literal }) => `\${${print(type)}}${templatePart(literal)}`,
    );
    return `\`${templatePart(one.head)}${spans.join("")}\``;
  }

  function inner(given: ts.TypeNode): string {
    const one = expand(given) ?? given;
    const text = print(one);
    return needsParentheses(one) ? `(${text})` : text;
  }

  function inUnion(given: ts.TypeNode): string {
    const one = expand(given) ?? given;
    const bare = ts.isParenthesizedTypeNode(one) ? one.type : one;
    return ts.isFunctionTypeNode(bare) ? `(${print(bare)})` : print(bare);
  }

  function printElement(one: ts.TypeNode | ts.NamedTupleMember): string {
    if (ts.isNamedTupleMember(one)) {
      const rest = one.dotDotDotToken ? "..." : "";
      const optional = one.questionToken ? "?" : "";
      return `${rest}${one.name.text}${optional}: ${print(one.type)}`;
    }
    if (ts.isOptionalTypeNode(one)) return `${inner(one.type)}?`;
    if (ts.isRestTypeNode(one)) return `...${inner(one.type)}`;
    return print(one);
  }

  function printLiteral(members: readonly ts.TypeElement[]): string {
    if (members.length === 0) return "{}";
    return `{ ${members.map((one) => printMember(one)).join("; ")} }`;
  }

  function printMember(one: ts.TypeElement): string {
    if (ts.isPropertySignature(one)) {
      const readonly = one.modifiers?.some(
        (modifier) => modifier.kind === ts.SyntaxKind.ReadonlyKeyword,
      )
        ? "readonly "
        : "";
      const optional = one.questionToken ? "?" : "";
      const type = one.type ? print(one.type) : "any";
      return `${readonly}${keyText(one.name)}${optional}: ${type}`;
    }
    if (ts.isMethodSignature(one)) {
      const optional = one.questionToken ? "?" : "";
      const parameters = one.parameters.map(printParameter).join(", ");
      const type = one.type ? `: ${print(one.type)}` : "";
      return `${keyText(one.name)}${optional}(${parameters})${type}`;
    }
    if (ts.isIndexSignatureDeclaration(one))
      return `[${one.parameters.map(printParameter).join(", ")}]: ${print(one.type)}`;
    return plainText(one).replace(/;$/, "");
  }

  function printParameter(one: ts.ParameterDeclaration): string {
    const rest = one.dotDotDotToken ? "..." : "";
    const optional = one.questionToken ? "?" : "";
    const name = ts.isIdentifier(one.name)
      ? one.name.text
      : plainText(one.name);
    return `${rest}${name}${optional}: ${one.type ? print(one.type) : "any"}`;
  }

  function argumentsText(list: ts.NodeArray<ts.TypeNode> | undefined): string {
    return list === undefined || list.length === 0
      ? ""
      : `<${list.map(print).join(", ")}>`;
  }

  /** What has no form of its own here: names in it are visited, so that they are bound or refused. */
  function plainText(node: ts.Node): string {
    visitNames(node);
    return onOneLine(node);
  }

  function visitNames(node: ts.Node): void {
    if (ts.isTypeReferenceNode(node)) nameOf(node.typeName, false);
    if (ts.isTypeQueryNode(node)) nameOf(node.exprName, true);
    ts.forEachChild(node, visitNames);
  }
}

/** An interface or type alias as its own declaration, laid out like prettier does. */
export function printDeclaration(
  node: ts.InterfaceDeclaration | ts.TypeAliasDeclaration,
  name: string,
  nameOf: NameOf,
  expand: Expand,
): string {
  const parameters = parametersText(node.typeParameters, nameOf, expand);
  if (ts.isTypeAliasDeclaration(node)) {
    const head = `type ${name}${parameters} =`;
    const text = printType(node.type, nameOf, expand);
    if (ts.isTypeLiteralNode(node.type) && node.type.members.length > 0)
      return `${head} ${blockOf(node.type.members, nameOf, expand)};`;
    if (ts.isMappedTypeNode(node.type) && head.length + text.length > 78)
      return `${head} {\n  ${text.slice(2, -2)};\n};`;
    if (ts.isUnionTypeNode(node.type) && head.length + text.length > 78)
      return brokenUnion(head, node.type, nameOf, expand);
    return `${head} ${text};`;
  }
  const bases = (node.heritageClauses ?? [])
    .flatMap((clause) => clause.types)
    .map((base) => {
      if (ts.isIdentifier(base.expression)) {
        const list = base.typeArguments?.map((one) =>
          printType(one, nameOf, expand),
        );
        const text = nameOf(base.expression, false);
        return list === undefined ? text : `${text}<${list.join(", ")}>`;
      }
      return onOneLine(base);
    });
  const heritage = bases.length === 0 ? "" : ` extends ${bases.join(", ")}`;
  return `interface ${name}${parameters}${heritage} ${blockOf(node.members, nameOf, expand)}`;
}

/** `<T extends Shape, K = string>` */
function parametersText(
  parameters: readonly ts.TypeParameterDeclaration[] | undefined,
  nameOf: NameOf,
  expand: Expand,
): string {
  if (parameters === undefined || parameters.length === 0) return "";
  const print = (lead: string, node: ts.TypeNode | undefined): string =>
    node === undefined ? "" : lead + printType(node, nameOf, expand);
  const texts = parameters.map(
    (one) =>
      one.name.text +
      print(" extends ", one.constraint) +
      print(" = ", one.default),
  );
  return `<${texts.join(", ")}>`;
}

/** A union that is too long for a line starts on the next one, or has a line for each part. */
function brokenUnion(
  head: string,
  node: ts.UnionTypeNode,
  nameOf: NameOf,
  expand: Expand,
): string {
  const text = printType(node, nameOf, expand);
  if (text.length <= 77) return `${head}\n  ${text};`;
  const parts = node.types.map((one) => {
    const inner = ts.isParenthesizedTypeNode(one) ? one.type : one;
    const part = printType(inner, nameOf, expand);
    return ts.isFunctionTypeNode(inner) ? `(${part})` : part;
  });
  return `${head}\n${parts.map((one) => `  | ${one}`).join("\n")};`;
}

function blockOf(
  members: readonly ts.TypeElement[],
  nameOf: NameOf,
  expand: Expand,
): string {
  if (members.length === 0) return "{}";
  const lines = members.map((member) => {
    const holder = ts.factory.createTypeLiteralNode([member]);
    return `  ${printType(holder, nameOf, expand).slice(2, -2)};`;
  });
  return `{\n${lines.join("\n")}\n}`;
}

const needsParentheses = (node: ts.TypeNode): boolean => {
  const bare = ts.isParenthesizedTypeNode(node) ? node.type : node;
  return (
    ts.isUnionTypeNode(bare) ||
    ts.isIntersectionTypeNode(bare) ||
    ts.isFunctionTypeNode(bare) ||
    ts.isConditionalTypeNode(bare) ||
    ts.isTypeOperatorNode(bare)
  );
};

/**
 * The checker gives the parts of a union in the order in which it came across them, which depends on what else it has
 * seen: where that is no type that somebody wrote, literals are sorted.
 */
function partsInOrder(node: ts.UnionTypeNode): readonly ts.TypeNode[] {
  const isMade = node.pos < 0;
  if (!isMade || !node.types.every(ts.isLiteralTypeNode)) return node.types;
  return [...node.types].sort((a, b) => (onOneLine(a) < onOneLine(b) ? -1 : 1));
}

function operatorText(operator: ts.SyntaxKind): string {
  if (operator === ts.SyntaxKind.ReadonlyKeyword) return "readonly";
  return operator === ts.SyntaxKind.KeyOfKeyword ? "keyof" : "unique";
}

/** `-readonly`, `+?` and the plain ones. */
function modifierText(
  token: { readonly kind: ts.SyntaxKind } | undefined,
  word: string,
): string {
  if (token === undefined) return "";
  if (token.kind === ts.SyntaxKind.MinusToken) return `-${word}`;
  return token.kind === ts.SyntaxKind.PlusToken ? `+${word}` : word;
}

/** The text of a piece of a template type as it was written, or made again from what it stands for. */
function templatePart(one: ts.TemplateLiteralLikeNode): string {
  return (
    one.rawText ?? one.text.replace(/[`\\]|\$\{/g, (special) => `\\${special}`)
  );
}

function literalText(literal: ts.LiteralTypeNode["literal"]): string {
  if (ts.isStringLiteral(literal)) return JSON.stringify(literal.text);
  return onOneLine(literal);
}

function keyText(name: ts.PropertyName): string {
  if (ts.isIdentifier(name)) return name.text;
  if (ts.isStringLiteral(name)) {
    const isName = /^[A-Za-z_$][\w$]*$/.test(name.text);
    return isName ? name.text : JSON.stringify(name.text);
  }
  return onOneLine(name);
}

const printer = ts.createPrinter({ removeComments: true });

function onOneLine(node: ts.Node): string {
  const file =
    (node.getSourceFile() as ts.SourceFile | undefined) ??
    ts.createSourceFile("made.ts", "", ts.ScriptTarget.ESNext);
  return printer
    .printNode(ts.EmitHint.Unspecified, node, file)
    .replace(/\s*\n\s*/g, " ");
}

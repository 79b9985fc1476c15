import { ts } from "ts-morph";
import type { Edit, Part } from "../javascript/textEdits.js";
import { parenOf } from "../syntax/functionHeads.js";
import type { LiteralMember, Method } from "./literalMembers.js";

/** What an instance has of the function around the literal. */
export interface Held {
  readonly name: string;
  readonly type: string;
  /** What it is called there. */
  readonly value: string;
}

interface Given {
  readonly checker: ts.TypeChecker;
  readonly literal: ts.ObjectLiteralExpression;
  readonly members: readonly LiteralMember[];
  readonly held: readonly Held[];
  readonly name: string;
  textOf(type: ts.Type): string | undefined;
  /** The whole of a body that is one name which the instance holds. */
  bodyOf(body: ts.Node): string | undefined;
  /** From places in the file to those on disk. */
  toDisk(place: number): number;
}

/** The class, what makes an instance of it, and types of parameters that the literal's place has told so far. */
export function classText(
  given: Given,
): { text: readonly Part[]; edits: readonly Edit[] } | undefined {
  const { checker, literal, members, held, name, textOf, toDisk } = given;
  const contract = contractOf(checker, literal);
  const range = (start: number, end: number): Part => ({
    start: toDisk(start),
    end: toDisk(end),
  });
  const fields: { name: string; type: string; value: ts.Expression }[] = [];
  const methods: Part[] = [];
  const edits: Edit[] = [];
  for (const member of members) {
    const declared =
      contract && checker.getPropertyOfType(contract, member.name);
    const wanted = declared && checker.getTypeOfSymbol(declared);
    if (member.kind === "field") {
      const { value } = member;
      const own = checker.getWidenedType(
        checker.getBaseTypeOfLiteralType(checker.getTypeAtLocation(value)),
      );
      const type = textOf(wanted ?? own);
      if (type === undefined) return undefined;
      fields.push({ name: member.name, type, value });
      continue;
    }
    const types = typesFor(given, member.node, wanted);
    if (types === undefined) return undefined;
    edits.push(...types.edits);
    methods.push("\n  ", ...methodText(given, member, types, range));
  }
  const missing = missingIn(given, contract);
  if (missing === undefined) return undefined;
  const all = [...fields, ...held];
  const declarations = [
    ...fields.map((one) => `${one.name}: ${one.type};`),
    ...missing,
    ...held.map((one) => `private readonly ${one.name}: ${one.type};`),
  ];
  const params = all.map((one) => `${one.name}: ${one.type}`).join(", ");
  const sets = all.map((one) => `this.${one.name} = ${one.name};`).join(" ");
  const text: Part[] = [
    `\nclass ${name} {\n  ${declarations.join(" ")}\n  constructor(${params}) { ${sets} }`,
    ...methods,
    "\n}\n",
  ];
  const args = [
    ...fields.map((one) => range(one.value.getStart(), one.value.end)),
    ...held.map((one) => one.value),
  ];
  edits.push({
    start: toDisk(literal.getStart()),
    end: toDisk(literal.end),
    text: [
      `new ${name}(`,
      ...args.flatMap((one, k) => (k > 0 ? [", ", one] : [one])),
      ")",
    ],
  });
  return { text, edits };
}

/** What the literal stands for, where that is one type. */
function contractOf(
  checker: ts.TypeChecker,
  literal: ts.ObjectLiteralExpression,
): ts.Type | undefined {
  const as = checker.getContextualType(literal);
  const plain = as && checker.getNonNullableType(as);
  return plain?.isUnion() ? undefined : plain;
}

/** Optional fields that this literal leaves out. */
function missingIn(
  { checker, members, textOf }: Given,
  contract: ts.Type | undefined,
): string[] | undefined {
  const names = new Set(members.map((one) => one.name));
  const texts = (contract ? checker.getPropertiesOfType(contract) : [])
    .filter(
      (one) => one.flags & ts.SymbolFlags.Property && !names.has(one.name),
    )
    .map((one) => {
      // it is filled in later
      if (!(one.flags & ts.SymbolFlags.Optional)) return undefined;
      const type = textOf(checker.getTypeOfSymbol(one));
      return type && /^\w+$/.test(one.name) && `declare ${one.name}?: ${type};`;
    });
  return texts.every((one): one is string => Boolean(one)) ? texts : undefined;
}

function methodText(
  { bodyOf }: Given,
  { name, node }: LiteralMember & { readonly kind: "method" },
  { result, param }: Types,
  range: (start: number, end: number) => Part,
): Part[] {
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node))
    return [range(node.getStart(), node.end)];
  if (ts.isFunctionExpression(node))
    return [name, range(parenOf(node), node.end)];
  const { body, type } = node;
  const gives = result === undefined ? "" : `: ${result}`;
  const close = closeOf(node);
  const head =
    close === undefined
      ? [`(${param})`, gives]
      : type === undefined
        ? [range(node.getStart(), close), gives]
        : [range(node.getStart(), type.end)];
  const start = body.getStart();
  return ts.isBlock(body)
    ? [name, ...head, " ", range(start, body.end)]
    : [
        name,
        ...head,
        " { return ",
        bodyOf(body) ?? range(start, body.end),
        "; }",
      ];
}

const closeOf = (node: Method): number | undefined =>
  node.getChildren().find((one) => one.kind === ts.SyntaxKind.CloseParenToken)
    ?.end;

/** What the place of the literal says of parameters and results that have no type. */
interface Types {
  readonly edits: readonly Edit[];
  readonly result: string | undefined;
  /** Of `x => x * 2`, which has no place for it. */
  readonly param: string | undefined;
}

function typesFor(
  { checker, textOf, toDisk }: Given,
  node: Method,
  wanted: ts.Type | undefined,
): Types | undefined {
  const edits: Edit[] = [];
  const write = (place: number, text: string): void => {
    const at = toDisk(place);
    edits.push({ start: at, end: at, text: `: ${text}` });
  };
  let param: string | undefined;
  for (const one of node.parameters) {
    if (one.type !== undefined || one.initializer !== undefined) continue;
    const text = textOf(checker.getTypeAtLocation(one));
    if (text === undefined) return undefined;
    param = `${one.name.getText()}: ${text}`;
    write((one.questionToken ?? one.name).end, text);
  }
  const given = resultOf(checker, node, wanted);
  const result = given && textOf(given);
  if (given !== undefined && result === undefined) return undefined;
  const close = closeOf(node);
  if (result !== undefined && close !== undefined) write(close, result);
  return { edits, result, param };
}

function resultOf(
  checker: ts.TypeChecker,
  node: Method,
  wanted: ts.Type | undefined,
): ts.Type | undefined {
  if (wanted === undefined || node.type || ts.isSetAccessor(node))
    return undefined;
  if (ts.isGetAccessor(node)) return wanted;
  const [signature] = checker.getNonNullableType(wanted).getCallSignatures();
  if (signature === undefined || signature.typeParameters) return undefined;
  const result = checker.getReturnTypeOfSignature(signature);
  return result.flags & ts.TypeFlags.Void ? undefined : result;
}

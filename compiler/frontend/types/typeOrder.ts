import { ts } from "ts-morph";

/**
 * The parts of a union, in the order in which the sources declare them, behind those that nobody declares. The checker has
 * them in the order in which it came across them, which depends on what else is compiled in the same run.
 */
export function partsOf(type: ts.UnionType): readonly ts.Type[] {
  const places = new Map(type.types.map((part) => [part, placeOf(part)]));
  return [...type.types].sort((a, b) => {
    const one = places.get(a);
    const other = places.get(b);
    if (one === undefined || other === undefined)
      return Number(one !== undefined) - Number(other !== undefined);
    if (one.file !== other.file) return one.file < other.file ? -1 : 1;
    return one.at - other.at;
  });
}

interface Place {
  readonly file: string;
  readonly at: number;
}

function placeOf(type: ts.Type): Place | undefined {
  const symbol = type.symbol as ts.Symbol | undefined;
  const [declaration] = symbol?.declarations ?? [];
  return (
    declaration && {
      file: declaration.getSourceFile().fileName,
      at: declaration.pos,
    }
  );
}

/** The properties of a type: those that a mapped type makes of words, which nobody declares one by one, by their names. */
export function propertiesInOrder(
  checker: ts.TypeChecker,
  type: ts.Type,
): readonly ts.Symbol[] {
  const all = checker.getPropertiesOfType(type);
  const isMade = ({ declarations }: ts.Symbol): boolean =>
    (declarations?.length ?? 0) === 0;
  return all.length > 0 && all.every(isMade)
    ? [...all].sort((a, b) => (a.name < b.name ? -1 : 1))
    : all;
}

/** The words of a union: as its declaration has them where it has a name, by the alphabet elsewhere. */
export function wordsInOrder(type: ts.UnionType): readonly ts.Type[] {
  const [declaration] = type.aliasSymbol?.declarations ?? [];
  const node =
    declaration && ts.isTypeAliasDeclaration(declaration)
      ? declaration.type
      : undefined;
  const declared =
    node && ts.isUnionTypeNode(node) ? node.types.map(wordOf) : [];
  const place = (one: ts.Type): number =>
    declared.indexOf(one.isStringLiteral() ? one.value : undefined);
  const text = (one: ts.Type): string =>
    one.isStringLiteral() ? one.value : "";
  return [...type.types].sort(
    (a, b) => place(a) - place(b) || (text(a) < text(b) ? -1 : 1),
  );
}

const wordOf = (node: ts.TypeNode): string | undefined =>
  ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)
    ? node.literal.text
    : undefined;

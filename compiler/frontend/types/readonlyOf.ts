import { ts } from "ts-morph";

/**
 * `Readonly<Vec3>`, and what `Object.freeze(new Vec3(...))` gives: an instance of Vec3 all the same, which nobody writes
 * into under this name. So is any mapped type of one's own that takes each member as it is; `Partial` is none.
 */
export function readonlyInstance(
  checker: ts.TypeChecker,
  type: ts.Type,
): ts.Type | undefined {
  const { objectFlags } = type as ts.ObjectType;
  const isMapped =
    (type.flags & ts.TypeFlags.Object) !== 0 &&
    (objectFlags & ts.ObjectFlags.Mapped) !== 0;
  if (!isMapped) return undefined;
  const { declaration } = type as { declaration?: ts.MappedTypeNode };
  if (declaration === undefined || !takesMembersAsTheyAre(declaration))
    return undefined;
  // what it is made of is found with its members
  checker.getPropertiesOfType(type);
  const { modifiersType: of } = type as { modifiersType?: ts.Type };
  const symbol = of?.symbol as ts.Symbol | undefined;
  const isInstance =
    symbol !== undefined &&
    (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) !== 0 &&
    symbol.declarations?.every(
      (one) => !one.getSourceFile().isDeclarationFile,
    ) === true;
  if (isInstance) return of;
  return of && readonlyInstance(checker, of);
}

/** `{ readonly [K in keyof T]: T[K] }` */
function takesMembersAsTheyAre({
  nameType,
  questionToken,
  type,
  typeParameter,
}: ts.MappedTypeNode): boolean {
  const keys = typeParameter.constraint;
  return (
    nameType === undefined &&
    questionToken === undefined &&
    keys !== undefined &&
    ts.isTypeOperatorNode(keys) &&
    type !== undefined &&
    ts.isIndexedAccessTypeNode(type) &&
    type.objectType.getText() === keys.type.getText() &&
    type.indexType.getText() === typeParameter.name.text
  );
}

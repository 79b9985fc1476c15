import { ts } from "ts-morph";

/**
 * Types whose objects are kept as any of several. `const ball = new Ball(); bodies.push(ball); ball.x += 1`: the ball is
 * one of the bodies from the start, so that both names are of the same object.
 *
 * Which types these are is known only when an object is handed on: the file is then read once more with them. A file
 * that needs none never sees them.
 */
export interface WideTypes {
  /** As what objects of the type are kept; undefined where as themselves. */
  of(type: ts.Type): ts.Type | undefined;
  /** Objects of the type are kept as `wide` from now on. */
  want(type: ts.Type, wide: ts.Type): void;
  /** An object literal stands for one of an interface that classes implement. */
  noteLiteral(contract: ts.Symbol): void;
  /** Interfaces of which that has been seen are from now on those of such literals, too. */
  wantLiterals(): void;
  isServedByLiterals(contract: ts.Symbol): boolean;
  /** Is there such a type in what comes from outside, and is what it is there? */
  reaches(type: ts.Type): boolean;
  /** Has something been found that those who were read before did not know? */
  readonly isStale: boolean;
  readonly isUsed: boolean;
  /** The file is read once more. */
  start(): void;
}

export function newWideTypes(checker: ts.TypeChecker): WideTypes {
  const known = new Map<ts.Type, ts.Type>();
  const seen = new Set<ts.Symbol>();
  const served = new Set<ts.Symbol>();
  let isStale = false;
  return {
    of: (type) => known.get(type),
    want(type, wide) {
      if (type === wide || known.has(type) || leadsTo(wide, type)) return;
      known.set(type, wide);
      isStale = true;
    },
    noteLiteral: (contract) => void seen.add(contract),
    wantLiterals() {
      isStale ||= [...seen].some((one) => !served.has(one));
      for (const one of seen) served.add(one);
    },
    isServedByLiterals: (contract) => served.has(contract),
    reaches: (type) => known.size > 0 && reaches(type, new Set()),
    get isStale() {
      return isStale;
    },
    get isUsed() {
      return known.size > 0;
    },
    start: () => (isStale = false),
  };

  function leadsTo(from: ts.Type, to: ts.Type): boolean {
    let at: ts.Type | undefined = from;
    while (at !== undefined && at !== to) at = known.get(at);
    return at === to;
  }

  function reaches(type: ts.Type, seen: Set<ts.Type>): boolean {
    if (known.has(type)) return true;
    if (seen.has(type)) return false;
    seen.add(type);
    const inner = (one: ts.Type): boolean => reaches(one, seen);
    if (type.isUnionOrIntersection()) return type.types.some(inner);
    if (!(type.flags & ts.TypeFlags.Object)) return false;
    if (checker.isArrayType(type) || checker.isTupleType(type))
      return checker.getTypeArguments(type as ts.TypeReference).some(inner);
    return checker
      .getPropertiesOfType(type)
      .filter((one) => one.flags & ts.SymbolFlags.Property)
      .some((one) => inner(checker.getTypeOfSymbol(one)));
  }
}

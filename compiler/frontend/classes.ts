import { ts } from "ts-morph";
import { comparedKinds } from "./syntax/comparedKinds.js";
import { isKindOfLibrary } from "./syntax/libraryFile.js";
import type { RecordTy, Ty } from "../ir/types.js";
import { servantIn } from "./javascript/sourceViews.js";
import { definedSymbol, eachNode } from "./syntax/scan.js";
import { readonlyInstance } from "./types/readonlyOf.js";
import type { TypeEnv } from "./types/types.js";
import { scanWrittenFields, type WrittenFields } from "./writtenFields.js";

/** The class, or the object literal, that a record type stands for: where its methods and accessors are found. */
export interface Instance {
  readonly type: ts.Type;
  /** What the type parameters in scope of its declaration mean. */
  readonly env: TypeEnv;
  /** The class; absent for an object literal. */
  readonly symbol: ts.Symbol | undefined;
  /** Fields that only the class itself may name. */
  readonly hidden: readonly { readonly name: string; readonly node: ts.Node }[];
  /** Any object literal of an interface that classes implement as well. */
  readonly isLiteral?: true;
  /** The class behind `new` while the constructor of one above runs: `new.target`. */
  readonly made?: ts.Symbol | undefined;
}

/** What is known of the project's classes. */
export interface Classes {
  /** Says which class a record type stands for. */
  note(ty: RecordTy, instance: Instance): void;
  instanceOf(ty: Ty): Instance | undefined;
  /** Says which type a record was read from; the first one counts. */
  noteType(ty: RecordTy, type: ts.Type): void;
  typeOf(ty: RecordTy): ts.Type | undefined;
  /** Says which classes a record type that holds the fields of several stands for. */
  /** All that is known of one record type holds for another one. */
  noteAs(ty: RecordTy, like: RecordTy): void;
  noteFamily(ty: RecordTy, members: readonly RecordTy[]): void;
  familyOf(ty: Ty): readonly RecordTy[] | undefined;
  /** The classes of the project that can be made and are, or extend or implement, this one. */
  concreteOf(symbol: ts.Symbol): readonly ts.Symbol[];
  /** All classes of which objects can be made. */
  all(): readonly ts.Symbol[];
  /** Its name, and which one it is of those with that name, where there are several in the files in their order. */
  nameApart(symbol: ts.Symbol, among: ReadonlySet<ts.SourceFile>): string;
  isWithin(symbol: ts.Symbol, base: ts.Symbol): boolean;
  /** The classes that extend this one, also those of which no object can be made. */
  below(symbol: ts.Symbol): readonly ts.Symbol[];
  /** Methods and accessors of that name, of any class: what a call of a method may run. */
  membersNamed(name: string): readonly ts.FunctionLikeDeclaration[];
  /** Says where the fields of a record are declared. */
  noteFields(
    ty: RecordTy,
    declared: ReadonlyMap<string, readonly ts.Node[]>,
  ): void;
  fieldsOf(ty: RecordTy): ReadonlyMap<string, readonly ts.Node[]> | undefined;
  /** Is a field assigned anywhere but in constructors? */
  isWritten(ty: RecordTy | undefined, field: string): boolean;
  /** May a field of an object of the type be assigned, through whatever type that is seen to have it? */
  isWrittenOf(type: ts.Type, field: string): boolean;
  /** The objects of which that is so. */
  writersOf(type: ts.Type, field: string): readonly ts.Expression[];
  /** Is it asked somewhere whether an object of the class is the same as another? */
  isCompared(symbol: ts.Symbol): boolean;
  /** Are fields written by names that nobody sees, of objects of which nobody knows the kind? */
  isAnyWritten(): boolean;
  isAssigned(field: ts.Node): boolean;
  /** The files with code in them. */
  files(): readonly ts.SourceFile[];
  /** What a static field is given in a static block of its class, once and in any case. */
  staticValue(field: ts.Node): ts.Expression | undefined;
}

/** The field that holds the class of an object whose class is known only at run time: what JavaScript has there too. */
export const tagField = "constructor";

/** The name of a field in the generated code: `#x` of an object that is no instance there becomes `$x`. */
export const fieldNameOf = (symbol: ts.Symbol): string =>
  symbol.name.replace(/^__#\d+@#/, "$").replace(/^#/, "$");

export function newClasses(
  checker: ts.TypeChecker,
  files: () => readonly ts.SourceFile[],
  servantsOf: ServantsOf,
): Classes {
  const instances = new WeakMap<RecordTy, Instance>();
  const types = new WeakMap<RecordTy, ts.Type>();
  const families = new WeakMap<RecordTy, readonly RecordTy[]>();
  const declarations = new WeakMap<
    RecordTy,
    ReadonlyMap<string, readonly ts.Node[]>
  >();
  let scanned: Scan | undefined;
  let compared: ReadonlySet<ts.Symbol> | undefined;
  const scan = (): Scan =>
    (scanned ??= scanFiles(checker, files(), servantsOf));
  const isWithin = (
    symbol: ts.Symbol,
    base: ts.Symbol,
    seen = new Set<ts.Symbol>(),
  ): boolean => {
    if (symbol === base) return true;
    if (seen.has(symbol)) return false;
    seen.add(symbol);
    return (scan().bases.get(symbol) ?? []).some((one) =>
      isWithin(one, base, seen),
    );
  };
  const writersOf: Classes["writersOf"] = (type, field) =>
    (scan().fields.writers.get(field) ?? []).filter((writer) =>
      mayBeSeenAs(checker, type, checker.getTypeAtLocation(writer)),
    );
  const classes: Classes = {
    note: (ty, instance) => void instances.set(ty, instance),
    instanceOf: (ty) => (ty.kind === "record" ? instances.get(ty) : undefined),
    noteType: (ty, type) =>
      types.has(ty) ? undefined : void types.set(ty, type),
    typeOf: (ty) => types.get(ty) ?? instances.get(ty)?.type,
    noteFamily: (ty, members) => void families.set(ty, members),
    familyOf: (ty) => (ty.kind === "record" ? families.get(ty) : undefined),
    concreteOf: (symbol) =>
      scan().concrete.filter(
        (one) => !isKindOfLibrary(symbol) && isWithin(one, symbol),
      ),
    all: () => scan().concrete,
    nameApart(symbol, among) {
      const { name } = symbol;
      const alike = scan().concrete.filter((one) => one.name === name);
      const files = [...among];
      const rank = (one: ts.Symbol): number => {
        const file = classOf(one)?.getSourceFile();
        const place = file === undefined ? -1 : files.indexOf(file);
        return place < 0 ? files.length : place;
      };
      // what the file at hand cannot reach comes last, and leaves the others their names
      const place = alike.toSorted((a, b) => rank(a) - rank(b)).indexOf(symbol);
      // "Object" stands for literals
      const isTaken = place > 0 || name === "Object";
      return isTaken ? `${name} ${place + 1}` : name;
    },
    isWithin,
    below: (symbol) =>
      [...scan().bases.keys()].filter(
        (one) => one !== symbol && isWithin(one, symbol),
      ),
    membersNamed: (name) => scan().members.get(name) ?? [],
    noteAs(ty, like) {
      const instance = instances.get(like);
      const family = families.get(like);
      const declared = declarations.get(like);
      if (instance !== undefined) instances.set(ty, instance);
      if (family !== undefined) families.set(ty, family);
      if (declared !== undefined) declarations.set(ty, declared);
    },
    noteFields: (ty, declared) => void declarations.set(ty, declared),
    fieldsOf: (ty) => declarations.get(ty),
    isAnyWritten: () => scan().fields.isAnyWritten,
    isAssigned: (field) => scan().fields.declarations.has(field),
    files,
    staticValue: (field) => {
      const [value, ...others] = scan().fields.statics.get(field) ?? [];
      return others.length === 0 ? value : undefined;
    },
    isWritten: (ty, field) => {
      const declared = ty && declarations.get(ty)?.get(field);
      return declared === undefined
        ? scan().fields.names.has(field)
        : declared.some((one) => scan().fields.declarations.has(one));
    },
    isWrittenOf: (type, field) => writersOf(type, field).length > 0,
    isCompared: (symbol) =>
      [...(compared ??= comparedKinds(checker, files()))].some(
        (one) => isWithin(one, symbol) || isWithin(symbol, one),
      ),
    writersOf,
  };
  known.set(checker, classes);
  return classes;
}

/** The classes of each program, for those who only know its checker. */
const known = new WeakMap<ts.TypeChecker, Classes>();

export const filesOf = (checker: ts.TypeChecker): readonly ts.SourceFile[] =>
  known.get(checker)?.files() ?? [];

export const membersNamed = (
  checker: ts.TypeChecker,
  name: string,
): readonly ts.FunctionLikeDeclaration[] =>
  known.get(checker)?.membersNamed(name) ?? [];

/** The objects in which a field of that name is written, and as which one of the type may be seen. */
export const writersOf = (
  checker: ts.TypeChecker,
  type: ts.Type,
  field: string,
): readonly ts.Expression[] => known.get(checker)?.writersOf(type, field) ?? [];

/**
 * Those of them that an object of the type may have: of its class, of those above and below, of classes that fit it without
 * saying so; of object literals too, where the type is no class. A class that has nothing to do with the type must not count.
 */
export function membersOfType(
  checker: ts.TypeChecker,
  name: string,
  type: ts.Type,
): readonly ts.FunctionLikeDeclaration[] {
  const classes = known.get(checker);
  const named = classes?.membersNamed(name) ?? [];
  if (classes === undefined || named.length === 0) return named;
  const plain = checker.getNonNullableType(type);
  const parts = (plain.isUnion() ? plain.types : [plain]).map(
    (one) => readonlyInstance(checker, one) ?? one,
  );
  const owners = parts.map((part) => part.symbol as ts.Symbol | undefined);
  const isKnown = (one: ts.Symbol | undefined): one is ts.Symbol =>
    one !== undefined &&
    (one.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) !== 0;
  if (!owners.every(isKnown)) return named;
  const possible = owners.flatMap((one) => [one, ...classes.concreteOf(one)]);
  const isOpen = owners.some((one) => !(one.flags & ts.SymbolFlags.Class));
  return named.filter(({ parent }) => {
    if (!ts.isClassLike(parent)) return isOpen;
    const home = symbolOfClass(checker, parent);
    if (home === undefined || parent.typeParameters !== undefined) return true;
    if (possible.some((one) => classes.isWithin(one, home))) return true;
    const fitting = checker.getDeclaredTypeOfSymbol(home);
    return parts.some((part) => checker.isTypeAssignableTo(fitting, part));
  });
}

/** The classes that serve an interface and do not say so; undefined where there are none. */
type ServantsOf = (contract: ts.Declaration) => ReadonlySet<string> | undefined;

interface Scan {
  readonly bases: ReadonlyMap<ts.Symbol, readonly ts.Symbol[]>;
  readonly concrete: readonly ts.Symbol[];
  readonly members: ReadonlyMap<string, readonly ts.FunctionLikeDeclaration[]>;
  readonly fields: WrittenFields;
}

function scanFiles(
  checker: ts.TypeChecker,
  files: readonly ts.SourceFile[],
  servantsOf: ServantsOf,
): Scan {
  const bases = new Map<ts.Symbol, ts.Symbol[]>();
  const concrete: ts.Symbol[] = [];
  const served: [ts.Symbol, ReadonlySet<string>][] = [];
  const addServed = (contract: ts.Symbol, decl: ts.Declaration): void => {
    const by = servantsOf(decl);
    if (by !== undefined) served.push([contract, by]);
  };
  const members = new Map<string, ts.FunctionLikeDeclaration[]>();
  for (const file of files) {
    eachNode(file, (node) => {
      if (isMemberFunction(node)) {
        const name = memberName(node);
        members.set(name, [...(members.get(name) ?? []), node]);
      }
      if (ts.isTypeLiteralNode(node))
        addServed(checker.getTypeAtLocation(node).symbol, node);
      if (!ts.isClassLike(node) && !ts.isInterfaceDeclaration(node)) return;
      const symbol = symbolOfClass(checker, node);
      if (symbol === undefined) return;
      if (ts.isInterfaceDeclaration(node)) addServed(symbol, node);
      const above = (node.heritageClauses ?? [])
        .flatMap((clause) => clause.types)
        .flatMap((one) => namedIn(checker, one));
      bases.set(symbol, [...(bases.get(symbol) ?? []), ...above]);
      if (ts.isClassLike(node) && !isAbstract(node)) concrete.push(symbol);
    });
  }
  for (const one of concrete) {
    const file = classOf(one)?.getSourceFile().fileName ?? "";
    const fits = served.flatMap(([contract, by]) =>
      by.has(servantIn(file, one.name)) ? [contract] : [],
    );
    bases.set(one, [...new Set([...(bases.get(one) ?? []), ...fits])]);
  }
  return {
    bases,
    concrete,
    members,
    fields: scanWrittenFields(checker, files),
  };
}

/** What a class extends or implements; `type Op = { ... }` is the type literal, too. */
function namedIn(
  checker: ts.TypeChecker,
  { expression }: ts.ExpressionWithTypeArguments,
): ts.Symbol[] {
  const symbol = definedSymbol(checker, expression);
  if (symbol === undefined) return [];
  if (!(symbol.flags & ts.SymbolFlags.TypeAlias)) return [symbol];
  const literal = checker.getDeclaredTypeOfSymbol(symbol).symbol as
    ts.Symbol | undefined;
  return literal === undefined ? [symbol] : [symbol, literal];
}

/** Is an object known by its tag: of a class, or a literal among classes? */
export const isKind = (instance: Instance | undefined): boolean =>
  instance?.symbol !== undefined || instance?.isLiteral === true;

/** What classes implement: an interface, or the type literal of an alias. */
export const isContract = ({ flags }: ts.Symbol): boolean =>
  (flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeLiteral)) !== 0;

/** Has an object of the one type all that the other asks for? Then it may be handed on as such. */
export function mayBeSeenAs(
  checker: ts.TypeChecker,
  type: ts.Type,
  as: ts.Type,
): boolean {
  const plain = checker.getNonNullableType(checker.getApparentType(as));
  const parts = plain.isUnion() ? plain.types : [plain];
  const own = new Set(checker.getPropertiesOfType(type).map((one) => one.name));
  return parts.some((part) => {
    if (!(part.flags & ts.TypeFlags.Object)) return true;
    return checker
      .getPropertiesOfType(part)
      .every(
        (one) =>
          (one.flags & ts.SymbolFlags.Optional) !== 0 || own.has(one.name),
      );
  });
}

export function symbolOfClass(
  checker: ts.TypeChecker,
  node: ts.ClassLikeDeclaration | ts.InterfaceDeclaration,
): ts.Symbol | undefined {
  return node.name === undefined
    ? (node as unknown as { symbol?: ts.Symbol }).symbol
    : checker.getSymbolAtLocation(node.name);
}

export const isAbstract = (node: ts.ClassLikeDeclaration): boolean =>
  node.modifiers?.some((one) => one.kind === ts.SyntaxKind.AbstractKeyword) ===
  true;

export const isStatic = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  ts
    .getModifiers(node)
    ?.some((one) => one.kind === ts.SyntaxKind.StaticKeyword) === true;

export type MemberFunction = ts.MethodDeclaration | ts.AccessorDeclaration;

const isMemberFunction = (node: ts.Node): node is MemberFunction =>
  ts.isMethodDeclaration(node) || ts.isAccessor(node);

const memberName = (node: MemberFunction): string =>
  ts.isIdentifier(node.name) || ts.isPrivateIdentifier(node.name)
    ? node.name.text
    : node.name.getText();

/** The class declaration of a class symbol. */
export function classOf(
  symbol: ts.Symbol,
): ts.ClassLikeDeclaration | undefined {
  return symbol.declarations?.find((one) => ts.isClassLike(one));
}

/** The method, accessor or field function of an object, by its name; the most derived one. */
export type Member =
  | { readonly kind: "method"; readonly decl: ts.FunctionLikeDeclaration }
  | { readonly kind: "getter"; readonly decl: ts.FunctionLikeDeclaration }
  | { readonly kind: "setterOnly" };

export function memberOf(
  checker: ts.TypeChecker,
  { type }: Instance,
  name: string,
): Member | undefined {
  const symbol = checker
    .getPropertiesOfType(type)
    .find((one) => fieldNameOf(one) === name.replace(/^#/, "$"));
  for (const decl of symbol?.declarations ?? []) {
    if (ts.isMethodDeclaration(decl) && decl.body !== undefined)
      return { kind: "method", decl };
    if (ts.isGetAccessor(decl)) return { kind: "getter", decl };
    const value =
      ts.isPropertyDeclaration(decl) || ts.isPropertyAssignment(decl)
        ? decl.initializer
        : onPrototype(decl);
    if (value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)))
      return { kind: "method", decl: value };
  }
  return symbol?.declarations?.some((one) => ts.isSetAccessor(one)) === true
    ? { kind: "setterOnly" }
    : undefined;
}

/** `Matrix.prototype.klass = "Matrix"`: a word that all objects of the class have in common. */
export function isConstantOfAll({ declarations }: ts.Symbol): boolean {
  const [only, ...others] = declarations ?? [];
  const value = only && others.length === 0 ? onPrototype(only) : undefined;
  return value !== undefined && ts.isStringLiteral(value);
}

/** `Vec.prototype.norm = function () { ... }`, apart from its class. */
function onPrototype(decl: ts.Node): ts.Expression | undefined {
  if (!ts.isPropertyAccessExpression(decl)) return undefined;
  const { parent, expression } = decl;
  const isMethod =
    ts.isPropertyAccessExpression(expression) &&
    expression.name.text === "prototype";
  return isMethod && ts.isBinaryExpression(parent) && parent.left === decl
    ? parent.right
    : undefined;
}

export function setterOf(
  checker: ts.TypeChecker,
  { type }: Instance,
  name: string,
): ts.SetAccessorDeclaration | undefined {
  const symbol = checker
    .getPropertiesOfType(type)
    .find((one) => fieldNameOf(one) === name.replace(/^#/, "$"));
  return symbol?.declarations?.find((one) => ts.isSetAccessor(one));
}

import { ts } from "ts-morph";
import { isOfLanguage } from "../syntax/libraryFile.js";
import type { Binding } from "../../ir/ir.js";
import { isInJson } from "../syntax/callee.js";
import type { BindingsInput } from "./bindings.js";

/** How the generated module imports what other modules export. */
export interface Imports {
  /** Of the language or the host, and in scope everywhere: Math, Array, console. */
  isGlobal(symbol: ts.Symbol): boolean;
  /** Undefined for what is not exported. */
  importedValue(
    symbol: ts.Symbol,
    origin: ts.Symbol,
    file: ts.SourceFile,
    at: ts.Node,
  ): Binding | undefined;
  importFrom(
    name: string,
    file: ts.SourceFile,
    exported: string,
    typeOnly: boolean,
  ): Binding;
  fromPackage(
    symbol: ts.Symbol,
    name: string,
    typeOnly: boolean,
    at?: ts.Node,
  ): Binding | undefined;
}

export function newImports({ project, facts, names }: BindingsInput): Imports {
  const { checker } = project;
  return { isGlobal, importedValue, importFrom, fromPackage };

  function isGlobal(symbol: ts.Symbol): boolean {
    const origin = facts.originOf(symbol);
    // `undefined` and `globalThis` have no declaration
    return (
      isOfLanguage(origin) ||
      (origin.declarations ?? []).every(
        (one) => one.getSourceFile().isDeclarationFile && !isInModule(one),
      )
    );
  }

  function importedValue(
    symbol: ts.Symbol,
    origin: ts.Symbol,
    file: ts.SourceFile,
    at: ts.Node,
  ): Binding | undefined {
    const exported = facts.exportNameOf(origin);
    const name = names.of(origin, nameFor(symbol, origin));
    if (isInJson(file)) return importedData(symbol, name, file);
    // import * as table from "./table.js"
    if (isWholeModule(origin) && project.isUserFile(file))
      return importFrom(name, file, "*", false);
    if (!project.isUserFile(file)) return fromPackage(symbol, name, false, at);
    return exported === undefined
      ? undefined
      : importFrom(name, file, exported, false);
  }

  /** `import table from "./table.json"`, by the import that says how. */
  function importedData(
    symbol: ts.Symbol,
    name: string,
    file: ts.SourceFile,
  ): Binding | undefined {
    const place = importedBy(symbol);
    if (place === undefined) return undefined;
    const { attributes } = place.node.parent as ts.ImportDeclaration;
    const binding = importFrom(name, file, place.exported, false);
    return attributes === undefined || binding.from.kind !== "import"
      ? binding
      : {
          ...binding,
          from: { ...binding.from, attributes: attributeText(attributes) },
        };
  }

  function importFrom(
    name: string,
    file: ts.SourceFile,
    exported: string,
    typeOnly: boolean,
  ): Binding {
    const from = {
      kind: "import",
      file: project.keyOf(file.fileName),
      exported,
    } as const;
    return { name, typeOnly, from };
  }

  /** By the import declaration through which the user's code gets it. */
  function fromPackage(
    symbol: ts.Symbol,
    name: string,
    typeOnly: boolean,
    at?: ts.Node,
  ): Binding | undefined {
    const place = importedBy(symbol) ?? (at && memberOf(checker, at));
    // an import inside of a package means nothing outside of it
    if (
      place === undefined ||
      !project.isUserFile(place.node.getSourceFile())
    ) {
      const from = besides(facts.originOf(symbol));
      return from && { name, typeOnly, from };
    }
    const { specifier, exported } = place;
    if (!specifier.startsWith("."))
      return { name, typeOnly, from: { kind: "package", specifier, exported } };
    const module = checker.getSymbolAtLocation(place.node);
    const file = module?.valueDeclaration;
    if (file === undefined || !ts.isSourceFile(file)) return undefined;
    return importFrom(name, file, exported, typeOnly);
  }

  /** An enum, a class or a function of a package whose module the user's code imports, for another of its exports. */
  function besides(
    origin: ts.Symbol,
  ): Extract<Binding["from"], { kind: "package" }> | undefined {
    if (origin.flags & ts.SymbolFlags.Function)
      return declaredBesides(origin, givesNothing);
    if (origin.flags & ts.SymbolFlags.Class)
      return declaredBesides(origin, isClass);
    const file = origin.declarations?.[0]?.getSourceFile().fileName;
    const exported = facts.exportNameOf(origin);
    if (!(origin.flags & ts.SymbolFlags.Enum) || exported === undefined)
      return undefined;
    for (const input of project.inputs)
      for (const specifier of importsOf(input)) {
        const { text } = specifier;
        if (project.code.find(text, input.fileName) === file)
          return { kind: "package", specifier: text, exported };
        const named = declaredAs(specifier, origin);
        if (named !== undefined && !text.startsWith("."))
          return { kind: "package", specifier: text, exported: named };
      }
    return undefined;
  }

  /** Under which name the declarations of an imported module have it. */
  function declaredAs(
    specifier: ts.Expression,
    origin: ts.Symbol,
  ): string | undefined {
    const module = checker.getSymbolAtLocation(specifier);
    return (
      module &&
      checker
        .getExportsOfModule(module)
        .find((one) => facts.originOf(one) === origin)?.name
    );
  }

  /** What the package exports, and declares by its name as what is wanted: a function that gives nothing back, a class. */
  function declaredBesides(
    origin: ts.Symbol,
    isWanted: (declared: ts.Symbol) => boolean,
  ): Extract<Binding["from"], { kind: "package" }> | undefined {
    for (const input of project.inputs)
      for (const specifier of importsOf(input)) {
        const { text } = specifier;
        const path = project.code.find(text, input.fileName);
        const code =
          path === undefined ? undefined : project.program.getSourceFile(path);
        const own =
          code === undefined ? undefined : checker.getSymbolAtLocation(code);
        const declared = checker.getSymbolAtLocation(specifier);
        if (own === undefined || declared === undefined) continue;
        const exported = checker
          .getExportsOfModule(own)
          .find((one) => facts.originOf(one) === origin)?.name;
        const isDeclared = checker
          .getExportsOfModule(declared)
          .some((one) => one.name === exported && isWanted(one));
        if (exported !== undefined && isDeclared)
          return { kind: "package", specifier: text, exported };
      }
    return undefined;
  }

  function isClass(symbol: ts.Symbol): boolean {
    return (facts.originOf(symbol).flags & ts.SymbolFlags.Class) !== 0;
  }

  function givesNothing(symbol: ts.Symbol): boolean {
    const type = checker.getTypeOfSymbol(facts.originOf(symbol));
    const [signature, ...others] = type.getCallSignatures();
    return (
      signature !== undefined &&
      others.length === 0 &&
      (signature.getReturnType().flags & ts.TypeFlags.Void) !== 0
    );
  }
}

/** The modules that are imported, packages alone. */
const importsOf = (file: ts.SourceFile): ts.StringLiteral[] =>
  file.statements.flatMap((one) =>
    ts.isImportDeclaration(one) &&
    ts.isStringLiteral(one.moduleSpecifier) &&
    !one.moduleSpecifier.text.startsWith(".")
      ? one.moduleSpecifier
      : [],
  );

export const isWholeModule = (symbol: ts.Symbol): boolean =>
  symbol.declarations?.some(ts.isSourceFile) === true;

export const nameFor = (symbol: ts.Symbol, origin: ts.Symbol): string => {
  const name = /^[A-Za-z_$][\w$]*$/.test(symbol.name)
    ? symbol.name
    : origin.name;
  return name === "default" || !/^[A-Za-z_$][\w$]*$/.test(name)
    ? "imported"
    : name;
};

/** The import declaration that brings a name into the user's file. */
function importedBy(
  symbol: ts.Symbol,
): { specifier: string; exported: string; node: ts.Expression } | undefined {
  const declaration = symbol.declarations?.[0];
  if (declaration === undefined) return undefined;
  let exported: string;
  if (ts.isImportSpecifier(declaration))
    exported = (declaration.propertyName ?? declaration.name).text;
  else if (ts.isNamespaceImport(declaration)) exported = "*";
  else if (ts.isImportClause(declaration)) exported = "default";
  else return undefined;
  let node: ts.Node = declaration;
  while (!ts.isImportDeclaration(node)) node = node.parent;
  const { moduleSpecifier } = node;
  if (!ts.isStringLiteral(moduleSpecifier)) return undefined;
  return { specifier: moduleSpecifier.text, exported, node: moduleSpecifier };
}

const attributeText = ({ elements }: ts.ImportAttributes): string =>
  `{ ${elements
    .map(({ name, value }) => `${name.text}: ${value.getText()}`)
    .join(", ")} }`;

/** `lib.table`, of `import * as lib`. */
function memberOf(
  checker: ts.TypeChecker,
  at: ts.Node,
): ReturnType<typeof importedBy> {
  const { parent } = at;
  if (!ts.isIdentifier(at) || !ts.isPropertyAccessExpression(parent))
    return undefined;
  if (parent.name !== at || !ts.isIdentifier(parent.expression))
    return undefined;
  const owner = checker.getSymbolAtLocation(parent.expression);
  const place = owner && importedBy(owner);
  return place?.exported === "*" ? { ...place, exported: at.text } : undefined;
}

const isInModule = (node: ts.Node): boolean =>
  ts.isExternalModule(node.getSourceFile()) ||
  ts.isModuleBlock(node.parent?.parent ?? node);

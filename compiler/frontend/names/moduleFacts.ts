import { ts } from "ts-morph";
import { newReferences } from "./moduleReferences.js";
import { newSettings } from "./settings.js";
import { newCalledFunctions } from "./calledFunctions.js";
import { newOnlyRead } from "./onlyRead.js";
import { newConnected } from "./connected.js";
import { changePattern } from "./outside.js";
import { isThrownOnly } from "./thrownOnly.js";
import { newTableUses, type TableUses } from "./tableUses.js";
import { newListedKeys, newWalkedKeys } from "./listedKeys.js";
import { newNeverWritten } from "./neverWritten.js";
import { memberOr, newStatics, type Statics } from "./statics.js";
import { newTableBuilders } from "./tableBuilders.js";
import { isDeclaring, isInFunction, isWritten } from "../syntax/usesOfNames.js";

/** What is asked about module-level names; facts of one program, each found once. */
export interface ModuleFacts {
  /** The symbol behind imports and re-exports. */
  originOf(symbol: ts.Symbol): ts.Symbol;
  /** The name under which its own module exports a symbol. */
  exportNameOf(symbol: ts.Symbol): string | undefined;
  /** Is it exported, and not as a type only? */
  exportsValue(symbol: ts.Symbol): boolean;
  /** Where the file that declares it names it. */
  referencesTo(symbol: ts.Symbol): readonly ts.Identifier[];
  /** Is a variable assigned anywhere after its declaration? */
  isReassigned(symbol: ts.Symbol): boolean;
  /**
   * May functions change what a variable at module level holds? "memory": the array or object that it names,
   * "variable": the variable itself, "read": nobody changes anything, "none": it is no variable of a module.
   */
  stateKind(symbol: ts.Symbol): "none" | "read" | "memory" | "variable";
  /**
   * The statements at the top of its module that fill a table, where nothing else changes it; undefined where
   * something may, or where they do more than that.
   */
  buildersOf(symbol: ts.Symbol): readonly ts.Statement[] | undefined;
  /** Does somebody make the array behind a variable longer or shorter, by its name? */
  isResized(symbol: ts.Symbol): boolean;
  readonly statics: Statics;
  /** Does somebody put something into an element of an array, by its name? */
  hasElementsWritten(symbol: ts.Symbol): boolean;
  /** Is it sure that nobody changes the array or object behind a variable through it, or lets it out? */
  isOnlyRead(symbol: ts.Symbol): boolean;
  /** Is it a constant of plain values into which nobody writes, wherever it goes? */
  isNeverWritten(symbol: ts.Symbol): boolean;
  /** May somebody list the keys of an object that the file makes? */
  listsKeys(file: ts.SourceFile): boolean;
  /** The same of objects with two of these fields, where a value comes of it. */
  walksKeys(file: ts.SourceFile, names: readonly string[]): boolean;
  /** Is it an error whose only use is to be thrown? */
  isThrownOnly(symbol: ts.Symbol): boolean;
  readonly tables: TableUses;
  /** Does the text of a file of the project that is not read change `Config.limit`, or something in it? */
  isChangedOutside(name: string, ofParts: boolean): boolean;
}

export function newModuleFacts(
  checker: ts.TypeChecker,
  /** The files with code in them. */
  files: () => readonly ts.SourceFile[],
  /** Do other files of the project, which are not read, have this name in them? */
  isMentioned: (name: string | RegExp) => boolean,
): ModuleFacts {
  const names = newReferences(checker);
  const settings = newSettings(names, checker, files, isMentioned);
  const { referencesTo, referencesIn, exportNameOf } = names;
  const connected = newConnected(checker, files);
  const called = newCalledFunctions(checker, files, connected);
  const onlyRead = newOnlyRead(checker, referencesTo, called);
  const { isOnlyRead: readThroughout, readsOnly } = onlyRead;
  const isNeverWritten = newNeverWritten(
    checker,
    connected,
    referencesTo,
    called,
    files,
  );
  const tables = newTableUses(
    checker,
    (file, symbol) => referencesIn(file).get(symbol) ?? [],
    connected,
    (symbol) => {
      const exported = exportNameOf(symbol);
      return exported !== undefined && isChangedOutside(exported, true);
    },
  );
  const isOnlyRead = (symbol: ts.Symbol): boolean =>
    readThroughout(symbol) || isNeverWritten(symbol);
  const statics = newStatics(checker, files, referencesIn, onlyRead, called);
  const buildersOf = newTableBuilders(checker, referencesTo, readsOnly);
  return {
    originOf: names.originOf,
    exportNameOf,
    exportsValue: names.exportsValue,
    referencesTo,
    isReassigned,
    isOnlyRead,
    isNeverWritten,
    listsKeys: newListedKeys(files, connected),
    walksKeys: newWalkedKeys(checker, connected),
    isThrownOnly: (symbol) =>
      isThrownOnly(checker, symbol, referencesTo(symbol)),
    tables,
    isChangedOutside,
    stateKind,
    buildersOf,
    isResized,
    statics,
    hasElementsWritten,
  };

  function isChangedOutside(name: string, ofParts: boolean): boolean {
    return isMentioned(changePattern(name, ofParts));
  }

  function stateKind(
    symbol: ts.Symbol,
  ): "none" | "read" | "memory" | "variable" {
    const decl = symbol.valueDeclaration;
    if (decl !== undefined && ts.isPropertyDeclaration(decl)) {
      if (statics.isVariable(symbol)) return "variable";
      return statics.isOnlyRead(symbol) ? "read" : "memory";
    }
    if (
      decl === undefined ||
      !ts.isVariableDeclaration(decl) ||
      !ts.isIdentifier(decl.name) ||
      decl.getSourceFile().isDeclarationFile ||
      !ts.isVariableStatement(decl.parent.parent) ||
      !ts.isSourceFile(decl.parent.parent.parent)
    )
      return "none";
    const written = writesTo(symbol);
    if (written.some(isInFunction)) return "variable";
    if (written.length > 0 || decl.initializer === undefined) return "none";
    if (!isOnlyReadElsewhere(symbol) && !isNeverWritten(symbol))
      return "memory";
    if (isOnlyRead(symbol)) return "read";
    return buildersOf(symbol) === undefined ? "memory" : "none";
  }

  /** In the modules that import it. */
  function isOnlyReadElsewhere(symbol: ts.Symbol): boolean {
    const exported = exportNameOf(symbol);
    if (exported === undefined) return true;
    const own = symbol.declarations?.[0]?.getSourceFile();
    return files()
      .filter((file) => file !== own && file.text.includes(exported))
      .flatMap((file) => referencesIn(file).get(symbol) ?? [])
      .every((id) => isDeclaring(id) || readsOnly(id));
  }

  function isResized(symbol: ts.Symbol): boolean {
    return referencesTo(symbol).some((id) => {
      const { parent } = id;
      if (!ts.isPropertyAccessExpression(parent) || parent.expression !== id)
        return false;
      return (
        /^(push|pop|shift|unshift|splice)$/.test(parent.name.text) ||
        (parent.name.text === "length" && isWritten(parent))
      );
    });
  }

  function hasElementsWritten(symbol: ts.Symbol): boolean {
    return referencesTo(symbol).some(
      ({ parent }) => ts.isElementAccessExpression(parent) && isWritten(parent),
    );
  }

  function isReassigned(symbol: ts.Symbol): boolean {
    return writesTo(symbol).length > 0;
  }

  function writesTo(symbol: ts.Symbol): readonly ts.Identifier[] {
    return usesOf(symbol).filter(
      (id) =>
        isWritten(memberOr(id)) && !settings.isIdle(id) && !isExported(id),
    );
  }

  /** `namespace Config { export let limit = 3 }` is assigned from outside, too; what a module exports is not. */
  function usesOf(symbol: ts.Symbol): readonly ts.Identifier[] {
    const decl = symbol.valueDeclaration;
    const isOfNamespace =
      decl !== undefined && ts.isModuleBlock(decl.parent?.parent?.parent);
    if (!isOfNamespace) return referencesTo(symbol);
    // inside and outside of the namespace the name has two symbols
    return files()
      .flatMap((file) => [...referencesIn(file)])
      .flatMap(([other, ids]) => (other.valueDeclaration === decl ? ids : []));
  }
}

/** `module.exports = f`, which gives f another name, and no other value. */
const isExported = ({ text, parent }: ts.Identifier): boolean =>
  text === "exports" &&
  ts.isPropertyAccessExpression(parent) &&
  parent.expression.getText() === "module";

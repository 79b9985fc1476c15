import { ts } from "ts-morph";
import type { Finding } from "../../diagnostics/diagnostic.js";
import type { Span } from "../../diagnostics/span.js";

/**
 * Codes for a name that only the DOM, newer libraries or @types would bring, or that collides with what stands in for
 * them.
 */
const missingNames = new Set([
  2304, 2318, 2503, 2550, 2551, 2552, 2568, 2580, 2581, 2582, 2583, 2584, 2591,
  2592, 2593, 2867, 2868, 2300, 2339, 2403, 2451, 2687, 2717,
]);

export const hintsAtMissingLibs = (error: ts.Diagnostic): boolean =>
  missingNames.has(error.code);

export const textOfDiagnostic = (error: ts.Diagnostic): string =>
  ts.flattenDiagnosticMessageText(error.messageText, " ").replace(/\s+/g, " ");

export function spanOfDiagnostic(
  error: ts.Diagnostic,
  keyOf: (path: string) => string,
  elsewhere: string,
): Span {
  const start = error.start ?? 0;
  return {
    file: error.file === undefined ? elsewhere : keyOf(error.file.fileName),
    start,
    end: start + (error.length ?? 0),
  };
}

/** The errors of one file as findings. */
export interface FileErrors {
  readonly syntax: readonly ts.Diagnostic[];
  readonly types: readonly ts.Diagnostic[];
}

/**
 * What the compiler finds in a file. Left out: whatever comes from importing diffc or the file's own generated module,
 * which may be missing or stale while diffc reads its source.
 */
export function errorsIn(
  file: ts.SourceFile,
  program: ts.Program,
  /** What the user's own compiler does not ask for. */
  loose: { readonly types: boolean; readonly nulls: boolean },
): FileErrors {
  const syntax = program.getSyntacticDiagnostics(file);
  if (syntax.length > 0) return { syntax, types: [] };
  const generated = importsGenerated(file);
  const types = program.getSemanticDiagnostics(file).filter(
    (error) =>
      error.category === ts.DiagnosticCategory.Error &&
      !comesFromOwnImport(error, file) &&
      // a generated module that is not there makes its exports `any`, and callbacks given to them untyped
      !(generated && implicitAny.has(error.code)) &&
      !(loose.types && isImplicitAny(error)) &&
      !(loose.nulls && possiblyNothing.has(error.code)),
  );
  return { syntax, types };
}

/** "... is possibly undefined": the code looks into it all the same, and throws where it is. */
const possiblyNothing = new Set([
  2531, 2532, 2533, 2721, 2722, 2723, 18047, 18048, 18049,
]);

/** "... implicitly has type any", in all its forms. */
const isImplicitAny = ({ code }: ts.Diagnostic): boolean =>
  code >= 7005 && code <= 7061;

const implicitAny = new Set([7005, 7006, 7008, 7019, 7031, 7034, 7053]);

/** `./model.diff.js` and its like. */
export const isGeneratedSpecifier = (specifier: string): boolean =>
  /^\.{1,2}\/.*\.diff(\.[cm]?[jt]s)?$/.test(specifier);

const isOwnSpecifier = (specifier: string): boolean =>
  specifier === "diffc" || specifier.startsWith("diffc/");

function importsGenerated(file: ts.SourceFile): boolean {
  return file.statements.some(
    (statement) =>
      (ts.isImportDeclaration(statement) ||
        ts.isExportDeclaration(statement)) &&
      statement.moduleSpecifier !== undefined &&
      ts.isStringLiteral(statement.moduleSpecifier) &&
      isGeneratedSpecifier(statement.moduleSpecifier.text),
  );
}

function comesFromOwnImport(
  error: ts.Diagnostic,
  file: ts.SourceFile,
): boolean {
  const start = error.start ?? 0;
  const statement = file.statements.find(
    (one) => one.pos <= start && start < one.end,
  );
  if (statement === undefined) return false;
  let specifier: ts.Expression | undefined;
  if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))
    specifier = statement.moduleSpecifier;
  if (specifier === undefined || !ts.isStringLiteral(specifier)) return false;
  return isGeneratedSpecifier(specifier.text) || isOwnSpecifier(specifier.text);
}

/** "Cannot find module", in its forms. */
const isUnresolved = ({ code }: ts.Diagnostic): boolean =>
  [2307, 2792, 7016].includes(code);

export function findingsOf(
  errors: FileErrors,
  keyOf: (path: string) => string,
  /** The user's own compiler does not check for undefined and null. */
  looseNulls: boolean,
): Finding[] {
  const reading = looseNulls ? ", which reads with strictNullChecks" : "";
  const syntax = errors.syntax.map((error): Finding => ({
    code: "DC1002",
    severity: "error",
    span: spanOfDiagnostic(error, keyOf, ""),
    message: `syntax error: ${textOfDiagnostic(error)}`,
    help: "mend the syntax; nothing can be read from a file that does not parse",
  }));
  const types = errors.types.map((error): Finding => ({
    code: isUnresolved(error) ? "DC2118" : "DC1003",
    severity: "error",
    span: spanOfDiagnostic(error, keyOf, ""),
    message: `${textOfDiagnostic(error)} (TS${error.code})`,
    help: isUnresolved(error)
      ? "install the package with its types, or mend the path"
      : looseNulls && /'never'/.test(textOfDiagnostic(error))
        ? `type errors found by the bundled TypeScript ${ts.version}${reading}, and an empty array without a type holds nothing: write the type where it is made, as in \`items: number[] = []\``
        : `type errors found by the bundled TypeScript ${ts.version}${reading}: mend them first`,
  }));
  return [...syntax, ...types];
}

import { ts } from "ts-morph";
import { isJavaScript } from "../syntax/jsFunctions.js";

/** Stands before a field of a class that was one of its prototype, which instances without a constructor have, too. */
export const ofPrototype = "/* of the prototype */";

/** What the prototype says of a field; undefined where instances have one of their own, if any. */
export function prototypeValue(
  checker: ts.TypeChecker,
  type: ts.Type,
  name: string,
): ts.Expression | undefined {
  const field = checker.getPropertyOfType(type, name);
  const decl = field?.valueDeclaration;
  if (!decl || !ts.isPropertyDeclaration(decl) || !isJavaScript(decl))
    return undefined;
  const before = decl.getFullText().slice(0, decl.getLeadingTriviaWidth());
  return before.includes(ofPrototype) ? decl.initializer : undefined;
}

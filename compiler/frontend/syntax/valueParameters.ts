import type { ts } from "ts-morph";

/** The parameters that a call gives values to: without the `this` that only TypeScript looks at. */
export const valueParameters = (
  decl: ts.SignatureDeclaration,
): readonly ts.ParameterDeclaration[] =>
  decl.parameters.filter(({ name }) => name.getText() !== "this");

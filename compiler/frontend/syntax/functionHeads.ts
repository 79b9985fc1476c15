import { ts } from "ts-morph";

/** Where the parameters of a function begin. */
export const parenOf = (fn: ts.FunctionLikeDeclaration): number =>
  fn
    .getChildren()
    .find((one) => one.kind === ts.SyntaxKind.OpenParenToken)
    ?.getStart() ?? fn.getStart();

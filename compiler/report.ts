import type { ActivityFinding } from "./analysis/findings.js";
import { entryOf, type Code } from "./diagnostics/codes.js";
import type { Finding } from "./diagnostics/diagnostic.js";

/** The diagnostic for something that the analysis of activity has found. */
export function findingFor(found: ActivityFinding): Finding {
  const { code, message } = wording(found);
  const severity =
    found.kind === "rounded" || found.kind === "alwaysZero"
      ? "warning"
      : "error";
  return {
    code,
    severity,
    span: found.span,
    message,
    help: entryOf(code).help,
  };
}

function wording(found: ActivityFinding): { code: Code; message: string } {
  switch (found.kind) {
    case "carried":
      return {
        code: "DC3001",
        message:
          "this code is only carried along, but a value that is differentiated goes into it",
      };
    case "integer":
      return {
        code: "DC3002",
        message: "this bit operation gets a value that is differentiated",
      };
    case "rounded":
      return {
        code: "DC3004",
        message: `what passes through '${found.op}' here has slope 0`,
      };
    case "integerStore":
      return {
        code: "DC3005",
        message:
          "a value that is differentiated is stored in an array of integers",
      };
    case "writtenTable":
      return {
        code: "DC2005",
        message: `the function may write into '${found.name}' of the module, which lives on from call to call`,
      };
    case "alwaysZero":
      return {
        code: "DC3003",
        message: `the result does not depend on '${found.param}': its gradient is always zero`,
      };
  }
}

import type { ActivityFinding } from "./analysis/findings.js";
import { entryOf, type Code } from "./diagnostics/codes.js";
import type { Finding } from "./diagnostics/diagnostic.js";

/** The diagnostic for something that the analysis of activity has found. */
export function findingFor(found: ActivityFinding): Finding {
  const { code, message, help } = wording(found);
  const severity =
    found.kind === "rounded" || found.kind === "alwaysZero"
      ? "warning"
      : "error";
  return {
    code,
    severity,
    span: found.span,
    message,
    help: help ?? entryOf(code).help,
  };
}

interface Wording {
  readonly code: Code;
  readonly message: string;
  /** Where more can be said than the code's own help does. */
  readonly help?: string;
}

function wording(found: ActivityFinding): Wording {
  switch (found.kind) {
    case "carried":
      return {
        code: "DC3001",
        message: found.isText
          ? "a number that is differentiated becomes a text here, and the result depends on that"
          : "a number that is differentiated goes into code that diffc only carries, and the result depends on what comes out",
        ...(found.isText
          ? {
              help: "compute with the number itself; in a log or in the message of an error a text may stand",
            }
          : {}),
      };
    case "integer":
      return {
        code: "DC3002",
        message:
          "a bit operation cuts a number that is differentiated to 32 bits, and the result depends on what is left",
      };
    case "rounded":
      return {
        code: "DC3004",
        message: `${found.op} has slope 0: the gradient does not see what passes through it here`,
      };
    case "integerStore":
      return {
        code: "DC3005",
        message:
          "a number that is differentiated is cut off in an array of integers",
      };
    case "listedKeys":
      return {
        code: "DC3006",
        message:
          "the keys listed here hold a number that is differentiated, and the result depends on them: a key has no derivative",
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

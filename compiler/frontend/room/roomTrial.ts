import type { ts } from "ts-morph";
import type { Reporter } from "../../diagnostics/reporter.js";
import { Refuse, type LowerContext } from "../context.js";
import type { Refusal } from "../state/moduleState.js";
import type { Session } from "../readProject.js";
import { pointAt } from "./roomDeclarations.js";

/** Refusing: to the user, or to a caller that only tries. */
export interface Trials {
  readonly refuse: LowerContext["refuse"];
  isTrying(): boolean;
  /** Runs what may be refused, without a word to the user. */
  tried<T>(run: () => T): T | Refusal;
  /** What is to be forgotten when the trial that runs now is refused. */
  onRefusal(undo: () => void): void;
}

export function newTrials(
  reporter: Reporter,
  spanOf: Session["spanOf"],
): Trials {
  let trial: { refusal?: Refusal; readonly undo: (() => void)[] } | undefined;
  return {
    isTrying: () => trial !== undefined,
    refuse(node: ts.Node, code, message, help) {
      if (trial !== undefined) {
        trial.refusal = { code, message, help };
        throw new Refuse();
      }
      const span = spanOf(pointAt(node));
      // by the names that their authors gave them
      const shown = message.replace(/\$(is|of)\d+\b/g, "");
      reporter.report({ code, severity: "error", span, message: shown, help });
      throw new Refuse();
    },
    tried<T>(run: () => T): T | Refusal {
      const outer = trial;
      const own: { refusal?: Refusal; readonly undo: (() => void)[] } = {
        undo: [],
      };
      trial = own;
      try {
        return run();
      } catch (error) {
        if (!(error instanceof Refuse) || own.refusal === undefined)
          throw error;
        for (const undo of own.undo) undo();
        return own.refusal;
      } finally {
        trial = outer;
      }
    },
    onRefusal: (undo) => void trial?.undo.push(undo),
  };
}

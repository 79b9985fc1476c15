import { ts } from "ts-morph";
import type { Code } from "../../diagnostics/codes.js";
import type { TypeText } from "../../ir/ir.js";
import type { Mode } from "../../ir/program.js";
import type { Ty } from "../../ir/types.js";
import type { TypeProblem } from "../types/typeProblem.js";

/** What checking an annotation needs to know. */
export interface EntryInput {
  readonly checker: ts.TypeChecker;
  readonly file: ts.SourceFile;
  /** The file's name in the Program. */
  readonly key: string;
  /** `--wrt` and `--modes`, which go before the tag. */
  readonly wrt: readonly string[] | undefined;
  readonly modes: readonly string[] | undefined;
  report(place: Place, code: Code, message: string, help: string): void;
  tyOf(type: ts.Type): Ty | TypeProblem;
  /** What a function with arguments of several kinds takes and gives in the case at hand. */
  readonly variant?: {
    readonly args: readonly (Ty | undefined)[];
    readonly result: Ty | undefined;
    readonly defaultMode: Mode;
  };
  typeTextOf(type: ts.Type | ts.TypeNode, at: ts.Node): TypeText;
}

export interface Place {
  readonly start: number;
  readonly end: number;
}

export type Fail = EntryInput["report"];

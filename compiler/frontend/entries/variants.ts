import type { LowerContext } from "../context.js";
import type { Annotated } from "./annotated.js";
import { exportName } from "./entries.js";
import { casesOf, type ParameterCase } from "./unionCases.js";

/** A function as it is for arguments of certain kinds. */
export interface Variant {
  /** By parameter; undefined where there is one kind. */
  readonly cases: readonly (ParameterCase | undefined)[];
  /** What its derivatives are called after: `lengthOfVec`. */
  readonly name: string;
}

/** Each has a body of its own. */
const most = 8;

/**
 * One variant for each combination of the kinds of values that the parameters take; none where each takes one kind. Where
 * they are too many, lists of any kind are looked at as arrays alone.
 */
export function variantsOf(
  ctx: LowerContext,
  annotated: Annotated,
): readonly Variant[] {
  const { parameters } = annotated.decl;
  let cases = parameters.map((one) => casesOf(ctx, one));
  if (cases.every((one) => one === undefined)) return [];
  const count = (): number =>
    cases.reduce((product, one) => product * (one?.length ?? 1), 1);
  if (count() > most)
    cases = cases.map((one) => (one?.at(-1)?.copies ? one.slice(-1) : one));
  if (count() > most) return [];
  return cases
    .reduce<(ParameterCase | undefined)[][]>(
      (all, own) =>
        all.flatMap((some) =>
          (own ?? [undefined]).map((one) => [...some, one]),
        ),
      [[]],
    )
    .map((own) => ({
      cases: own,
      name: `${exportName(annotated)}Of${own.map((one) => one?.label ?? "").join("")}`,
    }));
}

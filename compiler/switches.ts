/** Every optimisation, by the name under which it can be switched off (`--disable`). */
export const optimisations = [
  "inline",
  "simplify",
  "mergeIfs",
  "cse",
  "giveBack",
  "hoist",
  "accumulators",
  "dce",
  "unroll",
  "scalarReplace",
  "versions",
  "columns",
  "inductions",
  "fill",
  "joinLoops",
  "unswitch",
  "bounds",
  "fusion",
  "recompute",
  "reciprocals",
  "guards",
  "factor",
  "stencils",
  "firstWrites",
  "sinkSlopes",
  "pairs",
  "workspaces",
  "products",
  "nearCopies",
  "split",
] as const;

export type Optimisation = (typeof optimisations)[number];

/** Which optimisations are on. */
export type Switches = (name: Optimisation) => boolean;

export const allOn: Switches = () => true;

export const allBut =
  (disabled: readonly Optimisation[] = []): Switches =>
  (name) =>
    !disabled.includes(name);

import type { ArgumentTest, Entry } from "./program.js";

/** The entry that is for these arguments, among those of a function. */
export const entryFor = (
  entries: readonly Entry[],
  name: string,
  args: readonly unknown[],
): Entry | undefined =>
  entries.find(
    ({ exportName, variant }) =>
      (variant?.of ?? exportName) === name &&
      (variant?.cases ?? []).every((one, k) => {
        if (one?.test === undefined) return true;
        const isNothing = args[k] === undefined || args[k] === null;
        return (
          (one.orNothing === true && isNothing) || holds(one.test, args[k])
        );
      }),
  );

/** What generated code asks. */
function holds(test: ArgumentTest, value: unknown): boolean {
  switch (test.kind) {
    case "typeof":
      return typeof value === test.name;
    case "array":
      return Array.isArray(value);
    case "nested":
      return Array.isArray(value) && Array.isArray(value[0]);
    case "instance":
      return isOf(value, typeof test.of === "string" ? test.of : test.of.name);
  }
}

function isOf(value: unknown, name: string): boolean {
  if (typeof value !== "object" || value === null) return false;
  let above: unknown = Object.getPrototypeOf(value);
  while (above !== null && above !== undefined) {
    if ((above as object).constructor.name === name) return true;
    above = Object.getPrototypeOf(above);
  }
  return false;
}

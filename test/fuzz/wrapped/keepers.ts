import { asUse, numbers } from "./locals.js";
import { pickFrom, usesOf } from "./sites.js";
import { fresh, inPlaceOf, type Rewrite, textWith } from "./unit.js";

/** Keeps a number in something else: how that is made, given a name for it and the number's text, and how it is named. */
interface Keeper {
  readonly made: (name: string, value: string) => string;
  readonly at: (name: string) => string;
}

const keepers: Readonly<Record<string, Keeper>> = {
  // an element, a field, a property with accessors: each reads what was written last
  "element of an array": {
    made: (name, value) => `const ${name} = [0, ${value}]`,
    at: (name) => `${name}[1]!`,
  },
  "element of a typed array": {
    made: (name, value) => `const ${name} = Float64Array.of(${value})`,
    at: (name) => `${name}[0]!`,
  },
  "element of a tuple": {
    made: (name, value) => `const ${name}: [string, number] = ["", ${value}]`,
    at: (name) => `${name}[1]`,
  },
  "element of a row": {
    made: (name, value) => `const ${name} = [[0], [${value}]]`,
    at: (name) => `${name}[1]![0]!`,
  },
  "field of an object": {
    made: (name, value) => `const ${name}: { v9: number } = { v9: ${value} }`,
    at: (name) => `${name}.v9`,
  },
  "field of a record in an array": {
    made: (name, value) =>
      `const ${name}: { v9: number }[] = [{ v9: ${value} }]`,
    at: (name) => `${name}[0]!.v9`,
  },
  "field with accessors": {
    made: (name, value) => `const ${name} = new Box9(${value})`,
    at: (name) => `${name}.value`,
  },
  "optional field": {
    made: (name, value) =>
      `const ${name}: { v9?: number; w9?: number } = { v9: ${value} }`,
    at: (name) => `${name}.v9!`,
  },
  "value under a key": {
    made: (name, value) =>
      `const ${name}: Record<string, number> = { v9: ${value} }`,
    at: (name) => `${name}["v9"]!`,
  },
};

const keptIn = (name: string, { made, at }: Keeper): Rewrite => ({
  name: `variable: ${name}`,
  edits: (unit, random) => {
    const one = pickFrom(random, numbers(unit));
    if (one?.initializer === undefined) return undefined;
    const box = fresh(unit, one.name.text);
    const uses = usesOf(unit, one.name).map((use) => asUse(use, at(box)));
    const value = textWith(unit, one.initializer, uses);
    const list = one.parent;
    return [
      inPlaceOf(list, made(box, value)),
      ...uses.filter(
        ({ start, end }) => end <= list.getStart() || start >= list.end,
      ),
    ];
  },
});

export const keeperRewrites: readonly Rewrite[] = Object.entries(keepers).map(
  ([name, keeper]) => keptIn(name, keeper),
);

import type { Random } from "./random.js";

/**
 * The types of the programs that the generator writes. They know a little more than TypeScript does, so that every
 * index is in range and every loop ends: the least length of an array, the range of an integer.
 */
export type Shape =
  | { readonly k: "num" }
  | { readonly k: "int"; readonly lo: number; readonly hi: number }
  /** `number | undefined` */
  | { readonly k: "opt" }
  | { readonly k: "bool" }
  | { readonly k: "str" }
  | {
      readonly k: "arr";
      readonly store: "js" | "f64" | "f32";
      readonly len: number;
    }
  | {
      readonly k: "mat";
      readonly rows: number;
      readonly cols: number;
      /** Of the rows. */
      readonly store: "js" | "f64";
    }
  | { readonly k: "pair" }
  | { readonly k: "rec"; readonly decl: RecordDecl }
  | { readonly k: "recs"; readonly decl: RecordDecl; readonly len: number };

export interface RecordDecl {
  readonly name: string;
  readonly exported: boolean;
  readonly fields: readonly { readonly name: string; readonly shape: Shape }[];
}

export const num: Shape = { k: "num" };
export const words: readonly string[] = ["linear", "cubic", "none"];

export function typeText(shape: Shape): string {
  switch (shape.k) {
    case "num":
    case "int":
      return "number";
    case "opt":
      return "number | undefined";
    case "bool":
      return "boolean";
    case "str":
      return "string";
    case "arr":
      return { js: "number[]", f64: "Float64Array", f32: "Float32Array" }[
        shape.store
      ];
    case "mat":
      return shape.store === "js" ? "number[][]" : "Float64Array[]";
    case "pair":
      return "[number, number]";
    case "rec":
      return shape.decl.name;
    case "recs":
      return `${shape.decl.name}[]`;
  }
}

export function declText(decl: RecordDecl): string {
  const fields = decl.fields
    .map((field) => `  ${field.name}: ${typeText(field.shape)};\n`)
    .join("");
  return `${decl.exported ? "export " : ""}interface ${decl.name} {\n${fields}}\n`;
}

/** A random argument of that shape; floats in [-2, 2]. */
export function randomValue(shape: Shape, random: Random): unknown {
  const float = (): number => random.decimal(-2, 2, 4);
  const list = <T>(n: number, make: () => T): T[] =>
    Array.from({ length: n }, make);
  switch (shape.k) {
    case "num":
      return float();
    case "int":
      return random.int(shape.lo, shape.hi);
    case "opt":
      return random.chance(0.6) ? float() : undefined;
    case "bool":
      return random.chance(0.5);
    case "str":
      return random.pick(words);
    case "arr": {
      const values = list(shape.len, float);
      if (shape.store === "f64") return Float64Array.from(values);
      return shape.store === "f32" ? Float32Array.from(values) : values;
    }
    case "mat":
      return list(shape.rows, () =>
        shape.store === "js"
          ? list(shape.cols, float)
          : Float64Array.from(list(shape.cols, float)),
      );
    case "pair":
      return [float(), float()];
    case "rec":
      return Object.fromEntries(
        shape.decl.fields.map((field) => [
          field.name,
          randomValue(field.shape, random),
        ]),
      );
    case "recs":
      return list(shape.len, () =>
        randomValue({ k: "rec", decl: shape.decl }, random),
      );
  }
}

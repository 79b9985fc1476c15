import type { ArrayStore, Signature, Ty } from "../../compiler/evaluation.js";
import type { Random } from "../../runtime/random.js";

/** Arguments for a function, made up from the types of its parameters. */

/** A parameter of which nothing can be made up. */
export class CannotSample extends Error {
  constructor(path: string, type: string) {
    super(`nothing can be made up for ${path}, of type ${type}`);
    this.name = "CannotSample";
  }
}

/** A type that holds itself has been followed far enough: what is optional is left out here, lists are empty. */
class TooDeep extends CannotSample {}

/** How often a type that holds itself is made up within itself. */
const deepest = 2;

/** Attempts differ in the lengths of arrays and in the kind of numbers, since what a function wants is not known. */
interface Style {
  readonly random: Random;
  /** The length of every array: what belongs together is then of one length. */
  readonly size: number;
  readonly attempt: number;
  readonly choices: Choices;
  readonly classes: Classes;
  /** The types around that hold themselves. */
  readonly around: readonly Ty[];
}

/** Types that are a choice of a few strings, by name. */
export type Choices = ReadonlyMap<string, readonly string[]>;

/** What instances inherit from, by the names of their classes. */
export type Classes = ReadonlyMap<string, object>;

/** Short arrays first; a function that reads cell 5 wants longer ones. */
const sizes = [3, 4, 5, 3, 4, 5, 6, 8, 10, 9, 12, 16, 25, 32];

/** @throws CannotSample */
export function sampleArguments(
  signature: Signature,
  random: Random,
  attempt: number,
  choices: Choices = new Map(),
  classes: Classes = new Map(),
): unknown[] {
  const size = sizes[attempt % sizes.length] ?? 3;
  const style = { random, size, attempt, choices, classes, around: [] };
  const wrt = signature.wrt.map((path) => path.join("."));
  return signature.parameters.map(({ name, ty }) => {
    const isActive = (path: string): boolean =>
      wrt.some((one) => path === one || path.startsWith(`${one}.`));
    return sample(ty, name, isActive, style);
  });
}

function sample(
  ty: Ty,
  path: string,
  isActive: (path: string) => boolean,
  style: Style,
): unknown {
  const { random, size, attempt } = style;
  switch (ty.kind) {
    case "num":
      return ty.values === undefined
        ? sampleNumber(path, isActive(path), style)
        : (ty.values[random.integer(ty.values.length)] ?? 0);
    case "bool":
      return random.uniform() < 0.5;
    case "opaque":
      return sampleText(ty.text, path, style);
    case "maybe":
      // missing now and then, and where nothing can be made up
      if (attempt % 3 === 2) return nothing(ty.nil);
      try {
        return sample(ty.of, path, isActive, style);
      } catch (error) {
        if (error instanceof CannotSample) return nothing(ty.nil);
        throw error;
      }
    case "array": {
      const isFloat = ["js", "f64", "f32"].includes(ty.store);
      const cell = (): unknown =>
        isFloat ? sample(ty.elem, path, isActive, style) : random.integer(size);
      try {
        const length = ty.fixed ?? size;
        return fill(ty.store, Array.from({ length }, cell));
      } catch (error) {
        if (error instanceof TooDeep && ty.fixed === undefined) return [];
        throw error;
      }
    }
    case "table": {
      const words = ["a", "b", "c"].slice(0, Math.max(1, size));
      const keys = words.map((word, k) =>
        ty.key.kind === "num" ? k : wordOr(word, ty.key, path, style),
      );
      if (ty.form === "set") return new Set(keys);
      if (ty.form === "map")
        return new Map(
          keys.map((key) => [key, sample(ty.elem, path, isActive, style)]),
        );
      return Object.fromEntries(
        words.map((key) => [
          key,
          sample(ty.elem, `${path}.${key}`, isActive, style),
        ]),
      );
    }
    case "record": {
      const inside = within(ty, path, style);
      // every object inherits its constructor; a class that declares it only tells its type
      const own = ty.fields.filter(({ name }) => name !== "constructor");
      const entries = own.map(({ name, ty: of }): [string, unknown] => [
        name,
        sample(of, `${path}.${name}`, isActive, inside),
      ]);
      return makeRecord(ty, new Map(entries), style.classes);
    }
    case "tape":
      throw new CannotSample(path, "tape");
  }
}

/** @throws TooDeep */
function within(ty: RecordTy, path: string, style: Style): Style {
  if (ty.recursive !== true) return style;
  const depth = style.around.filter((one) => one === ty).length;
  if (depth >= deepest) throw new TooDeep(path, "a type that holds itself");
  return { ...style, around: [...style.around, ty] };
}

const nothing = (nil: "undefined" | "null" | "both"): null | undefined =>
  nil === "null" ? null : undefined;

const countLike =
  /^(n|m|d|count|size|len|length|steps|dim|dims|rows|cols|degree|order)$|(Count|Size|Length|Steps|Dim|Rows|Cols)$|^(num|n)[A-Z]/;
const indexLike =
  /^(i|j|k|index|idx|label|labels|indices|seed|id|target|targets|classes)$|(Index|Idx|Label|Labels|Indices|Id|Ids|Seed)$/;

/** Numbers around 1, or around 0 in every fourth attempt; an integer where the name says so or, at times, is passive. */
function sampleNumber(path: string, active: boolean, style: Style): number {
  const { random, size, attempt } = style;
  const name = path.slice(path.lastIndexOf(".") + 1);
  const kind = attempt % 4;
  if (countLike.test(name)) return kind === 3 ? 1 + random.integer(size) : size;
  if (indexLike.test(name)) return random.integer(size);
  if (!active && kind === 1) return size;
  if (!active && kind === 3) return random.integer(size);
  return kind === 2 ? random.uniform(-1.5, 1.5) : random.uniform(0.5, 1.5);
}

/** A key: any word, or one of those that its type names. */
const wordOr = (word: string, ty: Ty, path: string, style: Style): unknown =>
  ty.kind !== "opaque" || ty.text === "string"
    ? word
    : sampleText(ty.text, path, style);

/** A value for a type that is only carried, by its text: strings, unions of literals, lists of these. */
function sampleText(text: string, path: string, style: Style): unknown {
  if (text === "string") return "a";
  if (text === "undefined" || text === "null" || text === "true")
    return JSON.parse(text === "undefined" ? "null" : text) ?? undefined;
  const list = /^(?:readonly )?\(?([^()]*?)\)?\[\]$/.exec(text);
  if (list?.[1] !== undefined) {
    const element = list[1];
    return Array.from({ length: style.size }, () =>
      sampleText(element, path, style),
    );
  }
  const choice = style.choices.get(text);
  if (choice !== undefined) return choice[style.random.integer(choice.length)];
  const parts = text.split("|").map((part) => part.trim());
  // any word will do, too: one that code asks for is the better choice
  const literals = parts.filter((part) => part !== "string");
  if (literals.every((one) => /^"[^"\\]*"$/.test(one))) {
    const chosen = literals[style.random.integer(literals.length)] ?? '""';
    return JSON.parse(chosen) as string;
  }
  throw new CannotSample(path, text);
}

type RecordTy = Extract<Ty, { kind: "record" }>;

/** An object, an instance, or a tuple of mixed types, from its fields; an optional one that is missing has no key. */
export function makeRecord(
  ty: RecordTy,
  values: ReadonlyMap<string, unknown>,
  classes: Classes,
): unknown {
  if (ty.tuple) return ty.fields.map(({ name }) => values.get(name));
  const present = ty.fields.filter(
    ({ name, optional }) =>
      values.has(name) && (optional !== true || values.get(name) !== undefined),
  );
  const fields = Object.fromEntries(
    present.map(({ name }) => [name, values.get(name)]),
  );
  const instance = classes.get(ty.called ?? "");
  return instance === undefined
    ? fields
    : Object.create(instance, Object.getOwnPropertyDescriptors(fields));
}

const typedArrays = {
  f64: Float64Array,
  f32: Float32Array,
  i8: Int8Array,
  u8: Uint8Array,
  u8c: Uint8ClampedArray,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
};

/** An array of the kind that the type asks for. */
export const fill = (store: ArrayStore, cells: readonly unknown[]): unknown =>
  store === "js" ? [...cells] : typedArrays[store].from(cells as number[]);

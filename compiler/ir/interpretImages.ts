import {
  type Ty,
  type TableTy,
  isNum,
  type RecordTy,
  holdsFloat,
} from "./types.js";
import {
  type TypedArray,
  type Table,
  newTable,
  keysOf,
  setEntry,
  entryOf,
  newFields,
} from "./jsValues.js";
import type { Fields } from "./interpretStruct.js";

/** Copies and shadows of whole values, for the deep operations of interpretStruct.ts. */

export const isNil = (value: unknown): value is undefined | null =>
  value === undefined || value === null;

/** For a walk on which what is met again is made again. */
export class NoImages extends Map<unknown, unknown> {
  override has(): boolean {
    return false;
  }
}

/** The image of an object, made once; it is known before its parts are, so that shared parts meet it. */
function once<T>(
  images: Map<unknown, unknown>,
  key: unknown,
  make: () => T,
  fill: (image: T) => void = () => undefined,
): T {
  if (images.has(key)) return images.get(key) as T;
  const image = make();
  images.set(key, image);
  fill(image);
  return image;
}

export function copy(
  ty: Ty,
  x: unknown,
  images: Map<unknown, unknown>,
): unknown {
  if (isNil(x)) return x;
  switch (ty.kind) {
    case "maybe":
      return copy(ty.of, x, images);
    case "array": {
      if (ty.store !== "js") return copyTyped(x as TypedArray, images);
      const cells = x as readonly unknown[];
      return once(
        images,
        x,
        (): unknown[] => [],
        (image) => {
          for (const cell of cells) image.push(copy(ty.elem, cell, images));
        },
      );
    }
    case "table":
      return eachEntry(images, ty, x as Table, (part) =>
        copy(ty.elem, part, images),
      );
    case "record": {
      const record = x as Fields;
      return once(
        images,
        x,
        () =>
          Object.assign(
            Array.isArray(x) ? [] : Object.create(Object.getPrototypeOf(x)),
            record,
          ) as Fields,
        (image) => {
          for (const { name, ty: of } of ty.fields)
            if (name in record) image[name] = copy(of, record[name], images);
        },
      );
    }
    default:
      return x;
  }
}

/** A table with an image of each value. */
function eachEntry(
  images: Map<unknown, unknown>,
  ty: TableTy,
  from: Table,
  imageOf: (part: unknown) => unknown,
): Table {
  return once(
    images,
    from,
    () => newTable(ty),
    (image) => {
      for (const key of keysOf(from))
        setEntry(image, key, imageOf(entryOf(from, key)));
    },
  );
}

function copyTyped(x: TypedArray, images: Map<unknown, unknown>): TypedArray {
  const buffer = once(images, x.buffer, () => x.buffer.slice(0));
  const make = x.constructor as Float64ArrayConstructor;
  return once(images, x, () => new make(buffer, x.byteOffset, x.length));
}

export function zeros(
  ty: Ty,
  x: unknown,
  images: Map<unknown, unknown>,
): unknown {
  switch (ty.kind) {
    case "num":
      return 0;
    case "maybe":
      return isNil(x) && ty.of.kind !== "num" ? x : zeros(ty.of, x, images);
    case "array": {
      if (ty.store !== "js") return zerosTyped(x as TypedArray, images);
      const cells = x as readonly unknown[];
      return once(
        images,
        x,
        (): unknown[] => [],
        (image) => {
          for (const cell of cells) image.push(zeros(ty.elem, cell, images));
        },
      );
    }
    case "table":
      return eachEntry(images, ty, x as Table, (part) =>
        zeros(ty.elem, part, images),
      );
    case "record": {
      const record = x as Fields;
      return once(
        images,
        x,
        () => newFields(floatPart(ty)),
        (image) => {
          // A number that may be missing has a place for its derivative all the same.
          for (const field of floatPart(ty).fields)
            if (isNum(field.ty) || field.name in record)
              image[field.name] = zeros(field.ty, record[field.name], images);
        },
      );
    }
    default:
      return undefined;
  }
}

/** Views on one buffer get views on one shadow buffer, 8 bytes an element whatever the element's own size. */
function zerosTyped(
  x: TypedArray,
  images: Map<unknown, unknown>,
): Float64Array {
  const scale = 8 / x.BYTES_PER_ELEMENT;
  const buffer = once(
    images,
    x.buffer,
    () => new ArrayBuffer(Math.ceil(x.buffer.byteLength / 8) * 8 * scale),
  );
  return once(
    images,
    x,
    () => new Float64Array(buffer, x.byteOffset * scale, x.length),
  );
}

export const floatPart = (ty: RecordTy): RecordTy => ({
  ...ty,
  fields: ty.fields.filter((field) => holdsFloat(field.ty)),
});

/** Instances of the user's classes, made of plain objects that have their fields. */

type Class = abstract new (...args: never[]) => object;

/**
 * Where the instances are in a value, and of which classes, printed as a literal in generated code:
 *
 * - `Vec` an instance
 * - `"constructor"` an instance of the class that the object has under this name
 * - `[s]` an array whose elements all are like s
 * - `{ p: s }` an object with these parts; `{ "[key]": s }` one with an s under every key
 * - `[Ray, { p: s }]` an instance with instances in it; so with `["constructor", { p: s }]`
 */
export type ClassShape =
  | Class
  | "constructor"
  | readonly [ClassShape]
  | readonly [Class | "constructor", Parts]
  | Parts;

interface Parts {
  readonly [field: string]: ClassShape;
}

/**
 * The value with instances in place of plain objects. What is an instance already, of an argument for example, stays
 * one. Nothing of `x` is changed.
 *
 * @example
 * withClasses<Vec>({ x: 1, y: 2 }, Vec) instanceof Vec; // true
 */
export function withClasses<T>(x: unknown, shape: ClassShape): T {
  return partOf(x, shape, new Map()) as T;
}

type Fields = Record<string, unknown>;

function partOf(
  x: unknown,
  shape: ClassShape,
  made: Map<unknown, unknown>,
): unknown {
  if (x === undefined || x === null) return x;
  if (made.has(x)) return made.get(x);
  const of = (part: unknown, one: ClassShape): unknown =>
    partOf(part, one, made);
  const keep = (image: unknown): unknown => (made.set(x, image), image);
  if (typeof shape === "function" || shape === "constructor")
    return keep(instance(x, shape));
  if (isPair(shape)) {
    const [owner, parts] = shape;
    const image = keep(instance(x, owner)) as Fields;
    for (const key of Object.keys(parts))
      if (Object.hasOwn(image, key)) image[key] = of(image[key], parts[key]!);
    return image;
  }
  if (isList(shape))
    return keep((x as readonly unknown[]).map((part) => of(part, shape[0])));
  const image = { ...(x as Fields) };
  const every = shape["[key]"];
  for (const key of Object.keys(every === undefined ? shape : image))
    if (key in image) image[key] = of(image[key], every ?? shape[key]!);
  return keep(Array.isArray(x) ? Object.assign([...x], image) : image);
}

const isList = (shape: ClassShape): shape is readonly [ClassShape] =>
  Array.isArray(shape) && shape.length === 1;

const isPair = (
  shape: ClassShape,
): shape is readonly [Class | "constructor", Parts] =>
  Array.isArray(shape) && shape.length === 2;

function instance(x: unknown, owner: Class | "constructor"): unknown {
  const from = x as Fields;
  const fields = Object.getOwnPropertyDescriptors(from);
  const prototype = Object.getPrototypeOf(from) as object;
  if (prototype !== Object.prototype) return Object.create(prototype, fields);
  if (owner !== "constructor") return Object.create(owner.prototype, fields);
  // an object of one of several classes has the fields of all of them
  const own = from["constructor"] as Class;
  delete fields["constructor"];
  for (const key of Object.keys(fields))
    if (from[key] === undefined) delete fields[key];
  return Object.create(own.prototype, fields);
}

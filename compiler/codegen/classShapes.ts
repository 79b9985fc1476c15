import type { Binding, ClassShape } from "../ir/ir.js";
import { array, type Expr, literal, name, object } from "./tree.js";

/** Where the instances are in a result, as the runtime wants to have it. */
export function classShapeExpr(shape: ClassShape): Expr {
  if (shape.each !== undefined) return array([classShapeExpr(shape.each)]);
  const { parts } = shape;
  const owner =
    shape.of === "constructor"
      ? literal('"constructor"')
      : shape.of && name(shape.of.name);
  const entries = parts.map(([key, part]) => ({
    key,
    value: classShapeExpr(part),
  }));
  if (owner === undefined) return object(entries);
  return parts.length === 0 ? owner : array([owner, object(entries)]);
}

/** The classes that generated code has to import for it. */
export function classesOf(shape: ClassShape): Binding[] {
  const own =
    shape.of === undefined || shape.of === "constructor" ? [] : [shape.of];
  const inner = [
    ...(shape.each ? [shape.each] : []),
    ...shape.parts.map(([, part]) => part),
  ];
  return [...own, ...inner.flatMap(classesOf)];
}

import { typedArrayName, type Ty } from "../../ir/types.js";

/** A type in the words of the user's language. */
export function describeTy(ty: Ty, above: readonly Ty[] = []): string {
  const inner = (part: Ty): string => describeTy(part, [...above, ty]);
  switch (ty.kind) {
    case "num":
      return "number";
    case "bool":
      return "boolean";
    case "opaque":
      return ty.text;
    case "maybe":
      return `${inner(ty.of)} | ${ty.nil === "both" ? "null | undefined" : ty.nil}`;
    case "array":
      return ty.store === "js"
        ? `${inner(ty.elem)}[]`
        : (typedNames[ty.store] ?? "typed array");
    case "record":
      if (above.includes(ty)) return ty.called ?? "...";
      return ty.tuple
        ? `[${ty.fields.map((f) => inner(f.ty)).join(", ")}]`
        : `{ ${ty.fields.map((f) => `${f.name}: ${inner(f.ty)}`).join("; ")} }`;
    case "table":
      return `${ty.form === "map" ? "Map" : "Record"}<${inner(ty.key)}, ${inner(ty.elem)}>`;
    case "tape":
      return "tape";
  }
}

export const typedNames: Readonly<Record<string, string>> = typedArrayName;

import { ts } from "ts-morph";
import { bare, type Ty } from "../../ir/types.js";

/**
 * What the parameter of a helper is called: by its name, and where it is taken apart at once by its type's,
 * `({ origin, direction }: Ray)` by `ray`. In an annotated function such a parameter is `arg0`: see `entryLabel`.
 */
export function parameterLabel(
  name: ts.BindingName,
  index: number,
  ty: Ty,
): string {
  if (ts.isIdentifier(name)) return name.text;
  const whole = bare(ty);
  if (whole.kind !== "record" || whole.called === undefined)
    return entryLabel(name, index);
  const { called } = whole;
  return called.charAt(0).toLowerCase() + called.slice(1);
}

/** The key of a parameter in a gradient. */
export const entryLabel = (name: ts.BindingName, index: number): string =>
  ts.isIdentifier(name) ? name.text : `arg${index}`;

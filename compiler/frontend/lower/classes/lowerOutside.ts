import type { ts } from "ts-morph";
import type { Param } from "../../../ir/ir.js";
import { someTy, type RecordTy, type Ty } from "../../../ir/types.js";
import type { LowerContext } from "../../context.js";

/** What comes from outside as an instance: what generated code may see of it. */

/** Every record in a type, those in its fields and elements too. */
function recordsIn(ty: Ty): RecordTy[] {
  const found: RecordTy[] = [];
  someTy(ty, (one) => {
    if (one.kind === "record") found.push(one);
    return false;
  });
  return found;
}

export function seenAs(
  { classes }: LowerContext,
  ty: Ty,
): Pick<Param, "seenAs"> {
  const records = recordsIn(ty);
  const isHidden = records.some((one) =>
    [one, ...(classes.familyOf(one) ?? [])].some(
      (part) => (classes.instanceOf(part)?.hidden ?? []).length > 0,
    ),
  );
  const families = records.flatMap((one) => classes.familyOf(one) ?? []);
  if (isHidden || families.some((one) => classes.instanceOf(one)))
    return { seenAs: "unknown" };
  return families.length > 0 ? { seenAs: "own" } : {};
}

/** Refuses what generated code cannot see, or cannot tell apart. */
export function checkOutside(ctx: LowerContext, ty: Ty, at: ts.Node): void {
  const { classes } = ctx;
  for (const one of recordsIn(ty)) {
    const family = classes.familyOf(one) ?? [];
    for (const part of [one, ...family]) {
      const instance = classes.instanceOf(part);
      for (const { name, node } of instance?.hidden ?? [])
        if (name.startsWith("$"))
          ctx.refuse(
            node,
            "DC2116",
            `#${name.slice(1)} cannot be read from outside of its class, and an instance of it is passed in`,
            "use the word private in place of #, or make the object inside of the differentiated function",
          );
      if (instance?.symbol !== undefined && ctx.isOfLiteral(instance.symbol))
        ctx.refuse(
          at,
          "DC2104",
          "an object passed in here may have functions of the caller's, whose code is known only then",
          "make the object in the differentiated function, or annotate one that calls it with objects of its own",
        );
      const symbol = family.length > 0 ? instance?.symbol : undefined;
      if (symbol !== undefined && !ctx.isExported(symbol))
        ctx.refuse(
          at,
          "DC2116",
          `an object passed in here may be a ${symbol.name}, which is not exported, so that generated code cannot tell`,
          `export the class ${symbol.name}`,
        );
    }
  }
}

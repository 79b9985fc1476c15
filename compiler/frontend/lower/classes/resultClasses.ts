import { ts } from "ts-morph";
import type { ClassShape } from "../../../ir/ir.js";
import { bare, someTy, type RecordTy, type Ty } from "../../../ir/types.js";
import { tagField } from "../../classes.js";
import type { LowerContext } from "../../context.js";

/**
 * Where a result holds instances: generated code works on their fields, and makes instances of them at the end. Refuses
 * those that cannot be made from outside of their class. Undefined where there are none.
 */
export function resultClasses(
  ctx: LowerContext,
  ty: Ty,
  at: ts.Node,
  above: readonly Ty[] = [],
): ClassShape | undefined {
  const plain = bare(ty);
  if (above.includes(plain)) return refuseOwnKind(ctx, plain, at);
  const inside = [...above, plain];
  if (plain.kind === "array") {
    const each = resultClasses(ctx, plain.elem, at, inside);
    return each && { each, parts: [] };
  }
  if (plain.kind === "table") {
    const each = resultClasses(ctx, plain.elem, at, inside);
    return each && { parts: [["[key]", each]] };
  }
  if (plain.kind !== "record") return undefined;
  const parts = plain.fields.flatMap((field) => {
    const part = resultClasses(ctx, field.ty, at, inside);
    return part === undefined ? [] : [[field.name, part] as const];
  });
  const of = classAt(ctx, plain, at);
  return of === undefined && parts.length === 0
    ? undefined
    : { parts, ...(of === undefined ? {} : { of }) };
}

/** An object that holds others of its kind: only plain ones, for how deep they go nobody knows. */
function refuseOwnKind(ctx: LowerContext, ty: Ty, at: ts.Node): undefined {
  const isInstance = (one: Ty): boolean =>
    ctx.classes.instanceOf(one) !== undefined ||
    ctx.classes.familyOf(one)?.some((part) => isInstance(part)) === true;
  if (someTy(ty, isInstance))
    ctx.refuse(
      at,
      "DC2116",
      "instances are returned that hold others of their kind",
      "return their numbers: an array, or an object of plain fields",
    );
  return undefined;
}

function classAt(
  ctx: LowerContext,
  ty: RecordTy,
  at: ts.Node,
): ClassShape["of"] {
  const { classes } = ctx;
  const family = classes.familyOf(ty);
  if (family !== undefined) {
    const isTagged = ty.fields.some((field) => field.name === tagField);
    const symbols = family.map((one) => checkedClass(ctx, one, at));
    if (symbols.every((one) => one === undefined)) return undefined;
    return isTagged ? "constructor" : undefined;
  }
  const symbol = checkedClass(ctx, ty, at);
  return symbol && ctx.bindingOf(symbol, at);
}

/** The class of a record, which generated code can make instances of. */
function checkedClass(
  ctx: LowerContext,
  ty: RecordTy,
  at: ts.Node,
): ts.Symbol | undefined {
  const instance = ctx.classes.instanceOf(ty);
  const symbol = instance?.symbol;
  if (instance === undefined || symbol === undefined) return undefined;
  const refuse = (why: string, help: string): never =>
    ctx.refuse(
      at,
      "DC2116",
      `an instance of ${symbol.name} is returned, ${why}`,
      help,
    );
  if (ctx.isOfLiteral(symbol))
    ctx.refuse(
      at,
      "DC2104",
      "an object with functions of its own is returned",
      "return the numbers that it computes, or make it of an exported class",
    );
  if (!ctx.isExported(symbol))
    refuse(
      "which is not exported, so that generated code cannot make one",
      `export the class ${symbol.name}`,
    );
  const secret = instance.hidden.find(({ name }) => name.startsWith("$"));
  if (secret !== undefined)
    refuse(
      `whose field #${secret.name.slice(1)} cannot be given a value from outside of its class`,
      "use the word private in place of #, or return its numbers",
    );
  const ofFunctions = ctx.checker
    .getPropertiesOfType(instance.type)
    .find((one) => isFunctionField(ctx.checker, one));
  if (ofFunctions !== undefined)
    refuse(
      `whose field ${ofFunctions.name} is a function`,
      `make ${ofFunctions.name} a method, or return its numbers`,
    );
  return symbol;
}

const isFunctionField = (checker: ts.TypeChecker, one: ts.Symbol): boolean =>
  (one.flags & ts.SymbolFlags.Property) !== 0 &&
  checker.getTypeOfSymbol(one).getCallSignatures().length > 0;

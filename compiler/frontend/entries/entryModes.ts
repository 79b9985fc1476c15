import { ts } from "ts-morph";
import { didYouMean } from "../../diagnostics/suggest.js";
import { holdsFloat, someTy, type Ty } from "../../ir/types.js";
import type { Word } from "./tag.js";
import type { TypeProblem } from "../types/typeProblem.js";
import type { Place, EntryInput, Fail } from "./entryInput.js";
import type { Entry, Mode } from "../../ir/program.js";

// ---- modes ----

export const modes: readonly Mode[] = ["grad", "vjp", "jvp"];
export const laterModes: readonly string[] = ["jacobian", "hvp", "hessian"];

interface Returned {
  readonly ty: Ty | TypeProblem;
  readonly type: ts.Type;
  readonly text: string;
  readonly place: Place;
  readonly defaultMode?: Mode;
}

export function returnOf(
  decl: ts.FunctionLikeDeclaration,
  name: ts.Identifier,
  { checker, tyOf, variant }: EntryInput,
): Returned {
  const signature = checker.getSignatureFromDeclaration(decl);
  const type = signature
    ? checker.getReturnTypeOfSignature(signature)
    : checker.getTypeAtLocation(name);
  const at = decl.type ?? name;
  const place = { start: at.getStart(), end: at.end };
  return {
    type,
    ty: variant?.result ?? tyOf(type),
    text: checker.typeToString(type),
    place,
    ...(variant && { defaultMode: variant.defaultMode }),
  };
}

export function modesOf(
  words: readonly Word[] | undefined,
  returned: Returned,
  fail: Fail,
): Mode[] {
  const { ty, text } = returned;
  if (ty.kind === "problem") {
    fail(returned.place, ty.code, ty.message, ty.help);
    return [];
  }
  if (!holdsFloat(ty)) {
    const isVoid = text === "void" || text === "undefined" || text === "never";
    fail(
      returned.place,
      "DC1105",
      isVoid
        ? "the function returns nothing"
        : `the function returns ${text}, which holds no numbers that diffc can follow`,
      isVoid
        ? "return what it computes; results written into parameters have to be returned as well"
        : "return the numbers that depend on the parameters",
    );
    return [];
  }
  if (someTy(ty, (part) => part.kind === "table" && part.form === "map")) {
    fail(
      returned.place,
      "DC1105",
      `the function returns ${text}: for the numbers in a Map there is no gradient`,
      "return an object, { a: number; b: number } or Record<string, number>, or an array",
    );
    return [];
  }
  if (words === undefined)
    return [returned.defaultMode ?? (ty.kind === "num" ? "grad" : "vjp")];
  const chosen: Mode[] = [];
  words.forEach((word, k) => {
    const mode = modes.find((one) => one === word.text);
    if (mode === undefined) failMode(word, fail);
    else if (words.slice(0, k).some((one) => one.text === mode))
      fail(word, "DC1111", `${mode} is named twice`, "name each mode once");
    else if (mode === "grad" && ty.kind !== "num")
      fail(
        word,
        "DC1104",
        `grad needs a function that returns a number; this one returns ${text}`,
        "use modes=vjp, which takes a cotangent shaped like the result, or modes=jvp",
      );
    else chosen.push(mode);
  });
  return modes.filter((mode) => chosen.includes(mode));
}

function failMode(word: Word, fail: Fail): void {
  if (laterModes.includes(word.text))
    fail(
      word,
      "DC2002",
      `the mode ${word.text} is not there yet`,
      "use grad, vjp or jvp for now",
    );
  else
    fail(
      word,
      "DC1103",
      `unknown mode ${word.text}${didYouMean(word.text, [...modes, ...laterModes])}`,
      "the modes are grad, vjp and jvp",
    );
}

/** Names of what the generated module exports for an entry. */
export const exportsOf = (entry: Entry): string[] => {
  const name = entry.variant?.of ?? entry.exportName;
  return entry.modes.flatMap((mode) => {
    if (mode === "grad")
      return [`${name}Grad`, `${name}ValueAndGrad`, `${name}ValueAndGradInto`];
    return mode === "vjp" ? [`${name}Vjp`] : [`${name}Jvp`];
  });
};

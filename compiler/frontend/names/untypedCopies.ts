import type { ts } from "ts-morph";
import type { Binding } from "../../ir/ir.js";
import { textOfDiagnostic } from "../javascript/typeErrors.js";
import type { OpenProject } from "../project/project.js";
import type { CopyOfJavaScript } from "./bindings.js";

interface Untyped {
  readonly at: ts.Node;
  readonly message: string;
  readonly help: string;
}

/**
 * JavaScript may do what TypeScript does not let pass, whatever types are written into it. A copy of it stands in the
 * generated module, which has to be clean: the compiler looks at all of them, with what they need, before anything
 * else is made.
 */
export function untypedCopies(
  copies: readonly CopyOfJavaScript[],
  { strictErrors }: Pick<OpenProject, "strictErrors">,
): Untyped[] {
  if (copies.length === 0) return [];
  const parts: { start: number; end: number; of: Binding }[] = [];
  let text = "export {};\n";
  const seen = new Set<Binding>();
  const add = (binding: Binding): void => {
    if (seen.has(binding)) return;
    seen.add(binding);
    const { name, from, typeOnly } = binding;
    if (from.kind === "copy") for (const one of from.needs) add(one);
    const start = text.length;
    // what is imported has its types elsewhere
    if (from.kind === "copy") text += `${from.text}\n`;
    else
      text += typeOnly
        ? `type ${name} = any;\n`
        : `declare const ${name}: any;\n`;
    parts.push({ start, end: text.length, of: binding });
  };
  for (const { binding } of copies) add(binding);
  return strictErrors(text).flatMap((error): Untyped[] => {
    const place = error.start ?? 0;
    const part = parts.find(({ start, end }) => start <= place && place < end);
    const copy = copies.find(({ binding }) => binding === part?.of);
    if (copy === undefined) return [];
    return [
      {
        at: copy.at,
        message: `${copy.binding.name} is JavaScript, and would be no clean TypeScript in the generated module: ${textOfDiagnostic(error)}`,
        help: "write it in TypeScript in your project, or call one that does without it",
      },
    ];
  });
}

import { irFault } from "./fault.js";
import type { Binding, OpaqueInstr } from "./ir.js";

/** What an interpreter needs from outside the IR. All of it is optional. */
export interface Host {
  /** Values of module-level bindings, by name. A binding that is copied needs none: its text is evaluated. */
  readonly bindings?: Readonly<Record<string, unknown>>;
  /** Stands in for the evaluation of opaque source. */
  readonly opaque?: (instr: OpaqueInstr, args: readonly unknown[]) => unknown;
  /** Turns TypeScript text into JavaScript, where opaque source has types in it. */
  readonly toJavaScript?: (text: string) => string;
  /** Instructions until the run is given up; 20 million by default. */
  readonly maxSteps?: number;
}

/** The outside world of one run: what was evaluated once stays (a copied binding is one value in all its uses). */
export interface Outside {
  binding(binding: Binding): unknown;
  opaque(instr: OpaqueInstr, args: readonly unknown[]): unknown;
}

type Compiled = (...args: readonly unknown[]) => unknown;

export function newOutside(host: Host): Outside {
  const values = new Map<string, unknown>(Object.entries(host.bindings ?? {}));
  const compiled = new Map<OpaqueInstr, Compiled>();
  const toJavaScript = host.toJavaScript ?? ((text: string) => text);

  function binding(wanted: Binding): unknown {
    if (values.has(wanted.name)) return values.get(wanted.name);
    if (wanted.from.kind !== "copy")
      return irFault(`the host has no value for ${wanted.name}`);
    const { text, needs } = wanted.from;
    const value = compile(`${text}\nreturn ${wanted.name};`, needs, 0)();
    values.set(wanted.name, value);
    return value;
  }

  function compile(
    source: string,
    needs: readonly Binding[],
    holes: number,
  ): Compiled {
    const used = needs.filter((need) => !need.typeOnly);
    const names = used.map((need) => need.name);
    const params = Array.from({ length: holes }, (_, k) => hole(k));
    // A whole statement, whatever the host puts before it when it strips the types.
    const text = toJavaScript(
      `$out.run = function (${[...names, ...params].join(", ")}) {\n${source}\n};`,
    );
    const out: { run?: Compiled } = {};
    new Function("$out", text)(out);
    const run = out.run ?? irFault(`cannot evaluate ${source}`);
    return run.bind(undefined, ...used.map(binding));
  }

  function opaque(instr: OpaqueInstr, args: readonly unknown[]): unknown {
    if (host.opaque !== undefined) return host.opaque(instr, args);
    let run = compiled.get(instr);
    if (run === undefined) {
      run = compile(statementOf(instr), instr.needs, args.length);
      compiled.set(instr, run);
    }
    return run(...args);
  }

  return { binding, opaque };
}

const hole = (k: number): string => `$hole${k}`;

/** The source of an opaque instruction as a function body that returns its result. */
function statementOf(instr: OpaqueInstr): string {
  const text = instr.parts
    .map((part, k) => (k === 0 ? part : hole(k - 1) + part))
    .join("")
    .trim();
  if (instr.effect === "effect" && instr.results.length === 0) return text;
  if (text.startsWith("throw")) return text;
  const expression = text.replace(/;$/, "");
  return `${instr.effect === "throw" ? "throw" : "return"} (${expression});`;
}

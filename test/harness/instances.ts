import { isObject } from "./values.js";

/** Classes by parameter: `qs=Vec2`, or where there are several, each with a field that only it has: `s=Circle:r|Rect:w`. */
export type InstancePragma = Readonly<Record<string, string>>;

export function readInstances(text: string | undefined): InstancePragma {
  const words = (text ?? "").split(" ").filter((word) => word.includes("="));
  return Object.fromEntries(words.map((word) => word.split("=")));
}

type Class = { readonly prototype: object };

/**
 * Points are plain data, which is cloned and compared. While a function runs, the objects in its arguments that stand
 * for instances are instances.
 */
export function withInstances<R>(
  fn: (...args: unknown[]) => R,
  parameters: readonly string[],
  pragma: InstancePragma,
  exports: Readonly<Record<string, unknown>>,
): (...args: unknown[]) => R {
  if (Object.keys(pragma).length === 0) return fn;
  return (...args) => {
    const made: object[] = [];
    const visit = (value: unknown, names: readonly string[]): void => {
      if (Array.isArray(value)) value.forEach((one) => visit(one, names));
      else if (isObject(value)) {
        const [name = ""] =
          names
            .map((one) => one.split(":"))
            .find(([, field]) => field === undefined || field in value) ?? [];
        const found = exports[name] as Class | undefined;
        if (found === undefined || made.includes(value)) return;
        Object.setPrototypeOf(value, found.prototype);
        made.push(value);
      }
    };
    parameters.forEach((parameter, k) => {
      const names = pragma[parameter]?.split("|");
      if (names !== undefined) visit(args[k], names);
    });
    try {
      return fn(...args);
    } finally {
      for (const one of made) Object.setPrototypeOf(one, Object.prototype);
    }
  };
}

import type { Idiom } from "./packageIdioms.js";

const manifest = (name: string): string =>
  JSON.stringify({
    name,
    version: "1.0.0",
    license: "MIT",
    type: "module",
    main: "index.js",
    types: "index.d.ts",
  });

/** Packages with functions of their own for what they have to say. */
export const messageIdioms: readonly Idiom[] = [
  {
    name: "own-warnings",
    files: {
      "package.json": manifest("own-warnings"),
      "log.js": `
let sink = null;
export function setSink(fn) { sink = fn; }
function traced(params) {
  if (typeof params[0] === "string" && params[0].startsWith("T:")) {
    const trace = params[1];
    if (trace && trace.isTrace) params[0] += " " + trace.where();
    else params[1] = "nowhere";
  }
  return params;
}
export function warn(...params) {
  params = traced(params);
  const message = "own-warnings: " + params.shift();
  if (sink) sink("warn", message, ...params);
  else if (message.length > 1000) console.warn(message, ...params);
}
`,
      "index.js": `
import { warn } from "./log.js";
export { setSink, warn } from "./log.js";
export class Euler {
  constructor(x = 0, y = 0, order = "XY") {
    this.x = x;
    this.y = y;
    this.order = order;
  }
  apply(p) {
    switch (this.order) {
      case "XY":
        return Math.cos(this.x) * p + Math.sin(this.y) * p * p;
      case "YX":
        return Math.cos(this.y) * p - Math.sin(this.x) * p * p;
      default:
        warn("apply() encountered an unknown order: " + this.order);
    }
    return p;
  }
}
`,
      "index.d.ts": `
export declare function setSink(fn: (kind: string, message: string, ...more: unknown[]) => void): void;
export declare function warn(...params: unknown[]): void;
export declare class Euler {
  constructor(x?: number, y?: number, order?: string);
  apply(p: number): number;
}
`,
    },
    wrapper: `import { Euler } from "own-warnings";
/** @differentiable */
export function f(x: number, y: number, p: number): number {
  const e = new Euler(x, y);
  const g = new Euler(y, x, "YX");
  const none = new Euler(x, x, "Z");
  return e.apply(p) * g.apply(p) + none.apply(p * p);
}
`,
    points: [[0.4, 0.7, 1.3]],
  },
  {
    name: "unset-variables",
    files: {
      "package.json": manifest("unset-variables"),
      "index.js": `
export function toEuler(x, y, order) {
  let heading, bank;
  switch (order) {
    case "YZX":
      const test = x * y;
      if (test > 0.499) { heading = 2 * Math.atan2(x, y); bank = 0; }
      if (test < -0.499) { heading = -2 * Math.atan2(x, y); bank = 0; }
      if (heading === undefined) {
        heading = Math.asin(2 * test);
        bank = x - y;
      }
      break;
    default:
      throw new Error(\`order \${order}\`);
  }
  return heading + 3 * bank;
}
`,
      "index.d.ts": `export declare function toEuler(x: number, y: number, order: string): number;`,
    },
    wrapper: `import { toEuler } from "unset-variables";
/** @differentiable */
export const f = (x: number, y: number): number => toEuler(x, y, "YZX");
`,
    points: [
      [0.4, 0.7],
      [1, 0.7],
      [-1, 2],
    ],
  },
];

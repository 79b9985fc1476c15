import { esm, type Idiom } from "./packageIdioms.js";

/** Objects that a word in them tells apart, which the package asks for. */
export const tagIdioms: readonly Idiom[] = [
  {
    name: "walks-shapes-by-tag",
    files: {
      "package.json": esm("walks-shapes-by-tag"),
      "index.d.ts": `
export interface Dot { type: "Dot"; place: number[] }
export interface Path { type: "Path"; place: number[][] }
export interface Group { type: "Group"; parts: (Dot | Path)[] }
export interface Thing { type: "Thing"; shape: Dot | Path | Group; id?: number }
export declare function path(place: number[][]): Thing;
export declare function centre(thing: Dot | Path | Group | Thing): number[];
export declare function weight(thing: Dot | Path | Group | Thing): number;
`,
      "index.js": `
export function path(place) {
  const shape = { type: "Path", place };
  return thing(shape, {});
}
function thing(shape, options) {
  const made = { type: "Thing" };
  if (options.id) made.id = options.id;
  made.shape = shape;
  return made;
}
function eachPlace(thing, callback) {
  if (thing === null) return;
  var k, place, shape, shapeOrGroup, isGroup, type = thing.type, isThing = type === "Thing";
  for (var turn = 0; turn < 1; turn++) {
    shapeOrGroup = isThing ? thing.shape : thing;
    isGroup = shapeOrGroup ? shapeOrGroup.type === "Group" : false;
    var stop = isGroup ? shapeOrGroup.parts.length : 1;
    for (var g = 0; g < stop; g++) {
      shape = isGroup ? shapeOrGroup.parts[g] : shapeOrGroup;
      if (shape === null) {
        if (callback(null, turn) === false) return false;
        continue;
      }
      place = shape.place;
      switch (shape.type) {
        case "Dot":
          if (callback(place, turn) === false) return false;
          break;
        case "Path":
          for (k = 0; k < place.length; k++)
            if (callback(place[k], turn) === false) return false;
          break;
        case "Group":
          for (k = 0; k < shape.parts.length; k++) eachPlace(shape.parts[k], callback);
          break;
        default:
          throw new Error("no such shape");
      }
    }
  }
}
function sumOf(thing, callback, start) {
  var sum = start;
  eachPlace(thing, function (place, turn) {
    if (turn === 0 && start === void 0) sum = place;
    else sum = callback(sum, place);
  });
  return sum;
}
export function centre(thing) {
  let x = 0, y = 0, n = 0;
  eachPlace(thing, function (place) { x += place[0]; y += place[1]; n++; });
  return [x / n, y / n];
}
export function weight(thing) {
  return sumOf(thing, (sum, place) => sum + place[0] * place[1], 0);
}
`,
    },
    wrapper: `
import { centre, path, weight } from "walks-shapes-by-tag";
/** @differentiable */
export function f(a: number, b: number): number {
  const [x = 0, y = 0] = centre(path([[a, b], [b, 2], [3, a]]));
  const w = weight({ type: "Path", place: [[a, 1], [b, a]] });
  const dot = centre({ type: "Dot", place: [a * b, 2] });
  return x * y + w + dot[0]! * dot[1]!;
}
`,
    points: [
      [1.5, 0.5],
      [-2, 3],
    ],
  },
  {
    name: "changes-a-tag",
    files: {
      "package.json": esm("changes-a-tag"),
      "index.d.ts": `
export interface Colour { mode: "rgb" | "grey"; a: number; b: number }
export declare function grey(a: number, b: number): Colour;
export declare function light(colour: Colour): number;
`,
      "index.js": `
export function grey(a, b) {
  const made = { mode: "rgb", a: a, b: b };
  made.mode = "grey";
  return made;
}
export function light(colour) {
  return colour.mode === "rgb" ? colour.a * colour.b : colour.a + 2 * colour.b;
}
`,
    },
    wrapper: `
import { grey, light } from "changes-a-tag";
/** @differentiable */
export function f(a: number, b: number): number {
  return light(grey(a, b));
}
`,
    points: [[1.5, 0.5]],
  },
  {
    name: "puts-another-word",
    files: {
      "package.json": esm("puts-another-word"),
      "index.d.ts": `
export declare function inLoop(a: number, b: number): number;
export declare function inList(a: number, b: number): number;
export declare function inField(a: number, b: number): number;
export declare function beyond(a: number, b: number): number;
`,
      "index.js": `
function light(colour) {
  switch (colour.mode) {
    case "rgb": return colour.a * colour.b;
    case "grey": return colour.a + 2 * colour.b;
    default: return 7 * colour.a;
  }
}
export function inLoop(a, b) {
  let colour = { mode: "rgb", a, b };
  let sum = 0;
  for (let k = 0; k < 3; k++) {
    sum += light(colour);
    colour = { mode: k === 0 ? "grey" : "none", a: colour.b, b: colour.a };
  }
  return sum;
}
export function inList(a, b) {
  const all = [{ mode: "rgb", a, b }];
  all.push({ mode: "grey", a: b, b: a });
  let sum = 0;
  for (const colour of all) sum += light(colour);
  return sum;
}
export function inField(a, b) {
  const owner = { colour: { mode: "rgb", a, b } };
  const before = light(owner.colour);
  owner.colour = { mode: "grey", a, b };
  return before * light(owner.colour);
}
// beyond the end there is nothing, whatever its type says
export function beyond(a, b) {
  const all = [{ v: a }, { v: b }];
  let sum = 0;
  for (let k = 0; k < 4; k++) {
    var one = all[k];
    var isThere = one ? true : false;
    if (isThere) sum += one.v * one.v;
    else sum += 5 * a;
  }
  return sum;
}
`,
    },
    wrapper: `
import { beyond, inField, inList, inLoop } from "puts-another-word";
/** @differentiable */
export function f(a: number, b: number): number {
  return inLoop(a, b) + 3 * inList(a, b) + inField(a, b) * beyond(a, b);
}
`,
    points: [
      [1.5, 0.5],
      [-2, 3],
    ],
  },
];

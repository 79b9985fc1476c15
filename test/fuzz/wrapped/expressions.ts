import { pickFrom, numbersRead } from "./sites.js";
import { inPlaceOf, type Rewrite } from "./unit.js";

/** A number `e`, said in another way; `e` is evaluated once, or where that cannot be seen, more often. */
type Wrap = (e: string) => string;

const throughCalls: Readonly<Record<string, Wrap>> = {
  // a function called where it stands
  arrow: (e) => `(() => ${e})()`,
  // the identity, for any type
  "generic function": (e) => `same9(${e})`,
  "function with one signature of two": (e) => `twice9(${e})`,
  // a parameter's default is evaluated where it is missing, also from the one before it
  "default parameter": (e) => `((a9 = ${e}) => a9)()`,
  "default from a parameter": (e) => `((a9: number, b9 = a9) => b9)(${e})`,
  // patterns take the same values out that were put in
  "destructured object": (e) =>
    `(({ v9 }: { v9: number }) => v9)({ v9: ${e} })`,
  "destructured array": (e) => `(([, b9]: [number, number]) => b9)([0, ${e}])`,
  "destructured default": (e) => `(({ v9 = ${e} }: { v9?: number }) => v9)({})`,
  "options object": (e) => `options9(${e})`,
  "given options": (e) => `options9(${e}, { scale: 0 })`,
  "rest parameter": (e) => `rest9(1, 0, ${e}, 1)`,
  "spread arguments": (e) => `rest9(0, ...[${e}])`,
  // a function that is handed on gives what it gives
  callback: (e) => `apply9((x9) => x9, ${e})`,
  "callback without argument": (e) =>
    `((f9: () => number) => f9())(() => ${e})`,
  composed: (e) => `compose9((x9) => x9, (x9) => x9)(${e})`,
  curried: (e) => `curried9(${e})(0)(true)`,
  "function in a table": (e) => `table9.keep(${e})`,
  "called by call": (e) => `apply9.call(undefined, (x9) => x9, ${e})`,
  "called by apply": (e) => `apply9.apply(undefined, [(x9) => x9, ${e}])`,
  bound: (e) => `rest9.bind(undefined, 0)(${e})`,
  "called if there": (e) => `table9.keep?.(${e})`,
  // control flow in a function that ends with the value
  "early return": (e) => `early9(${e}, 2)`,
  recursion: (e) => `deep9(${e}, 2)`,
  "mutual recursion": (e) => `even9(${e}, 3)`,
  finally: (e) => `guarded9(${e})`,
  "finally around": (e) =>
    `(() => { try { return ${e}; } finally { early9(0, 1); } })()`,
  "thrown on": (e) =>
    `(() => { try { return ${e}; } catch (why9) { throw why9; } })()`,
  "one case of two": (e) =>
    `(() => { switch (early9(1, 1)) { case 0: return 0; default: return ${e}; } })()`,
  "tagged union": (e) => `tagged9({ kind: "near", v: ${e} })`,
  "tagged union, other case": (e) => `tagged9({ kind: "far", w: 1, u: ${e} })`,
  "optional parameter": (e) => `maybe9(${e})`,
  "two results": (e) => `swap9(0, ${e})[0]`,
  "result with fields": (e) => `minmax9(${e}).hi`,
};

const throughOperators: Readonly<Record<string, Wrap>> = {
  // the last of a comma expression
  comma: (e) => `(0, ${e})`,
  // these give every number back, -0 and NaN too
  "times one": (e) => `((${e}) * 1)`,
  "over one": (e) => `((${e}) / 1)`,
  "minus zero": (e) => `((${e}) - 0)`,
  "minus minus": (e) => `(-(-(${e})))`,
  "to the first": (e) => `((${e}) ** 1)`,
  Number: (e) => `Number(${e})`,
  "Math.max of one": (e) => `Math.max(${e})`,
  "Math.min of all": (e) => `Math.min(...[${e}])`,
  // the same in both arms, or an arm that is never taken
  "both arms": (e) => `(early9(1, 1) > 0 ? ${e} : ${e})`,
  "arm never taken": (e) => `(early9(1, 1) > 0 ? ${e} : 1 / early9(0, 1))`,
  "arms turned": (e) => `(!(early9(1, 1) > 0) ? early9(0, 1) : ${e})`,
  "missing, else": (e) => `(new Map<string, number>().get("k") ?? ${e})`,
  "null, else": (e) => `([null, 1][0] ?? ${e})`,
  // a variable that is assigned before it is read
  "assigned variable": (e) => `(() => { let v9 = 0; v9 = ${e}; return v9; })()`,
  "assigned by a loop": (e) =>
    `(() => { let v9 = 0; for (let k9 = 0; k9 < 2; k9++) v9 = ${e}; return v9; })()`,
  "assigned by a closure": (e) =>
    `(() => { let v9 = 0; const set9 = (x9: number): void => { v9 = x9; }; set9(${e}); return v9; })()`,
  "assigned until broken off": (e) =>
    `(() => { let v9 = 0; all9: for (;;) { while (true) { v9 = ${e}; break all9; } } return v9; })()`,
  "assigned by a pattern": (e) =>
    `(() => { let v9 = 0; let w9 = 1; [w9, v9] = [v9, ${e}]; return v9; })()`,
  "assigned if missing": (e) =>
    `(() => { let v9: number | undefined; v9 ??= ${e}; return v9!; })()`,
  "counted up from": (e) =>
    `(() => { let v9 = ${e}; const w9 = v9++; return w9; })()`,
};

const throughArrays: Readonly<Record<string, Wrap>> = {
  // what was put into an array comes out of it, however it is taken
  "array element": (e) => `[${e}][0]!`,
  "typed array": (e) => `Float64Array.of(${e})[0]!`,
  "typed array filled": (e) => `new Float64Array(2).fill(${e})[1]!`,
  "typed array set": (e) =>
    `(() => { const a9 = new Float64Array(2); a9.set([${e}], 1); return a9[1]!; })()`,
  "array filled": (e) => `new Array<number>(2).fill(${e})[1]!`,
  "array stored into": (e) =>
    `(() => { const a9 = [0, 1]; a9[1] = ${e}; return a9[1]!; })()`,
  "array pushed to": (e) =>
    `(() => { const a9: number[] = []; a9.push(${e}); return a9[a9.length - 1]!; })()`,
  "array of arrays": (e) => `[[0], [${e}]][1]![0]!`,
  "last popped": (e) => `[...[${e}]].pop()!`,
  shifted: (e) => `[${e}, 0].shift()!`,
  unshifted: (e) =>
    `(() => { const a9 = [0]; a9.unshift(${e}); return a9[0]!; })()`,
  at: (e) => `[0, ${e}].at(-1)!`,
  sliced: (e) => `[0, ${e}].slice(1)[0]!`,
  spliced: (e) => `[0, ${e}].splice(1, 1)[0]!`,
  concatenated: (e) => `[0].concat([${e}], 1)[1]!`,
  reversed: (e) => `[${e}, 0].reverse()[1]!`,
  sorted: (e) => `[${e}].sort((a9, b9) => a9 - b9)[0]!`,
  mapped: (e) => `[${e}].map((x9) => x9)[0]!`,
  "mapped twice": (e) => `[1, 2].map(() => ${e})[0]!`,
  reduced: (e) => `[${e}].reduce((_, x9) => x9, 0)`,
  "reduced from the first": (e) => `[${e}, 1].reduce((a9) => a9)`,
  filtered: (e) => `[${e}, 1].filter((_, i9) => i9 === 0)[0]!`,
  flattened: (e) => `[[${e}]].flat()[0]!`,
  flatMapped: (e) => `[0].flatMap(() => [${e}, 1])[0]!`,
  found: (e) => `[{ a9: ${e} }].find((o9) => o9 !== undefined)!.a9`,
  "found last": (e) => `[0, ${e}].findLast((_, i9) => i9 === 1)!`,
  "Array.from": (e) => `Array.from({ length: 2 }, () => ${e})[1]!`,
  "Array.from a list": (e) => `Array.from([${e}], (x9) => x9)[0]!`,
  "Array.of": (e) => `Array.of(0, ${e})[1]!`,
  "for of": (e) =>
    `(() => { let v9 = 0; for (const x9 of [0, ${e}]) v9 = x9; return v9; })()`,
  "entries in a loop": (e) =>
    `(() => { let v9 = 0; for (const [i9, x9] of [${e}, 1].entries()) if (i9 === 0) v9 = x9; return v9; })()`,
  forEach: (e) =>
    `(() => { let v9 = 0; [${e}].forEach((x9) => { v9 = x9; }); return v9; })()`,
};

const throughObjects: Readonly<Record<string, Wrap>> = {
  // what was put under a name is found under it
  field: (e) => `({ v9: ${e} }).v9`,
  "field of a field": (e) => `({ a9: { v9: ${e} } }).a9.v9`,
  "field assigned": (e) =>
    `(() => { const o9 = { v9: 0 }; o9.v9 = ${e}; return o9.v9; })()`,
  "spread object": (e) => `({ ...{ v9: ${e}, w9: 1 }, w9: 0 }).v9`,
  "Object.assign": (e) => `Object.assign({ v9: 0 }, { v9: ${e} }).v9`,
  "Object.values": (e) => `Object.values({ v9: ${e} })[0]!`,
  "Object.entries": (e) => `Object.entries({ v9: ${e} })[0]![1]`,
  "computed key": (e) => `({ v9: ${e} } as Record<string, number>)["v9"]!`,
  "optional field": (e) =>
    `((o9: { a9: number; b9?: number }) => o9.b9 ?? o9.a9)({ a9: ${e} })`,
  "getter of an object": (e) =>
    `({ v9: ${e}, get w9(): number { return this.v9; } }).w9`,
  "method of an object": (e) => `({ w9: (): number => ${e} }).w9()`,
  "value of a map": (e) => `new Map([["k", ${e}]]).get("k")!`,
  "map that is set": (e) =>
    `(() => { const m9 = new Map<string, number>(); m9.set("k", ${e}); return m9.get("k")!; })()`,
  "private field": (e) => `new Box9(${e}).value`,
  setter: (e) =>
    `(() => { const b9 = new Box9(0); b9.value = ${e}; return b9.value; })()`,
  "generic class": (e) => `Cell9.of(${e}).map((z9) => z9).value`,
  "override and super": (e) => `new Counted9(${e}).size()`,
  "fluent class": (e) => `new Chain9().add(0).add(${e}).last()`,
  "linked list": (e) => `last9({ head: 0, tail: { head: ${e} } })`,
  "tuple of records": (e) => `([{ v9: ${e} }, { v9: 0 }] as const)[0].v9`,
};

const named = (
  kind: string,
  wraps: Readonly<Record<string, Wrap>>,
): Rewrite[] =>
  Object.entries(wraps).map(([name, wrap]) => ({
    name: `${kind}: ${name}`,
    edits: (unit, random) => {
      const site = pickFrom(random, numbersRead(unit));
      return site && [inPlaceOf(site, wrap(site.getText()))];
    },
  }));

export const expressionRewrites: readonly Rewrite[] = [
  ...named("call", throughCalls),
  ...named("operator", throughOperators),
  ...named("array", throughArrays),
  ...named("object", throughObjects),
];

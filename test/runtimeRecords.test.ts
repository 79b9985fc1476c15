import { expect, test } from "vitest";
import { gradOfEach, zerosOfEach } from "../runtime/index.js";

const zero = () => ({ x: 0, y: 0 });

test("a shadow for each object, which is the gradient in the end", () => {
  const shadow = zerosOfEach([{ x: 1 }, { x: 1 }], zero);
  expect(shadow).toEqual([zero(), zero()]);
  expect(shadow[0]).not.toBe(shadow[1]);
  expect(gradOfEach(shadow)).toBe(shadow);
});

test("an object that is there twice has one shadow, and a gradient at both places", () => {
  const bead = { x: 1, y: 2 };
  const shadow = zerosOfEach([bead, { x: 3, y: 4 }, bead], zero);
  expect(shadow[2]).toBe(shadow[0]);
  shadow[0]!.x = 5;
  const grad = gradOfEach(shadow);
  expect(grad).toEqual([{ x: 5, y: 0 }, zero(), { x: 5, y: 0 }]);
  expect(grad[2]).not.toBe(grad[0]);
  expect(grad[0]).not.toBe(shadow[0]);
});

test("what was apart in an earlier call is looked at again", () => {
  const [a, b, c] = [{ x: 1 }, { x: 2 }, { x: 3 }];
  const list = [a, b];
  const hasOne = () => {
    const shadow = zerosOfEach(list, zero);
    return shadow.length === list.length && new Set(shadow).size;
  };
  expect(hasOne()).toBe(2);
  expect(hasOne()).toBe(2);
  list[1] = a;
  expect(hasOne()).toBe(1);
  list[1] = c;
  list.push(a);
  expect(hasOne()).toBe(2);
  list.length = 2;
  expect(hasOne()).toBe(2);
});

test("nothing of nothing", () => {
  expect(gradOfEach(zerosOfEach([], zero))).toEqual([]);
});

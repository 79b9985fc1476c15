import { expect, test } from "vitest";
import {
  copyDeep,
  gradOf,
  recursiveShape,
  seedLike,
  zerosLike,
} from "../runtime/index.js";

interface Tree {
  w: number;
  kids: Tree[];
}

const shape = recursiveShape((same) => ({ w: 0, kids: [same] }));
const leaf = (w: number): Tree => ({ w, kids: [] });

test("a tree has a shadow, a copy and a gradient of its own form", () => {
  const tree = { w: 1, kids: [leaf(2), { w: 3, kids: [leaf(4)] }] };
  const zeros = { w: 0, kids: [leaf(0), { w: 0, kids: [leaf(0)] }] };
  expect(zerosLike<Tree>(tree, shape)).toEqual(zeros);
  expect(seedLike<Tree>(tree, tree, shape)).toEqual(tree);
  expect(gradOf<Tree>(zeros, tree, shape)).toEqual(zeros);
  const copy = copyDeep<Tree>(tree, shape);
  expect(copy).toEqual(tree);
  expect(copy.kids[1]!.kids[0]).not.toBe(tree.kids[1]!.kids[0]);
});

test("an object in two places has one shadow, reported at both", () => {
  const shared = leaf(2);
  const tree = { w: 1, kids: [shared, shared] };
  const shadow = zerosLike<Tree>(tree, shape);
  shadow.kids[0]!.w = 5;
  expect(gradOf<Tree>(shadow, tree, shape).kids[1]).toEqual(leaf(5));
});

test("an object that holds itself has no gradient", () => {
  const ring = leaf(1);
  ring.kids.push(ring);
  const shadow = zerosLike<Tree>(ring, shape);
  expect(shadow.kids[0]).toBe(shadow);
  expect(() => gradOf<Tree>(shadow, ring, shape)).toThrow(TypeError);
});

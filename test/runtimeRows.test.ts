import { describe, expect, it } from "vitest";
import { workRows } from "../runtime/index.js";

describe("copies of plain arrays in rows", () => {
  const ROWS = workRows();

  it("are the same array in each call, with what is copied now", () => {
    const first = ROWS().numbersOf([1, 2, 3]);
    expect(first).toEqual([1, 2, 3]);
    const second = ROWS().numbersOf([4, 5, 6, 7], 1, 4);
    expect(second).toBe(first);
    expect(second).toEqual([5, 6, 7]);
  });

  it("are nobody else's within a call", () => {
    const rows = ROWS();
    const [a, b] = [rows.numbersOf([1, 2]), rows.numbers(2)];
    b[0] = 9;
    expect(a).toEqual([1, 2]);
    expect(b).toEqual([9, 0]);
  });

  it("keep holes, and leave the array that is kept with numbers alone", () => {
    const holes = [1, 2, 3];
    delete holes[1];
    const copy = ROWS().numbersOf(holes);
    expect(1 in copy).toBe(false);
    expect(copy[2]).toBe(3);
    expect(ROWS().numbers(3)).toEqual([0, 0, 0]);
  });

  it("are anew where a row has got another length, or is long", () => {
    const taken = ROWS().numbersOf([1, 2, 3]);
    taken.pop();
    expect(ROWS().numbersOf([4, 5, 6])).toEqual([4, 5, 6]);
    const long = new Array<number>(5000).fill(0.25);
    const copy = ROWS().numbersOf(long);
    expect(copy).not.toBe(long);
    expect(copy).toEqual(long);
  });
});

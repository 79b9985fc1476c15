import { plainZeros } from "./memory.js";

/** Arrays of numbers that a module hands out to one function, the same ones in each call of it. */
export interface Rows {
  /** A cleared `Float64Array` that is nobody else's in this call. */
  floats(length: number, fill?: number): Float64Array;
  /** A copy of a part of an array: `array.slice(start, end)`, for `0 <= start <= end <= array.length`. */
  floatsOf(array: Float64Array, start?: number, end?: number): Float64Array;
  /** A cleared plain array. */
  numbers(length: number, fill?: number): number[];
  /**
   * A copy of a part of a plain array, as `floatsOf` makes it. For V8 it is of one kind with what `numbers` gives,
   * whatever kind the caller's array is of.
   */
  numbersOf(array: readonly number[], start?: number, end?: number): number[];
  /** A plain array that is the same each time it is asked for at this place, while nobody has an earlier one. */
  numbersAt(place: number, length: number, fill?: number): number[];
}

/** No more arrays than this are kept, nor longer ones. */
const mostKept = 1024;
const longestKept = 4096;

/**
 * What a function takes its rows from, behind a function that is called when it starts. Only for a function that can't
 * call itself.
 *
 * @example
 * const ROWS = workRows();
 * const first = ROWS().floats(3);
 * ROWS().floats(3) === first; // true: another call has started
 */
export function workRows(): () => Rows {
  const rows = new KeptRows();
  return () => rows.start();
}

class KeptRows implements Rows {
  private readonly ofFloats: Float64Array[] = [];
  private readonly ofNumbers: number[][] = [];
  private readonly places: number[][] = [];
  private floatsTaken = 0;
  private numbersTaken = 0;

  start(): this {
    this.floatsTaken = 0;
    this.numbersTaken = 0;
    return this;
  }

  floats(length: number, fill = 0): Float64Array {
    return this.row(length).fill(fill);
  }

  floatsOf(array: Float64Array, start = 0, end = array.length): Float64Array {
    const row = this.row(end - start);
    const isWhole = row.length === array.length;
    row.set(isWhole ? array : array.subarray(start, end));
    return row;
  }

  /** What is in it is what was left there. */
  private row(length: number): Float64Array {
    const at = this.floatsTaken++;
    const row = this.ofFloats[at];
    if (row !== undefined && row.length === length) return row;
    const made = new Float64Array(length);
    if (at < mostKept && length <= longestKept) this.ofFloats[at] = made;
    return made;
  }

  numbers(length: number, fill = 0): number[] {
    return rowAt(this.ofNumbers, this.numbersTaken++, length, fill);
  }

  numbersOf(array: readonly number[], start = 0, end = array.length): number[] {
    const at = this.numbersTaken++;
    const length = end - start;
    let row = this.ofNumbers[at];
    if (row === undefined || row.length !== length) {
      if (at >= mostKept || length > longestKept)
        return array.slice(start, end);
      this.ofNumbers[at] = row = plainZeros(length);
    }
    for (let i = 0; i < length; i++) {
      const x = array[start + i];
      // a hole stays one
      if (x === undefined) return array.slice(start, end);
      row[i] = x;
    }
    return row;
  }

  numbersAt(place: number, length: number, fill = 0): number[] {
    return rowAt(this.places, place, length, fill);
  }
}

function rowAt(
  rows: number[][],
  at: number,
  length: number,
  fill: number,
): number[] {
  const row = rows[at];
  if (row !== undefined && row.length === length) {
    // quicker than `fill` on a plain array
    for (let i = 0; i < length; i++) row[i] = fill;
    return row;
  }
  const made = plainZeros(length);
  if (fill !== 0) for (let i = 0; i < length; i++) made[i] = fill;
  if (at < mostKept && length <= longestKept) rows[at] = made;
  return made;
}

/** Arrays of numbers that a module hands out to one function, the same ones in each call of it. */
export interface Rows {
  /** A cleared `Float64Array` that is nobody else's in this call. */
  floats(length: number, fill?: number): Float64Array;
  /** The same for a plain array. */
  numbers(length: number, fill?: number): number[];
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
    const at = this.floatsTaken++;
    const row = this.ofFloats[at];
    if (row !== undefined && row.length === length) return row.fill(fill);
    const made = new Float64Array(length);
    if (at < mostKept && length <= longestKept) this.ofFloats[at] = made;
    return fill === 0 ? made : made.fill(fill);
  }

  numbers(length: number, fill = 0): number[] {
    return rowAt(this.ofNumbers, this.numbersTaken++, length, fill);
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
  if (row !== undefined && row.length === length) return row.fill(fill);
  // V8 is to see from the start that there are fractions in it
  const made = new Array<number>(length).fill(0.5).fill(fill);
  if (at < mostKept && length <= longestKept) rows[at] = made;
  return made;
}

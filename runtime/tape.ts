/**
 * The stack on which a forward sweep leaves what its backward sweep needs: numbers in one typed array,
 * references in another stack. Each `pop` gives back the last `push` that was not popped yet; the two stacks
 * are independent of each other.
 *
 * @example
 * const tape = new Tape();
 * tape.push(2.5);
 * tape.pushRef(row);
 * const same = tape.popRef<Float64Array>();
 * const x = tape.pop(); // 2.5
 */
export class Tape {
  /** The numbers; those below `top` are in use. */
  data: Float64Array;
  /** How many numbers are on the stack. */
  top = 0;
  /** The references, the last one pushed at the end. */
  readonly refs: unknown[] = [];

  /** @param capacity numbers for which there is room at the start; it grows by itself */
  constructor(capacity = 1024) {
    this.data = new Float64Array(capacity);
  }

  /** Leaves a number. */
  push(x: number): void {
    const top = this.top;
    if (top === this.data.length) this.data = growTape(this.data);
    this.data[top] = x;
    this.top = top + 1;
  }

  /** Takes the last number. @throws RangeError where there is none */
  pop(): number {
    if (this.top === 0) throw new RangeError("pop from an empty tape");
    return this.data[--this.top] as number;
  }

  /** Leaves a reference, or any value that is no number. */
  pushRef(value: unknown): void {
    this.refs.push(value);
  }

  /** Takes the last reference, as the type with which it was pushed. @throws RangeError where there is none */
  popRef<T>(): T {
    if (this.refs.length === 0)
      throw new RangeError("popRef from an empty tape");
    return this.refs.pop() as T;
  }
}

/** Buffers of more numbers than this are not kept between calls, nor more buffers than that. */
const largestKept = 1 << 20;
const mostKept = 4;

/** The buffers that wait for the next call; several where calls are nested. */
const waiting: Float64Array[] = [];

/**
 * A buffer for a tape that generated code keeps in a local variable beside its own index. Its contents are undefined:
 * what is read was written before. Give it back with `releaseTape`; one that is not given back, because something
 * threw, is garbage.
 *
 * @example
 * let tape = borrowTape();
 * let sp = 0;
 * if (sp + 3 > tape.length) tape = growTape(tape, sp + 3);
 * tape[sp] = x;
 */
export function borrowTape(): Float64Array {
  return waiting.pop() ?? new Float64Array(1024);
}

/**
 * Keeps the buffer for the next call.
 *
 * @example
 * releaseTape(tape); // before the function returns
 */
export function releaseTape(tape: Float64Array): void {
  if (tape.length <= largestKept && waiting.length < mostKept)
    waiting.push(tape);
}

/**
 * A copy of `tape` with at least twice the room, and room for `least` numbers, so that n pushes copy O(n) numbers in
 * all.
 *
 * @example
 * if (sp + 3 > tape.length) tape = growTape(tape, sp + 3);
 */
export function growTape(tape: Float64Array, least = 1024): Float64Array {
  const grown = new Float64Array(Math.max(2 * tape.length, least));
  grown.set(tape);
  return grown;
}

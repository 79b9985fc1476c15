import { getHeapStatistics } from "node:v8";
import { describe, expect, test } from "vitest";
import { compileSources } from "./harness/compileSources.js";
import { loadModules } from "./harness/load.js";

/**
 * What `fValueAndGradInto` does with nested values of the caller's: it fills them in place, allocates nothing from the
 * second call on, and replaces what can't hold the gradient.
 */
const source = `
/** @differentiable wrt=w,b */
export function dense(w: number[][], b: number[], x: readonly number[]): number {
  let loss = 0;
  for (let j = 0; j < w.length; j++) {
    let s = b[j];
    for (let i = 0; i < x.length; i++) s += w[j][i] * x[i];
    if (s > 1e6) throw new RangeError("too large");
    loss += s * s;
  }
  return loss;
}

/** @differentiable wrt=beads,k */
export function chain(beads: { x: number; y: number; name: string }[], k: number): number {
  let e = 0;
  for (let i = 1; i < beads.length; i++) {
    const dx = beads[i].x - beads[i - 1].x;
    const dy = beads[i].y - beads[i - 1].y;
    e += k * (dx * dx + dy * dy);
  }
  return e;
}

/** @differentiable wrt=net */
export function net(net: { w: Float64Array[]; b: number; c: { s: number; t: [number, number] } }, x: Float64Array): number {
  let sum = net.b;
  for (const row of net.w)
    for (let i = 0; i < x.length; i++) sum += row[i] * x[i] * net.c.s;
  return sum * net.c.t[0] * net.c.t[1];
}

/** @differentiable wrt=p */
export function fields(p: { x: number; inner: { y: number } }): number {
  return p.x * p.x * p.inner.y;
}

/** @differentiable wrt=points */
export function path(points: [number, number][]): number {
  let sum = 0;
  for (const [x, y] of points) sum += x * x * y;
  return sum;
}
`;

type Fn = (...args: readonly unknown[]) => unknown;

const { outputs, diagnostics } = compileSources({ "model.ts": source });
const loadDerivatives = (): Readonly<Record<string, Fn>> =>
  loadModules({ "model.diff.ts": outputs.get("model.ts") ?? "" })(
    "model.diff.ts",
  ) as Readonly<Record<string, Fn>>;
const made = loadDerivatives();

test("compiles", () => {
  expect(diagnostics.filter((one) => one.severity === "error")).toEqual([]);
});

interface Subject {
  readonly name: string;
  readonly args: readonly unknown[];
  /** Garbage, built like the gradient. */
  out(): object;
}

const subjects: readonly Subject[] = [
  {
    name: "dense",
    args: [
      Array.from({ length: 40 }, (_, j) => [j, 2, 3.5]),
      Array.from({ length: 40 }, () => 0.5),
      [1, -1, 0.25],
    ],
    out: () => ({
      w: Array.from({ length: 40 }, () => [7, NaN, 7]),
      b: Array.from({ length: 40 }, () => NaN),
    }),
  },
  {
    name: "chain",
    args: [
      Array.from({ length: 40 }, (_, i) => ({ x: i, y: i * i, name: "b" })),
      0.5,
    ],
    out: () => ({
      beads: Array.from({ length: 40 }, () => ({ y: NaN, x: 3 })),
      k: 5,
    }),
  },
  {
    name: "net",
    args: [
      {
        w: [Float64Array.of(1, 2), Float64Array.of(3, 4)],
        b: 2,
        c: { s: 3, t: [1, 2] },
      },
      Float64Array.of(0.5, 0.25),
    ],
    out: () => ({
      net: {
        c: { t: [NaN, NaN], s: NaN },
        b: NaN,
        w: [Float64Array.of(NaN, 2), Float64Array.of(3, 4)],
      },
    }),
  },
  {
    name: "fields",
    args: [{ x: 3, inner: { y: 2 } }],
    out: () => ({ p: { x: NaN, inner: { y: NaN } } }),
  },
  {
    name: "path",
    args: [Array.from({ length: 40 }, (_, i): unknown => [i, 2 * i])],
    out: () => ({ points: Array.from({ length: 40 }, () => [NaN, NaN]) }),
  },
];

interface Both {
  readonly value: number;
  readonly grad: object;
}
const fresh = (name: string, args: readonly unknown[]): Both =>
  made[`${name}ValueAndGrad`]!(...args) as Both;
const into = (name: string, args: readonly unknown[], out: object): unknown =>
  made[`${name}ValueAndGradInto`]!(...args, out);

/** All objects in a value, in order. */
function objectsIn(x: unknown): object[] {
  if (typeof x !== "object" || x === null) return [];
  return [x, ...Object.values(x).flatMap(objectsIn)];
}

describe.each(subjects)("$name", ({ name, args, out: make }) => {
  test("the caller's objects are filled, in the first call and in later ones", () => {
    const out = make();
    const before = objectsIn(out);
    const { value, grad } = fresh(name, args);
    for (let call = 0; call < 3; call++) {
      expect(into(name, args, out)).toBe(value);
      expect(out).toEqual(grad);
      expect(objectsIn(out).every((one, i) => one === before[i])).toBe(true);
    }
  });

  test("nothing is allocated but the number that is returned", () => {
    const run = (call: () => unknown, calls: number): number => {
      const before = getHeapStatistics().used_heap_size;
      for (let i = 0; i < calls; i++) call();
      return (getHeapStatistics().used_heap_size - before) / calls;
    };
    const leastOf = (call: () => unknown): number => {
      for (let i = 0; i < 100; i++) run(call, 1000);
      const bytes = Array.from({ length: 9 }, () => run(call, 1000));
      return Math.min(...bytes.filter((one) => one >= 0));
    };
    // On a busy machine V8 may take seconds until it has compiled the function (before, it boxes numbers), and may give
    // it up for good: then the module is loaded anew.
    let least = Infinity;
    for (let attempt = 0; attempt < 6 && least >= 64; attempt++) {
      const fn = loadDerivatives()[`${name}ValueAndGradInto`]!;
      const call = fn.bind(null, ...args, make());
      const until = Date.now() + 4000;
      do least = leastOf(call);
      while (least >= 64 && Date.now() < until);
    }
    expect(least).toBeLessThan(64);
  }, 60_000);
});

describe("what can't hold the gradient is replaced", () => {
  const row = [1, 2];
  const alias = [row, row];
  const args = [alias, [0, 1], [1, -1]] as const;

  test("rows of the argument that are one array", () => {
    const out = {
      w: [
        [0, 0],
        [0, 0],
      ],
      b: [0, 0],
    };
    for (let call = 0; call < 3; call++) {
      into("dense", args, out);
      expect(out).toEqual(fresh("dense", args).grad);
      expect(out.w[0]).not.toBe(out.w[1]);
    }
  });

  test("rows of the caller's that are one array", () => {
    const [w, b, x] = [
      [
        [1, 2],
        [3, 4],
      ],
      [0, 1],
      [1, -1],
    ];
    for (let call = 0; call < 3; call++) {
      const own = [0, 0];
      const out = { w: [own, own], b: [0, 0] };
      into("dense", [w, b, x], out);
      into("dense", [w, b, x], out);
      expect(out).toEqual(fresh("dense", [w, b, x]).grad);
    }
  });

  test("the argument itself, or a part of it", () => {
    const w = [
      [1, 2],
      [3, 4],
    ];
    const rest = [
      [0, 1],
      [1, -1],
    ] as const;
    const wanted = fresh("dense", [w, ...rest]).grad;
    const out = {
      w: [
        [0, 0],
        [0, 0],
      ],
      b: [0, 0],
    };
    into("dense", [w, ...rest], out);
    into("dense", [out.w, ...rest], {
      w: [
        [0, 0],
        [0, 0],
      ],
      b: [0, 0],
    });
    const own = { w, b: [0, 0] };
    into("dense", [w, ...rest], own);
    expect(own).toEqual(wanted);
    expect(w).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const crossed = { w: [w[1]!, w[0]!], b: [0, 0] };
    into("dense", [w, ...rest], crossed);
    expect(crossed).toEqual(wanted);
    expect(w).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("rows that have become one since the last call", () => {
    const [w, b, x] = [
      [
        [1, 2],
        [3, 4],
      ],
      [0, 1],
      [1, -1],
    ];
    const out = {
      w: [
        [0, 0],
        [0, 0],
      ],
      b: [0, 0],
    };
    into("dense", [w, b, x], out);
    w[1] = w[0]!;
    into("dense", [w, b, x], out);
    expect(out).toEqual(fresh("dense", [w, b, x]).grad);
    const again = {
      w: [
        [0, 0],
        [0, 0],
      ],
      b: [0, 0],
    };
    into(
      "dense",
      [
        [
          [1, 2],
          [3, 4],
        ],
        b,
        x,
      ],
      again,
    );
    again.w[0] = again.w[1]!;
    into(
      "dense",
      [
        [
          [1, 2],
          [3, 4],
        ],
        b,
        x,
      ],
      again,
    );
    expect(again).toEqual(
      fresh("dense", [
        [
          [1, 2],
          [3, 4],
        ],
        b,
        x,
      ]).grad,
    );
  });

  test("other lengths, one argument after another", () => {
    const out = { w: [] as number[][], b: [0, 0] };
    const first = [
      [
        [1, 2],
        [3, 4],
      ],
      [0, 1],
      [1, -1],
    ];
    const second = [[[1, 2], [3]], [0, 1], [1]];
    for (const args of [first, first, second, first, second, second]) {
      into("dense", args, out);
      expect(out).toEqual(fresh("dense", args).grad);
    }
  });

  test("views that overlap", () => {
    const buffer = Float64Array.of(1, 2, 3);
    const w = [buffer.subarray(0, 2), buffer.subarray(1, 3)];
    const args = [
      { w, b: 2, c: { s: 3, t: [1, 2] } },
      Float64Array.of(0.5, 0.25),
    ];
    const rows = () => [new Float64Array(2), new Float64Array(2)];
    const out = { net: { w: rows(), b: 0, c: { s: 0, t: [0, 0] } } };
    for (let call = 0; call < 2; call++) {
      into("net", args, out);
      expect(out).toEqual(fresh("net", args).grad);
    }
  });
});

test("a throw leaves the next call as it was", () => {
  const [w, b, x] = [
    [
      [1, 2],
      [3, 4],
    ],
    [0, 1],
    [1, -1],
  ];
  const out = {
    w: [
      [0, 0],
      [0, 0],
    ],
    b: [0, 0],
  };
  into("dense", [w, b, x], out);
  expect(() => into("dense", [w, [0, 1e7], x], out)).toThrow(RangeError);
  into("dense", [w, b, x], out);
  expect(out).toEqual(fresh("dense", [w, b, x]).grad);
});

import { treeMap, treeMerge } from "./tree.js";

/**
 * A way to turn gradients into steps, as a pair of pure functions: neither changes its arguments, and the state is
 * plain data that can be kept as JSON. Parameters, gradients and updates are numbers, arrays, typed arrays or objects
 * of these, nested; gradients may leave out parts of the parameters.
 *
 * @example
 * const optimiser = adam(0.01);
 * let state = optimiser.init(params);
 * for (const batch of batches) {
 *   const step = optimiser.update(lossGrad(params, batch).params, state, params);
 *   params = applyUpdates(params, step.updates);
 *   state = step.state;
 * }
 */
export interface Optimiser<State> {
  /** The state before the first step. `params` only gives the shape. */
  init(params: unknown): State;
  /**
   * What to add to the parameters ({@link applyUpdates}), and the state for the next step. `grads` is shaped like the
   * parameters, or like a part of them; `params` is needed where the optimiser says so.
   *
   * @throws TypeError or RangeError where the shapes of grads and state do not fit
   */
  update<G>(grads: G, state: State, params?: unknown): Step<G, State>;
}

/** What an optimiser's `update` gives. */
export interface Step<G, State> {
  /** To be added to the parameters; shaped like the gradients. */
  readonly updates: G;
  /** For the next `update`. */
  readonly state: State;
}

/** A fixed rate, or the rate for each step, which is counted from 0. */
export type LearningRate = number | ((step: number) => number);

const rateAt = (rate: LearningRate, step: number): number =>
  typeof rate === "number" ? rate : rate(step);

/** The parameters or moments of an optimiser: a tree shaped like what it was made from. */
export type Tree = unknown;

/**
 * The parameters moved by the updates: `params + updates`, in fresh memory. What has no update (a name, a count, a
 * parameter that is held fixed) is carried over; typed arrays and classes keep their kinds.
 *
 * @throws TypeError or RangeError where the updates have another shape than the parameters
 * @example
 * applyUpdates({ w: [1, 2], name: "a" }, { w: [0.5, -1] }); // { w: [1.5, 1], name: "a" }
 */
export function applyUpdates<P>(params: P, updates: unknown): P {
  return treeMerge((p, u) => p + u, params, updates);
}

/** {@link sgd} between two steps. */
export interface SgdState {
  /** Steps so far. */
  readonly count: number;
}

/**
 * Gradient descent: `updates = -rate * grads`.
 *
 * @example
 * const { updates } = sgd(0.1).update({ w: [1, 2] }, { count: 0 }); // { w: [-0.1, -0.2] }
 */
export function sgd(learningRate: LearningRate): Optimiser<SgdState> {
  return {
    init: () => ({ count: 0 }),
    update: (grads, { count }) => {
      const rate = rateAt(learningRate, count);
      return {
        updates: treeMap((g) => -rate * g, grads),
        state: { count: count + 1 },
      };
    },
  };
}

/** Hyperparameters of {@link momentum}. */
export interface MomentumOptions {
  /** How much of the last step's direction is kept. Default 0.9. */
  readonly decay?: number;
  /** Look one step ahead (Nesterov's method as of Sutskever et al. 2013). Default false. */
  readonly nesterov?: boolean;
}

/** {@link momentum} between two steps. */
export interface MomentumState {
  /** Steps so far. */
  readonly count: number;
  /** The decaying sum of the gradients. */
  readonly trace: Tree;
}

/**
 * Gradient descent with momentum: `trace = grads + decay * trace`, and `updates = -rate * trace`; with `nesterov`,
 * `updates = -rate * (grads + decay * trace)`.
 * "On the importance of initialization and momentum in deep learning" (Sutskever et al. 2013).
 *
 * @example
 * const optimiser = momentum(0.1, { decay: 0.9, nesterov: true });
 */
export function momentum(
  learningRate: LearningRate,
  { decay = 0.9, nesterov = false }: MomentumOptions = {},
): Optimiser<MomentumState> {
  return {
    init: (params) => ({ count: 0, trace: zeros(params) }),
    update: (grads, state) => {
      const rate = rateAt(learningRate, state.count);
      const trace = treeMerge((t, g) => g + decay * t, state.trace, grads);
      const updates = nesterov
        ? pairWith(grads, trace, (g, t) => -rate * (g + decay * t))
        : pairWith(grads, trace, (_, t) => -rate * t);
      return { updates, state: { count: state.count + 1, trace } };
    },
  };
}

/** Hyperparameters of {@link adam}. */
export interface AdamOptions {
  /** Decay of the mean of the gradients. Default 0.9. */
  readonly b1?: number;
  /** Decay of the mean of their squares. Default 0.999. */
  readonly b2?: number;
  /** Added to the root, outside it, against division by 0. Default 1e-8. */
  readonly eps?: number;
}

/** {@link adam} and {@link adamW} between two steps. */
export interface AdamState {
  /** Steps so far. */
  readonly count: number;
  /** The decaying mean of the gradients, not yet corrected for its start at 0. */
  readonly mu: Tree;
  /** The decaying mean of their squares, likewise. */
  readonly nu: Tree;
}

/**
 * Adam: `mu = b1 mu + (1 - b1) g`, `nu = b2 nu + (1 - b2) g^2`, and at step t = 1, 2, ...
 * `updates = -rate * (mu / (1 - b1^t)) / (sqrt(nu / (1 - b2^t)) + eps)`.
 * "Adam: A Method for Stochastic Optimization" (Kingma, Ba 2015).
 *
 * @example
 * const optimiser = adam((step) => 0.01 * 0.99 ** step, { b2: 0.99 });
 */
export function adam(
  learningRate: LearningRate,
  options: AdamOptions = {},
): Optimiser<AdamState> {
  return {
    init: (params) => ({ count: 0, mu: zeros(params), nu: zeros(params) }),
    update: (grads, state) => {
      const { direction, state: next } = adamStep(grads, state, options);
      const rate = rateAt(learningRate, state.count);
      return { updates: treeMap((d) => -rate * d, direction), state: next };
    },
  };
}

function adamStep<G>(
  grads: G,
  state: AdamState,
  { b1 = 0.9, b2 = 0.999, eps = 1e-8 }: AdamOptions,
): { direction: G; state: AdamState } {
  const count = state.count + 1;
  const mu = treeMerge((m, g) => b1 * m + (1 - b1) * g, state.mu, grads);
  const nu = treeMerge((v, g) => b2 * v + (1 - b2) * g * g, state.nu, grads);
  const muScale = 1 - b1 ** count;
  const nuScale = 1 - b2 ** count;
  const direction = treeMap(
    (_, m, v) => m / muScale / (Math.sqrt(v / nuScale) + eps),
    grads,
    mu,
    nu,
  );
  return { direction, state: { count, mu, nu } };
}

/** Hyperparameters of {@link adamW}. */
export interface AdamWOptions extends AdamOptions {
  /** How much of each parameter is taken away in a step, times the rate. Default 1e-4. */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay: the updates of {@link adam} with `-rate * weightDecay * params` added. The decay
 * does not pass through the moments, and reaches only parameters that have a gradient. `update` needs the parameters.
 * "Decoupled Weight Decay Regularization" (Loshchilov, Hutter 2019).
 *
 * @example
 * const optimiser = adamW(0.001, { weightDecay: 0.01 });
 * const { updates, state } = optimiser.update(grads, optimiser.init(params), params);
 */
export function adamW(
  learningRate: LearningRate,
  { weightDecay = 1e-4, ...options }: AdamWOptions = {},
): Optimiser<AdamState> {
  return {
    init: adam(learningRate).init,
    update: (grads, state, params) => {
      if (params === undefined)
        throw new TypeError(
          "adamW needs the parameters: update(grads, state, params)",
        );
      const { direction, state: next } = adamStep(grads, state, options);
      const rate = rateAt(learningRate, state.count);
      const updates = pairWith(
        direction,
        params,
        (d, p) => -rate * (d + weightDecay * p),
      );
      return { updates, state: next };
    },
  };
}

/** `fn` over the numbers of `tree` and those of `other` at the same places. */
const pairWith = <T>(
  tree: T,
  other: unknown,
  fn: (x: number, y: number) => number,
): T => treeMap(fn, tree, other);

const zeros = (params: unknown): Tree => treeMap(() => 0, params);

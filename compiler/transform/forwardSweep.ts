import type { RegionBuilder } from "../ir/builder.js";
import type { Instr, Region, Value } from "../ir/ir.js";
import type { Augmenter } from "./augment.js";
import { type Extras, frameNumber } from "./backward.js";
import { forwardCall } from "./calls.js";
import type { SweepState } from "./sweepState.js";

/** The forward sweep's part: built after the backward sweep has said what it needs. */
export function forwardAugmenter(state: SweepState): Augmenter {
  const { frames, extras } = state;
  const late = state.lateShadows;
  // A late shadow has no twin in the forward sweep.
  const twins = {
    ...state.twins,
    has: (value: Value) => !late.has(value) && state.twins.has(value),
  };
  const augmenter: Augmenter = {
    activity: state.activity,
    twins,
    mode: "shadow",
    known: () => undefined,
    hooks: {
      before: (instr, out) =>
        defineExtras(instr, extras.get(instr), out, augmenter),
      atEnd: (region, out) => {
        // What a guarded loop saves, the arm that goes on pushes for it.
        if (!state.guardedBodies.has(region)) pushFrame(state, region, out);
        const body = state.guardedArms.get(region);
        if (body !== undefined) pushFrame(state, body, out);
        for (const [loop, { body: backward }] of state.fusedLoops)
          if (loop.regions[0] === region) out.body.push(...backward);
      },
      handedOut: (instr) =>
        instr.regions.flatMap((arm) => {
          const frame = frames.get(arm);
          if (frame?.kind !== "results") return [];
          return [...frame.saved].map(([inside, result]) => ({
            result,
            yieldedBy: (one: Region) => (one === arm ? inside : undefined),
          }));
        }),
      fused: (loop) => state.fusedLoops.get(loop),
      countedIn: (loop) =>
        loop.kind === "while" ? state.guarded.get(loop)?.test : undefined,
      trips: (loop) => extras.get(loop)?.trips,
      givenTangent: () => undefined,
      call: (call, out) => forwardCall(state, call, out, augmenter),
    },
  };
  return augmenter;
}

function pushFrame(
  state: SweepState,
  region: Region,
  out: RegionBuilder,
): void {
  const frame = state.frames.get(region);
  if (frame?.kind !== "tape" || frame.saved.size === 0) return;
  out.emit({
    kind: "tapePush",
    frame: frameNumber(frame),
    ...out.plain([state.tape(), ...frame.saved.keys()], []),
  });
}

/** What a write replaces is read off before it runs. */
function defineExtras(
  instr: Instr,
  extras: Extras | undefined,
  out: RegionBuilder,
  at: Augmenter,
): void {
  if (extras === undefined) return;
  const [owner, index] = instr.args;
  const read = (from: Value, into: Value): void => {
    if (instr.kind === "setField")
      out.emit({
        kind: "getField",
        field: instr.field,
        ...out.plain([from], [into]),
      });
    else
      out.emit({
        kind: "load",
        inBounds: false,
        ...out.plain([from, index!], [into]),
      });
  };
  for (const [array, into] of extras.lengths ?? [])
    out.emit({ kind: "length", ...out.plain([array], [into]) });
  if (extras.length !== undefined)
    out.emit({ kind: "length", ...out.plain([owner!], [extras.length]) });
  if (extras.old !== undefined) read(owner!, extras.old);
  if (extras.oldTwin !== undefined) read(at.twins.of(owner!), extras.oldTwin);
}

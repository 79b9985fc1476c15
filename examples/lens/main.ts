/** Corrects an achromatic doublet: six curvatures and distances against blur, over fields and colours. */
import { adam, applyUpdates } from "diffc/runtime";
import { blur, type Lens, type Use } from "./lens.js";
import { blurValueAndGrad } from "./lens.diff.js";
import type { Glass } from "./rays.js";

const AIR: Glass = { name: "air", a: 1, b: 0 };
const CROWN: Glass = { name: "crown", a: 1.5046, b: 0.0042 };
const FLINT: Glass = { name: "flint", a: 1.6241, b: 0.0088 };

const use: Use = {
  fields: [0, 0.7, 1.5],
  colours: [
    { wavelength: 0.486, weight: 1 },
    { wavelength: 0.588, weight: 2 },
    { wavelength: 0.656, weight: 1 },
  ],
  entranceRadius: 10,
  focalLength: 100,
};

/** A lens of crown that has too much power, and one of flint that takes too little away. */
let lens: Lens = {
  surfaces: [
    { curvature: 1 / 60, thickness: 6, aperture: 14, glass: CROWN },
    { curvature: -1 / 60, thickness: 0.1, aperture: 14, glass: AIR },
    { curvature: -1 / 60, thickness: 3, aperture: 14, glass: FLINT },
    { curvature: 0, thickness: 0, aperture: 14, glass: AIR },
  ],
  backFocus: 98,
};

console.log(`start      blur ${rms(lens)} micrometres (rms)`);
// curvatures are hundredths, distances are tens
const units = { curvature: 1e-3, thickness: 1, backFocus: 1 };
const optimiser = adam((step) => 1 / (1 + step / 1000));
let state = optimiser.init(moves(lens));
for (let step = 1; step <= 3000; step++) {
  const { grad } = blurValueAndGrad(lens, use);
  const slopes = {
    surfaces: grad.lens.surfaces.map(({ curvature, thickness }) => ({
      curvature: curvature * units.curvature,
      thickness: thickness * units.thickness,
    })),
    backFocus: grad.lens.backFocus * units.backFocus,
  };
  const move = optimiser.update(slopes, state);
  state = move.state;
  lens = withMoves(lens, applyUpdates(moves(lens), move.updates));
  if (step % 600 === 0)
    console.log(`step ${step}  blur ${rms(lens)} micrometres (rms)`);
}

console.log("\nsurface   radius (mm)   to the next (mm)   then");
lens.surfaces.forEach(({ curvature, thickness, glass }, i) =>
  console.log(
    `${String(i + 1).padStart(4)}${(1 / curvature).toFixed(2).padStart(16)}${thickness.toFixed(2).padStart(16)}          ${glass.name}`,
  ),
);
console.log(`film ${lens.backFocus.toFixed(2)} mm behind the last surface`);

console.log("\nblur in micrometres (rms) at");
for (const field of use.fields) {
  const perColour = use.colours.map(
    ({ wavelength }) =>
      `${rms(lens, { ...use, fields: [field], colours: [{ wavelength, weight: 1 }] }).padStart(7)} (${1000 * wavelength} nm)`,
  );
  console.log(`${field.toFixed(1).padStart(5)} degrees ${perColour.join("")}`);
}

/** What the optimiser moves, in its units. */
function moves({ surfaces, backFocus }: Lens) {
  return {
    surfaces: surfaces.map(({ curvature, thickness }) => ({
      curvature: curvature / units.curvature,
      thickness: thickness / units.thickness,
    })),
    backFocus: backFocus / units.backFocus,
  };
}

/** Distances stay what can be made: glass is not thinner than 2 mm, and not thicker than 10. */
function withMoves(one: Lens, moved: ReturnType<typeof moves>): Lens {
  const within = (x: number, lo: number, hi: number): number =>
    Math.min(hi, Math.max(lo, x));
  return {
    surfaces: one.surfaces.map((surface, i) => {
      const { curvature, thickness } = moved.surfaces[i];
      const isGlass = surface.glass !== AIR;
      const mm = thickness * units.thickness;
      return {
        ...surface,
        curvature: curvature * units.curvature,
        thickness: isGlass ? within(mm, 2, 10) : within(mm, 0.05, 1),
      };
    }),
    backFocus: moved.backFocus * units.backFocus,
  };
}

function rms(one: Lens, of: Use = use): string {
  return Math.sqrt(blur(one, of)).toFixed(2);
}

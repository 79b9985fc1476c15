/** Lotka-Volterra by Runge-Kutta 4: a terminal loss after many steps, by four rates and two initial values. */

export const STEPS = 1000;
export const STEP_SIZE = 0.01;

/** @differentiable wrt=p modes=grad */
export function lv(p: Float64Array): number {
  const a = p[0];
  const b = p[1];
  const de = p[2];
  const ga = p[3];
  const h = STEP_SIZE;
  let x = p[4];
  let y = p[5];
  for (let n = 0; n < STEPS; n++) {
    const k1x = a * x - b * x * y;
    const k1y = de * x * y - ga * y;
    const x2 = x + 0.5 * h * k1x;
    const y2 = y + 0.5 * h * k1y;
    const k2x = a * x2 - b * x2 * y2;
    const k2y = de * x2 * y2 - ga * y2;
    const x3 = x + 0.5 * h * k2x;
    const y3 = y + 0.5 * h * k2y;
    const k3x = a * x3 - b * x3 * y3;
    const k3y = de * x3 * y3 - ga * y3;
    const x4 = x + h * k3x;
    const y4 = y + h * k3y;
    const k4x = a * x4 - b * x4 * y4;
    const k4y = de * x4 * y4 - ga * y4;
    x += (h / 6) * (k1x + 2 * k2x + 2 * k3x + k4x);
    y += (h / 6) * (k1y + 2 * k2y + 2 * k3y + k4y);
  }
  return 0.5 * ((x - 1) * (x - 1) + (y - 1) * (y - 1));
}

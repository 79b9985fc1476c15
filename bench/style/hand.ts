/** The gradients of bench/style, written by hand: plain loops, fresh memory for what is returned and nothing else. */
import type { Position } from "./records.js";

export interface Point {
  x: number;
  y: number;
  z: number;
}

export function energyGradient(beads: readonly Point[], rest: number) {
  const n = beads.length;
  const grad: Point[] = [];
  for (let i = 0; i < n; i++) grad.push({ x: 0, y: 0, z: 0 });
  const w = 1 / n;
  let cx = 0;
  let cy = 0;
  let cz = 0;
  let stretched = 0;
  for (let i = 1; i < n; i++) {
    const a = beads[i - 1];
    const b = beads[i];
    const dx = b.x - a.x;
    const dy = b.y - a.y;
    const dz = b.z - a.z;
    const length = Math.sqrt(dx * dx + dy * dy + dz * dz);
    const stretch = length - rest;
    stretched += 0.5 * stretch * stretch;
    cx += w * b.x;
    cy += w * b.y;
    cz += w * b.z;
    const s = stretch / length;
    const ga = grad[i - 1];
    const gb = grad[i];
    ga.x -= s * dx;
    ga.y -= s * dy;
    ga.z -= s * dz;
    gb.x += s * dx;
    gb.y += s * dy;
    gb.z += s * dz;
  }
  const k = 2 * w;
  for (let i = 1; i < n; i++) {
    const g = grad[i];
    g.x += k * cx;
    g.y += k * cy;
    g.z += k * cz;
  }
  const value = stretched + (cx * cx + cy * cy + cz * cz);
  return { value, grad: { beads: grad } };
}

export function roughnessGradient(xs: readonly number[], scale: number) {
  const grad = new Array<number>(xs.length).fill(0);
  let value = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i] * scale;
    if (x > 0.2) {
      const log = Math.log(x);
      value += log * log;
      grad[i] = ((2 * log) / x) * scale;
    }
  }
  return { value, grad: { xs: grad } };
}

export function entropyGradient(xs: readonly number[], scale: number) {
  const n = xs.length;
  const grad = new Array<number>(n).fill(0);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const x = xs[i] * scale;
    if (x > 0.2) total += x;
  }
  let value = 0;
  let mean = 0;
  for (let i = 0; i < n; i++) {
    const x = xs[i] * scale;
    if (x > 0.2) {
      const share = x / total;
      const log = Math.log(share);
      value += -share * log;
      mean += share * (log + 1);
      grad[i] = -(log + 1);
    }
  }
  const k = scale / total;
  for (let i = 0; i < n; i++)
    if (xs[i] * scale > 0.2) grad[i] = (grad[i] + mean) * k;
  return { value, grad: { xs: grad } };
}

interface Slopes {
  amount: number;
  price: number;
  volatility: number;
}

export function riskGradient(book: readonly Position[], horizon: number) {
  const n = book.length;
  let total = 0;
  for (let i = 0; i < n; i++) total += book[i].amount * book[i].price;
  let variance = 0;
  for (let i = 0; i < n; i++) {
    const { amount, price, volatility } = book[i];
    if (amount > 0.1) {
      const x = ((amount * price) / total) * volatility;
      variance += x * x;
    }
  }
  const value = Math.sqrt(variance * horizon);
  const seed = (0.5 / value) * horizon;
  const grad: Slopes[] = [];
  let ofTotal = 0;
  for (let i = 0; i < n; i++) {
    const { amount, price, volatility } = book[i];
    const slopes = { amount: 0, price: 0, volatility: 0 };
    if (amount > 0.1) {
      const share = (amount * price) / total;
      const x = 2 * seed * share * volatility;
      const s = (x * volatility) / total;
      slopes.amount = s * price;
      slopes.price = s * amount;
      slopes.volatility = x * share;
      ofTotal -= s * share;
    }
    grad.push(slopes);
  }
  for (let i = 0; i < n; i++) {
    const { amount, price } = book[i];
    grad[i].amount += ofTotal * price;
    grad[i].price += ofTotal * amount;
  }
  return { value, grad: { book: grad } };
}

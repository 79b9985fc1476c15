/** The risk of a book, from records through map, filter and reduce. */
export interface Position {
  readonly name: string;
  readonly amount: number;
  readonly price: number;
  readonly volatility: number;
}

/** @differentiable wrt=book modes=grad */
export function risk(book: readonly Position[], horizon: number): number {
  const values = book.map(({ amount, price }) => amount * price);
  const total = values.reduce((sum, value) => sum + value, 0);
  const variance = book
    .filter(({ amount }) => amount > 0.1)
    .map((p) => ((p.amount * p.price) / total) * p.volatility)
    .reduce((sum, x) => sum + x ** 2, 0);
  return Math.sqrt(variance * horizon);
}

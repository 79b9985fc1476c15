/** Factors of a matrix of which some entries are known. */

/** @differentiable wrt=users,items */
export function factors(
  users: number[][],
  items: number[][],
  ratings: readonly (readonly number[])[],
  mask: readonly (readonly boolean[])[],
  decay: number,
): number {
  let loss = 0;
  for (let i = 0; i < users.length; i++)
    for (let j = 0; j < items.length; j++) {
      if (!mask[i][j]) continue;
      let s = 0;
      for (let k = 0; k < users[i].length; k++) s += users[i][k] * items[j][k];
      loss += (s - ratings[i][j]) ** 2;
    }
  for (const u of users) for (const x of u) loss += decay * x * x;
  for (const v of items) for (const x of v) loss += decay * x * x;
  return loss;
}

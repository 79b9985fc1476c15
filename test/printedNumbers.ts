const number = /-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?/g;

/** Are two printed texts the same but for columns and for numbers that differ by 2 % or by a step of their last digit? */
export function agree(a: string, b: string): boolean {
  const words = (text: string): string =>
    text.replace(number, "0").replace(/\s+/g, " ");
  if (words(a) !== words(b)) return false;
  const [left, right] = [a, b].map((text) => text.match(number) ?? []);
  return left!.every((one, k) => isNear(one, right![k] ?? ""));
}

function isNear(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => Number(text.replaceAll(",", "")));
  const digits = a.includes(".") ? a.length - a.indexOf(".") - 1 : 0;
  const step = 10 ** -digits;
  return Math.abs(x! - y!) <= 0.02 * Math.abs(x!) + 1.01 * step;
}

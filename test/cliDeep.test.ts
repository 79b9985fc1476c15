import { afterEach, beforeEach, expect, test } from "vitest";
import { main } from "../src/cli/run.js";
import { type Box, newBox } from "./cliBox.js";

/** More calls in each other than there is stack for. */
const depth = 4000;
const deep = `/** @differentiable */
export const f = (x: number): number => ${"Math.sin(".repeat(depth)}x${")".repeat(depth)};
`;

let box: Box;
beforeEach(() => {
  box = newBox({ "deep.ts": deep });
});
afterEach(() => box.remove());

const run = async (
  inLargerStack?: () => Promise<0 | 1 | 2 | 3>,
): Promise<{ status: number; err: string }> => {
  let err = "";
  const io = {
    cwd: box.folder,
    out: () => undefined,
    err: (text: string) => void (err += text),
    color: false,
  };
  return { status: await main(["deep.ts"], io, inLargerStack), err };
};

test("what runs out of stack is done again with a larger one", async () => {
  expect(await run(() => Promise.resolve(0))).toEqual({ status: 0, err: "" });
});

test("where that is too small too, the user is told so", async () => {
  const { status, err } = await run();
  expect(status).toBe(1);
  expect(err).toMatch(/nested too deeply/);
});

import { format } from "prettier";
import { expect, test } from "vitest";
import { layoutConst } from "../compiler/frontend/names/copyLayout.js";

const row = (n: number, text: string): string =>
  Array.from({ length: n }, () => text).join(",");

test.each([
  "const k=2",
  "const m=new Map<string,number>([['a',1],['b',2]])",
  "const m=new Map<string , readonly number[]>()",
  "const m=Array.from<number>([1,2])",
  "const k =   2 * Math.PI",
  "const t=[1,2,3]",
  "const t: readonly  number[] = [1,2,3]",
  `const t=[${row(60, "0.125")}]`,
  `const t=new Float64Array([${row(60, "-1.5")}])`,
  `const t=[${row(60, "-1")}] as const`,
  "const t=[[1,2],[3,4]]",
  "const t=[[1],[3,4]]",
  `const t=[[${row(40, "0.125")}],[1]]`,
  "const t={a:1,'b':[1,2],c:{d:'x'}}",
  `const t={a:[${row(40, "0.125")}],b:"${"x".repeat(50)}"}`,
  "const t=[{a:1,b:2},{a:3,b:4}]",
  "const t=[{a:1},{a:3}]",
  `const names=[${row(12, "'some name'")}]`,
  "const t=[.5,1.50,1E3,2.,1e+5,0xFF,10,100.0,100.00,1.0e-10,1.50e3,1_000]",
])("%s", async (text) => {
  const laidOut = `${layoutConst(`${text};`)}\n`;
  expect(laidOut).toBe(await format(`${text};`, { parser: "typescript" }));
});

test("what is no plain data stays as it is", () => {
  const text = "const f = [ (x: number) => x,  2 ];";
  expect(layoutConst(text)).toBe(text);
});

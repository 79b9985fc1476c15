import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { main } from "../src/cli/run.js";

/** A folder of its own for one test, with the command line in it. */
export interface Box {
  readonly folder: string;
  write(path: string, text: string): void;
  read(path: string): string;
  has(path: string): boolean;
  /** Runs the command line in this process, with the folder as the working directory. */
  diffc(...argv: string[]): Promise<Ran>;
  remove(): void;
}

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export function newBox(files: Readonly<Record<string, string>> = {}): Box {
  const folder = mkdtempSync(join(tmpdir(), "diffc-cli-"));
  const box: Box = {
    folder,
    write(path, text) {
      const full = join(folder, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text);
    },
    read: (path) => readFileSync(join(folder, path), "utf8"),
    has: (path) => existsSync(join(folder, path)),
    diffc: (...argv) => runIn(folder, argv),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  for (const [path, text] of Object.entries(files)) box.write(path, text);
  return box;
}

async function runIn(cwd: string, argv: readonly string[]): Promise<Ran> {
  let out = "";
  let err = "";
  const status = await main(argv, {
    cwd,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    color: false,
  });
  return { status, out, err };
}

/** No mistake of a user's may end in a stack trace. */
export const looksLikeStack = (text: string): boolean =>
  /^\s+at .*[\w)]:\d+:\d+\)?$/m.test(text);

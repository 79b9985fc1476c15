import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { outputPath } from "./compileSources.js";
import { root } from "./root.js";

/** The flags under which generated code promises to be clean. */
const flags = {
  strict: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
};

/** What the TypeScript compiler says of the generated modules (not of their sources), all in one run. */
export function strictErrors(
  sources: Readonly<Record<string, string>>,
  generated: Readonly<Record<string, string>>,
  /** Packages that these import. */
  packages: Readonly<Record<string, string>> = {},
): string[] {
  const cache = join(root, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "diffc-strict-"));
  try {
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    for (const [path, text] of Object.entries(generated)) {
      write(path, sources[path] ?? "");
      write(outputPath(path), text);
    }
    for (const [path, text] of Object.entries(sources))
      if (path.endsWith(".lib.ts")) write(path, text);
    for (const [path, text] of Object.entries(packages)) write(path, text);
    write("host.d.ts", host);
    write("package.json", JSON.stringify({ type: "module" }));
    write("tsconfig.json", JSON.stringify(configFor(folder)));
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder], {
      cwd: folder,
      encoding: "utf8",
    });
    return stdout.split("\n").filter((line) => line.includes(".diff.ts("));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What there is wherever generated code runs, and not in the language. */
const host =
  "declare var console: Record<'assert' | 'warn', (...shown: unknown[]) => void>;\n";

const configFor = (folder: string): unknown => ({
  compilerOptions: {
    ...flags,
    target: "es2022",
    module: "nodenext",
    lib: ["es2023"],
    types: [],
    noEmit: true,
    skipLibCheck: true,
    paths: { "diffc/runtime": [join(root, "runtime", "index.ts")] },
    rootDir: root,
  },
  include: [join(folder, "**/*.ts")],
});

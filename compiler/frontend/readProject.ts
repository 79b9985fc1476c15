import type { ts } from "ts-morph";
import {
  hasErrors,
  newReporter,
  type Reporter,
} from "../diagnostics/reporter.js";
import type { Span } from "../diagnostics/span.js";
import { didYouMean } from "../diagnostics/suggest.js";
import {
  findAnnotated,
  functionNamed,
  functionNames,
  type Annotated,
} from "./entries/annotated.js";
import { isAboutJavaScript } from "./javascript/errorsAboutJavaScript.js";
import { newClasses, type Classes } from "./classes.js";
import { newReplaced, type Replaced } from "./names/replaced.js";
import type { LowerFunction } from "./context.js";
import type { PackageInfo } from "./project/packageFiles.js";
import { typesInside } from "./javascript/jsResultTypes.js";
import {
  grown,
  isStale,
  startedAnew,
  type Wanted,
} from "./javascript/growingViews.js";
import { noViews, type SourceViews } from "./javascript/sourceViews.js";
import { functionsWithTypes } from "./javascript/jsRoots.js";
import { readSource } from "./readSource.js";
import { newModuleFacts } from "./names/moduleFacts.js";
import { looseIn } from "./project/tsconfig.js";
import { openProjects, type OpenProject } from "./project/project.js";
import { openWorkspace, type Workspace } from "./project/workspace.js";
import {
  errorsIn,
  hintsAtMissingLibs,
  type FileErrors,
} from "./javascript/typeErrors.js";
import type { Program } from "../ir/program.js";

export interface FrontendOptions {
  readonly files?: readonly string[];
  readonly sources?: Readonly<Record<string, string>>;
  readonly project?: string;
  /** Takes this function, annotated or not, and no other. */
  readonly fn?: string;
  readonly wrt?: readonly string[];
  readonly modes?: readonly string[];
}

/** One source with annotated functions, read and lowered. */
export interface SourceModule {
  /** Absolute path, or the key in `sources`. */
  readonly file: string;
  /** The entries of this file, and every Func that they reach, in other modules too. */
  readonly program: Program;
  readonly importExtension: ".js" | ".ts" | "";
  readonly uncheckedIndexed: boolean;
  /** Texts that the output depends on: this file's first. */
  readonly hashInputs: readonly string[];
  /** Names that the source declares at its top level, imports aside. */
  readonly topLevelNames: ReadonlySet<string>;
  /** Packages of which the program holds code. */
  readonly packages: readonly PackageInfo[];
}

/** What the files of one program share. */
export interface Session {
  readonly project: OpenProject;
  readonly facts: ReturnType<typeof newModuleFacts>;
  readonly options: FrontendOptions;
  readonly classes: Classes;
  readonly replaced: Replaced;
  readonly lower: LowerFunction;
  spanOf(node: ts.Node): Span;
  errorsOf(file: ts.SourceFile): FileErrors;
  /** Notes what the program has to have in it before it can be read; it is then opened anew. */
  want(wanted: readonly Wanted[]): void;
}

/**
 * Reads and lowers every input. First without the DOM and @types where the tsconfig does not ask for them, which
 * is much quicker; where a name turns out to be missing, once more with all of it.
 */
export function readProject(
  options: FrontendOptions,
  reporter: Reporter,
  lower: LowerFunction,
): { modules: SourceModule[]; textOf(file: string): string } {
  const workspace = openWorkspace(options);
  const { textOf } = workspace;
  let attempt = readAll(workspace, options, lower, true, noViews);
  if (attempt.missesLibs)
    attempt = readAll(workspace, options, lower, false, noViews);
  for (const finding of attempt.reporter.findings) reporter.report(finding);
  return { modules: attempt.modules, textOf };
}

function readAll(
  workspace: Workspace,
  options: FrontendOptions,
  lower: LowerFunction,
  lean: boolean,
  views: SourceViews,
): Attempt {
  const reporter = newReporter();
  const modules: SourceModule[] = [];
  let missesLibs = false;
  let selected = 0;
  const wanted: Wanted[] = [];
  const projects = openProjects(workspace, options, lean, reporter, views);
  for (const project of projects) wanted.push(...followed(project, options));
  const ready = grown(views, wanted);
  if (ready !== undefined)
    return readAll(workspace, options, lower, lean, ready);
  for (const project of projects) {
    const session = newSession(
      project,
      options,
      lower,
      (errors) => {
        missesLibs ||= errors.types.some(hintsAtMissingLibs);
      },
      (more) => wanted.push(...more),
    );
    for (const file of project.inputs) {
      const result = readSource(file, session, reporter);
      selected += result.selected;
      if (result.module !== undefined) modules.push(result.module);
    }
  }
  const next = grown(views, wanted);
  if (next !== undefined && !(missesLibs && lean))
    return readAll(workspace, options, lower, lean, next);
  if (isStale(views) && !(missesLibs && lean))
    return readAll(workspace, options, lower, lean, startedAnew(views));
  const inputs = projects.flatMap((project) =>
    project.inputs.map((file) => ({ file, project })),
  );
  if (selected === 0) reportNothing(inputs, workspace, options, reporter);
  return { modules, reporter, missesLibs };
}

interface Attempt {
  readonly modules: SourceModule[];
  readonly reporter: Reporter;
  readonly missesLibs: boolean;
}

/** Types that follow from those which calls have given to JavaScript so far, and from the calls of opened packages. */
function followed(
  { checker, program, code, inputs }: OpenProject,
  { fn }: FrontendOptions,
): Wanted[] {
  const { views } = code;
  const starts = functionsWithTypes(program, code);
  const asked = (file: ts.SourceFile): readonly Annotated[] =>
    fn === undefined
      ? findAnnotated(file).annotated
      : [functionNamed(file, fn) ?? []].flat();
  if (views.opened.size > 0)
    starts.push(...inputs.flatMap(asked).map(({ decl }) => decl));
  return typesInside(checker, starts, code);
}

function newSession(
  project: OpenProject,
  options: FrontendOptions,
  lower: LowerFunction,
  see: (errors: FileErrors) => void,
  want: Session["want"],
): Session {
  const { checker, program, keyOf } = project;
  const errors = new Map<ts.SourceFile, FileErrors>();
  const files = (): readonly ts.SourceFile[] =>
    program
      .getSourceFiles()
      .filter(
        (file) => !file.isDeclarationFile && !project.isDefaultLibrary(file),
      );
  return {
    project,
    options,
    lower,
    want,
    facts: newModuleFacts(checker, files, project.isMentioned),
    classes: newClasses(checker, files, (decl) => {
      const of = decl.getSourceFile();
      const byPlace = project.code.views.served.get(of.fileName);
      return byPlace?.get(project.code.placeOf(of, decl.getStart()));
    }),
    replaced: newReplaced(checker, files),
    spanOf: (node) => ({
      file: keyOf(node.getSourceFile().fileName),
      start: project.code.originalOf(node.getSourceFile(), node.getStart()),
      end: project.code.originalOf(node.getSourceFile(), node.end),
    }),
    errorsOf(file) {
      const known = errors.get(file);
      if (known !== undefined) return known;
      // what a package's own compiler accepts is not ours to check
      if (!project.isUserFile(file)) return { syntax: [], types: [] };
      // against the declarations of packages, not against what is inferred from their code
      // and not against types that diffc wrote into the text
      const { opened, elements, boxes, literals } = project.code.views;
      const isEdited = [elements, boxes, literals].some((one) =>
        one.has(file.fileName),
      );
      if (opened.size > 0 || isEdited)
        return project.errors.get(file.fileName) ?? { syntax: [], types: [] };
      const all = errorsIn(file, program, looseIn(project.config));
      const types = all.types.filter((one) => !isAboutJavaScript(one, checker));
      const found = { ...all, types };
      errors.set(file, found);
      project.errors.set(file.fileName, found);
      see(found);
      return found;
    },
  };
}

/**
 * Several inputs may be searched for `--fn NAME`, and several sources in memory for an annotation: one has to have it.
 * What it means that files have none, the command line knows best.
 */
function reportNothing(
  inputs: readonly { file: ts.SourceFile; project: OpenProject }[],
  { inMemory }: Workspace,
  { fn }: FrontendOptions,
  reporter: Reporter,
): void {
  const first = inputs[0];
  if (first === undefined || hasErrors(reporter)) return;
  const span = {
    file: first.project.keyOf(first.file.fileName),
    start: 0,
    end: 0,
  };
  if (fn !== undefined) {
    const names = inputs.flatMap(({ file }) => functionNames(file));
    reporter.report({
      code: "DC1109",
      severity: "error",
      span,
      message: `there is no function ${fn} at the top level${didYouMean(fn, names)}`,
      help:
        names.length === 0
          ? "no function is declared here"
          : `the functions here are ${names.join(", ")}`,
    });
  } else if (inMemory) {
    reporter.report({
      code: "DC1005",
      severity: "error",
      span,
      message: "no function here is annotated with @differentiable",
      help: "put /** @differentiable */ above a function",
    });
  }
}

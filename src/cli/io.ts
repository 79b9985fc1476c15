/** What a command sees of the world: tests hand in their own. */
export interface Io {
  readonly cwd: string;
  /** Results: what a user may pipe into something. */
  readonly out: (text: string) => void;
  /** Talk: diagnostics, complaints. */
  readonly err: (text: string) => void;
  /** Colour for what goes to `err`. */
  readonly color: boolean;
}

/** The exit status of the command, as docs/reference.md lists them. */
export type ExitStatus = 0 | 1 | 2 | 3;

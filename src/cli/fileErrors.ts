const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left",
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  EEXIST: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "too many symbolic links",
};

/** What a failed file operation means for a person; undefined for an error of another kind. */
export function fileReason(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const code = String(error.code);
  return "syscall" in error ? (reasons[code] ?? code) : undefined;
}

export const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error &&
  "code" in error &&
  codes.includes(String(error.code));

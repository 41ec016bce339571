// What every reader and writer of files throws: which file, which byte, what is wrong, what to do.
/** What a {@link FileError} says. */
export interface FileProblem {
  /** Path as the person gave it, or a name for bytes that have none. */
  file: string;
  /** Position in the file where it went wrong. */
  byte?: number;
  /** What was found and what was expected, without the final stop. */
  problem: string;
  /** What to do about it, a sentence. */
  hint?: string;
  cause?: unknown;
}

/** An error of a file: names the file, the byte where it went wrong, what was found, and what to do. */
export class FileError extends Error {
  readonly code: string;
  readonly file: string;
  readonly byte: number | undefined;
  /** What was found and expected, without the file's name: for reports that name it themselves. */
  readonly problem: string;
  readonly hint: string | undefined;

  constructor(code: string, { file, byte, problem, hint, cause }: FileProblem) {
    const where = byte === undefined ? file : `${file}, byte ${byte}`;
    super(`${where}: ${problem}.${hint ? ` ${hint}` : ''}`, cause === undefined ? undefined : { cause });
    this.name = 'FileError';
    this.code = code;
    this.file = file;
    this.byte = byte;
    this.problem = problem;
    this.hint = hint;
  }
}

/** A FileError for an error of the file system: full disk, missing folder, no permission. */
export function fileSystemError(file: string, error: unknown, doing: string): FileError {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? 'EUNKNOWN';
  const known: Record<string, [problem: string, hint: string]> = {
    ENOSPC: ['the disk is full', 'Free some space, or choose another folder; what was there before is unchanged.'],
    EDQUOT: [
      'the disk quota is used up',
      'Free some space, or choose another folder; what was there before is unchanged.',
    ],
    EFBIG: [
      'the file would be larger than the system allows',
      'Choose another disk, or raise the limit on file sizes (ulimit -f); what was there before is unchanged.',
    ],
    EACCES: ['permission was denied', 'Choose a folder that you may use, or change its permissions.'],
    EPERM: ['the operation is not permitted', 'Choose a folder that you may use, or change its permissions.'],
    EROFS: ['the file system is read-only', 'Choose a folder on a disk that can be written.'],
    ENOENT: ['there is no such file or folder', 'Check the path.'],
    ENOTDIR: ['a part of the path is a file, not a folder', 'Check the path.'],
    EISDIR: ['it is a folder, not a file', 'Name a file in it.'],
  };
  const [problem, hint] = known[code] ?? [error instanceof Error ? error.message : String(error), 'Check the path.'];
  return new FileError(code, { file, problem: `cannot ${doing}: ${problem}`, hint, cause: error });
}

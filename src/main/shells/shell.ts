// What the studio asks of the desktop or server around it: a handful of acts. What a shell cannot do is an absent member
// and a false value of `capabilities`, never a method that throws.
import type { Capabilities } from '../../shared/contract/desktop.ts';

export interface ProcessRequest {
  /** A built Node program. */
  program: string;
  args: string[];
  cwd: string;
  env?: Record<string, string>;
  /** Goes on when the studio ends. */
  detached: boolean;
  /** Lets the window go first where both want the processor. */
  yields?: boolean;
  /** A file that receives what the process prints past its own reporter (a crash of the engine); appended. */
  output?: string;
}
export interface StartedProcess {
  readonly pid: number;
  /** Told once, also when it ended before; a process that could not be started ends with `error`. */
  onExit(listener: (end: ProcessEnd) => void): void;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}
export interface ProcessEnd {
  code: number | null;
  signal: string | null;
  error?: string;
}

export interface AppPaths {
  /** Preferences, recent projects, sockets. */
  home: string;
  /** Data sets fetched for the user. */
  data: string;
  /** Where new projects go unless told otherwise. */
  projects: string;
}

export interface Shell {
  readonly capabilities: Capabilities;
  readonly appPaths: AppPaths;
  /** `file`: a file instead of a folder. */
  readonly dialogs?: { pickFolder(title: string, file?: boolean): Promise<string | null> };
  /** Shows a file in the desktop's file manager. */
  readonly revealPath?: (path: string) => Promise<void>;
  /** Keeps the machine from sleeping until the returned function is called. */
  readonly keepAwake?: (reason: string) => () => void;
  /** Runs a Node program with the engine's Node. */
  startProcess(request: ProcessRequest): StartedProcess;
}

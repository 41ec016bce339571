// Writing that may fail: what could not be written is tried again while the run goes on, and the person is told once for
// each trouble and once when it is over.
import { existsSync } from 'node:fs';

export class Disk {
  private readonly folder: string;
  private readonly tell: (text: string) => void;
  /** What cannot be written now, and the code of the trouble. */
  private readonly troubles = new Map<string, string>();
  private folderGone = false;

  constructor(folder: string, tell: (text: string) => void) {
    this.folder = folder;
    this.tell = tell;
  }

  /** Whether the run's folder is there; a folder that vanished is never made again behind the person's back. */
  ready(): boolean {
    const there = existsSync(this.folder);
    if (there === !this.folderGone) return there;
    this.folderGone = !there;
    this.tell(
      there
        ? `The run's folder ${this.folder} is back; what was logged meanwhile is written now.`
        : `The run's folder ${this.folder} is gone. The run goes on, and keeps the newest values in memory: put the folder back, or stop the run.`,
    );
    return there;
  }

  /** Runs `write`; false when it failed. `what` names it: a trouble is told once however often it comes. */
  attempt(what: string, write: () => void): boolean {
    if (!this.ready()) return false;
    try {
      write();
    } catch (error) {
      this.failed(what, error as Error);
      return false;
    }
    this.worked(what);
    return true;
  }

  failed(what: string, error: Error): void {
    const code = (error as NodeJS.ErrnoException).code ?? error.name;
    const known = [...this.troubles.values()].includes(code);
    this.troubles.set(what, code);
    if (!known) this.tell(`${error.message} The run goes on, and writes again as soon as it can.`);
  }

  private worked(what: string): void {
    if (!this.troubles.delete(what) || this.troubles.size > 0) return;
    this.tell('The files of the run can be written again; nothing that was kept in memory is lost.');
  }
}

// Runs that another studio or `flint run` listens to: seen through their files, looked at each second.

const lookMs = 1000;

export class ForeignRuns {
  private readonly look: (project: string, folder: string) => boolean;
  /** Project by folder. */
  private readonly watched = new Map<string, string>();
  private timer: NodeJS.Timeout | null = null;

  /** `look` gives false when the run ended and need not be looked at any more. */
  constructor(look: (project: string, folder: string) => boolean) {
    this.look = look;
  }

  watch(project: string, folder: string): void {
    this.watched.set(folder, project);
    this.timer ??= setInterval(() => this.lookAtAll(), lookMs).unref();
  }

  has(folder: string): boolean {
    return this.watched.has(folder);
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.watched.clear();
  }

  private lookAtAll(): void {
    for (const [folder, project] of [...this.watched]) {
      if (!this.look(project, folder)) this.watched.delete(folder);
    }
    if (this.watched.size === 0) this.close();
  }
}

// What the studio remembers for a person between starts: one JSON file, read anew each time, since two studios may be
// open on one home.
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../../flint/io/atomic-write.ts';

const State = z.object({
  preferences: z
    .object({
      theme: z.enum(['system', 'light', 'dark']).default('system'),
      locale: z.enum(['system', 'en', 'zh']).default('system'),
    })
    .default({ theme: 'system', locale: 'system' }),
  recent: z.array(z.object({ path: z.string(), name: z.string(), openedAt: z.number() })).default([]),
  trusted: z.array(z.string()).default([]),
});
export type AppStateValues = z.infer<typeof State>;

export class AppState {
  private readonly file: string;

  constructor(home: string) {
    this.file = join(home, 'studio.json');
    mkdirSync(home, { recursive: true, mode: 0o700 });
  }

  read(): AppStateValues {
    let text: string;
    try {
      text = readFileSync(this.file, 'utf8');
    } catch {
      return State.parse({});
    }
    try {
      return State.parse(JSON.parse(text));
    } catch {
      // Put aside rather than overwritten: a person may want back what is in it.
      renameSync(this.file, `${this.file}.broken`);
      return State.parse({});
    }
  }

  change(edit: (state: AppStateValues) => void): AppStateValues {
    const state = this.read();
    edit(state);
    writeFileAtomic(this.file, Buffer.from(`${JSON.stringify(state, null, 2)}\n`));
    return state;
  }
}

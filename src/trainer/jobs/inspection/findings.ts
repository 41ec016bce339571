// What an inspection found, sample by sample, and how it is kept in the user's cache.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../flint/io/atomic-write.ts';
import type { Inspection } from '../../../shared/contract/dataset-inspection.ts';
import type { SampleProblem } from '../../../shared/contract/datasets.ts';
import { decodeMessage, encodeMessage } from '../../../shared/rpc/codec.ts';

/** Problems as bits. */
export const problemBits: Record<SampleProblem, number> = {
  duplicate: 1,
  near: 2,
  leak: 4,
  unreadable: 8,
  size: 16,
  brightness: 32,
};

export interface SplitFindings {
  name: string;
  /** Mean grey level; NaN for what cannot be read. */
  brightness: Float32Array;
  problems: Uint8Array;
  /** Number of the group of exact copies, of near ones (these hold the exact ones too); -1 for none. */
  exact: Int32Array;
  near: Int32Array;
}
export interface Findings {
  version: number;
  summary: Inspection;
  splits: SplitFindings[];
}

const version = 1;
const mostKept = 40;

/** Findings by the stamp of their source. */
export class FindingsStore {
  private readonly folder: string;
  private readonly kept = new Map<string, Findings>();

  constructor(folder: string) {
    this.folder = folder;
  }

  get(stamp: string): Findings | null {
    const known = this.kept.get(stamp);
    if (known) return known;
    const file = this.fileOf(stamp);
    if (!existsSync(file)) return null;
    try {
      const findings = decodeMessage(readFileSync(file)) as Findings;
      if (findings.version !== version) return null;
      this.kept.set(stamp, findings);
      return findings;
    } catch {
      rmSync(file, { force: true });
      return null;
    }
  }

  put(stamp: string, found: Omit<Findings, 'version'>): Findings {
    const findings = { version, ...found };
    this.kept.set(stamp, findings);
    for (const key of this.kept.keys()) if (this.kept.size > 4) this.kept.delete(key);
    try {
      mkdirSync(this.folder, { recursive: true });
      writeFileAtomic(this.fileOf(stamp), encodeMessage(findings));
      this.forgetOldest();
    } catch {
      // A cache that cannot be written costs the time to look again.
    }
    return findings;
  }

  private forgetOldest(): void {
    const files = readdirSync(this.folder).map((name) => join(this.folder, name));
    if (files.length <= mostKept) return;
    const aged = files.map((file) => ({ file, at: statSync(file).mtimeMs })).sort((a, b) => a.at - b.at);
    for (const { file } of aged.slice(0, files.length - mostKept)) rmSync(file, { force: true });
  }

  private fileOf(stamp: string): string {
    return join(this.folder, `${stamp}.inspection`);
  }
}

// Word vectors as the Data room shows them: the words, and which are near to one of them.
import { statSync } from 'node:fs';
import type { WordVectors } from '../../../flint/text/word-vectors.ts';
import type { VectorSummary } from '../../../shared/contract/dataset-views.ts';
import type { Job } from '../job.ts';
import { rootOf, type DataSource } from '../sources/sources.ts';

const mostListed = 200;
const nearestShown = 12;

export class Vectors {
  private latest: { key: string; vectors: WordVectors } | null = null;

  async open(data: DataSource): Promise<WordVectors> {
    const path = rootOf(data);
    const found = statSync(path, { throwIfNoEntry: false });
    const key = `${path} ${found?.mtimeMs} ${found?.size}`;
    if (this.latest?.key === key) return this.latest.vectors;
    const { readWordVectors } = await import('../../../flint/text/word-vector-files.ts');
    this.latest = { key, vectors: readWordVectors(path) };
    return this.latest.vectors;
  }
}

export function vectorJobs(vectors: Vectors) {
  const show: Job<'datasets.vectors'> = async ({ word, ...data }) => summaryOf(await vectors.open(data), word.trim());
  return { 'datasets.vectors': show };
}

function summaryOf(vectors: WordVectors, asked: string): VectorSummary {
  const { words, dimension } = vectors;
  const known = [asked, asked.toLowerCase()].find((word) => word !== '' && vectors.has(word)) ?? null;
  const begins = asked === '' ? words : words.filter((word) => word.startsWith(asked.toLowerCase()));
  return {
    words: words.length,
    dimensions: dimension,
    listed: begins.slice(0, mostListed),
    word: known,
    nearest: known === null ? [] : vectors.nearest(known, nearestShown),
    values: known === null ? [] : (vectors.vector(known).toArray() as number[]),
  };
}

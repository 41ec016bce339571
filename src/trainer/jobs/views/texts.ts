// Texts as the Data room shows them: their tokens and how often each comes, and sequences as the samplers cut them.
import { statSync } from 'node:fs';
import type { Vocabulary } from '../../../flint/text/vocabulary.ts';
import type { Sequences } from '../../../flint/text/sequences.ts';
import type { SequenceBatch, TextSummary } from '../../../shared/contract/dataset-views.ts';
import type { Job } from '../job.ts';
import { rootOf, type DataSource } from '../sources/sources.ts';

type Level = 'char' | 'word';
interface OpenText {
  text: string;
  tokens: string[];
  codes: Int32Array;
  vocabulary: Vocabulary;
  stamp: string;
}
const mostListed = 5000;
const beginning = 1200;

export class Texts {
  private latest: { key: string; entry: OpenText } | null = null;

  async open(data: DataSource, level: Level): Promise<OpenText> {
    const path = rootOf(data);
    const { readText, tokenize, Vocabulary: Words } = await library();
    const found = statSync(path, { throwIfNoEntry: false });
    const stamp = `${found?.mtimeMs} ${found?.size}`;
    const key = `${path}\0${level}`;
    if (this.latest?.key === key && this.latest.entry.stamp === stamp) return this.latest.entry;
    const text = readText(path);
    const tokens = tokenize(text, level);
    const vocabulary = new Words(tokens);
    const entry = { text, tokens, codes: Int32Array.from(vocabulary.encode(tokens)), vocabulary, stamp };
    this.latest = { key, entry };
    return entry;
  }
}

async function library() {
  const [{ readText }, { tokenize, Vocabulary }, { consecutiveSequences, randomSequences }] = await Promise.all([
    import('../../../flint/text/read-text.ts'),
    import('../../../flint/text/vocabulary.ts'),
    import('../../../flint/text/sequences.ts'),
  ]);
  return { readText, tokenize, Vocabulary, consecutiveSequences, randomSequences };
}

export function textJobs(texts: Texts) {
  const text: Job<'datasets.text'> = async ({ token, ...data }) => summaryOf(await texts.open(data, token));
  const sequences: Job<'datasets.sequences'> = async ({ token, batchSize, steps, batch, seed, ...data }) => {
    const { tokens, codes } = await texts.open(data, token);
    const { consecutiveSequences, randomSequences } = await library();
    const options = { batchSize, steps, seed };
    const random = batchOf(randomSequences(codes, options), tokens, steps, batch);
    const consecutive = batchOf(consecutiveSequences(codes, { ...options, offset: 0 }), tokens, steps, batch);
    return {
      random: random.shown,
      consecutive: consecutive.shown,
      batches: { random: random.batches, consecutive: consecutive.batches },
    };
  };
  return { 'datasets.text': text, 'datasets.sequences': sequences };
}

function summaryOf({ text, tokens, vocabulary }: OpenText): TextSummary {
  const frequencies = vocabulary.frequencies;
  let lines = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return {
    characters: Array.from(text).length,
    lines,
    tokens: tokens.length,
    vocabulary: frequencies.slice(0, mostListed).map(([token, count]) => ({ token, count })),
    size: frequencies.length,
    beginning: text.slice(0, beginning),
  };
}

function batchOf(sequences: Sequences, tokens: readonly string[], steps: number, batch: number) {
  const all = sequences.starts(0);
  const starts = all[Math.min(batch, all.length - 1)] ?? [];
  const shown: SequenceBatch = {
    starts,
    inputs: starts.map((start) => tokens.slice(start, start + steps)),
    targets: starts.map((start) => tokens.slice(start + 1, start + 1 + steps)),
  };
  return { shown, batches: all.length };
}

// A text: its tokens and how often each comes, and how the samplers cut it into sequences, side by side.
import { useState } from 'react';
import type { SequenceBatch, TextSummary } from '../../../../shared/contract/dataset-views.ts';
import { count, useMessages } from '../../../messages/use-messages.ts';
import { api, useQuery } from '../../../studio.ts';
import { Banner, Empty } from '../../../ui/notices.tsx';
import type { TabProps } from '../tabs.ts';
import './text.css';
import { visible } from './visible.ts';
import { Vocabulary } from './vocabulary.tsx';

type Token = 'char' | 'word';
interface Cut {
  batchSize: number;
  steps: number;
  batch: number;
  seed: number;
}

export default function TextView({ project, info }: TabProps) {
  const m = useMessages();
  const at = { project, dataset: info.id };
  const [token, setToken] = useState<Token>('char');
  const text = useQuery(`text:${project}:${info.id}:${info.source}:${token}`, () =>
    api.datasets.text({ ...at, token }),
  );
  return (
    <div className="text-view view-grid">
      <div className="view-bar inline-fields">
        <fieldset className="choice">
          <legend>{m.text.tokens}</legend>
          {(['char', 'word'] as const).map((level) => (
            <label key={level}>
              <input type="radio" name="token" checked={token === level} onChange={() => setToken(level)} />
              {m.text.levels[level]}
            </label>
          ))}
        </fieldset>
        {text.data && <Numbers text={text.data} />}
      </div>
      {text.error && !text.data ? (
        <div className="padded">
          <Banner>{text.error.message}</Banner>
        </div>
      ) : text.data ? (
        <>
          <Vocabulary key={token} text={text.data} />
          <Sequences at={at} token={token} source={info.source} />
        </>
      ) : (
        <Empty text={m.common.loading} />
      )}
    </div>
  );
}

function Numbers({ text }: { text: TextSummary }) {
  const m = useMessages();
  return (
    <span>
      <strong>{m.text.characters(count(text.characters))}</strong>{' '}
      <span className="muted">
        {m.text.lines(count(text.lines))} · {m.text.tokenCount(count(text.tokens))} ·{' '}
        {m.text.different(count(text.size))}
      </span>
    </span>
  );
}

function Sequences({ at, token, source }: { at: { project: string; dataset: string }; token: Token; source: string }) {
  const m = useMessages();
  const [cut, setCut] = useState<Cut>({ batchSize: 2, steps: 12, batch: 0, seed: 0 });
  const shown = useQuery(`sequences:${at.project}:${at.dataset}:${source}:${token}:${JSON.stringify(cut)}`, () =>
    api.datasets.sequences({ ...at, token, ...cut }),
  );
  const number = (key: keyof Cut, label: string, low: number, high: number) => (
    <label>
      {label}
      <input
        className="field narrow"
        type="number"
        min={low}
        max={high}
        value={cut[key]}
        onChange={(e) =>
          setCut({ ...cut, [key]: Math.min(high, Math.max(low, Math.floor(Number(e.target.value)) || low)) })
        }
      />
    </label>
  );
  return (
    <section className="sequences" aria-label={m.text.sequences}>
      <h2>{m.text.sequences}</h2>
      <div className="sequence-settings inline-fields">
        {number('batchSize', m.text.batchSize, 1, 64)}
        {number('steps', m.text.steps, 1, 200)}
        {number('batch', m.text.batch, 0, 1_000_000)}
        {number('seed', m.train.seed, 0, 1_000_000)}
      </div>
      {shown.error && <Banner>{shown.error.message}</Banner>}
      {shown.data && (
        <div className="samplers">
          <Batch
            name={m.text.random}
            hint={m.text.randomHint}
            batch={shown.data.random}
            batches={shown.data.batches.random}
          />
          <Batch
            name={m.text.consecutive}
            hint={m.text.consecutiveHint}
            batch={shown.data.consecutive}
            batches={shown.data.batches.consecutive}
          />
        </div>
      )}
    </section>
  );
}

function Batch({ name, hint, batch, batches }: { name: string; hint: string; batch: SequenceBatch; batches: number }) {
  const m = useMessages();
  return (
    <section className="card batch" aria-label={name}>
      <h3>
        {name} <span className="muted small">{m.text.batches(count(batches))}</span>
      </h3>
      <p className="muted small">{hint}</p>
      <ol className="sequence-list">
        {batch.inputs.map((tokens, i) => (
          <li key={i}>
            <span className="muted small">{m.text.from(count(batch.starts[i]!))}</span>
            <TokenRow name="X" tokens={tokens} />
            <TokenRow name="Y" tokens={batch.targets[i]!} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function TokenRow({ name, tokens }: { name: string; tokens: readonly string[] }) {
  return (
    <div className="token-row">
      <span className="muted">{name}</span>
      {tokens.map((token, i) => (
        <code key={i}>{visible(token)}</code>
      ))}
    </div>
  );
}

// Word vectors: the words of the file, and which are nearest to one of them.
import { useState } from 'react';
import { count, useMessages } from '../../../messages/use-messages.ts';
import { api, useQuery } from '../../../studio.ts';
import { Banner, Empty } from '../../../ui/notices.tsx';
import type { TabProps } from '../tabs.ts';
import './text.css';

export default function VectorView({ project, info }: TabProps) {
  const m = useMessages();
  const [word, setWord] = useState('');
  const at = { project, dataset: info.id };
  const found = useQuery(`vectors:${project}:${info.id}:${info.source}:${word}`, () =>
    api.datasets.vectors({ ...at, word }),
  );
  const [latest, setLatest] = useState(found.data);
  if (found.data && found.data !== latest) setLatest(found.data);
  const shown = found.data ?? latest;
  if (found.error && !shown)
    return (
      <div className="padded">
        <Banner>{found.error.message}</Banner>
      </div>
    );
  if (!shown) return <Empty text={m.common.loading} />;
  return (
    <div className="vector-view">
      <section aria-label={m.vectors.words}>
        <p>
          <strong>{m.vectors.wordCount(count(shown.words))}</strong>{' '}
          <span className="muted">{m.vectors.dimensions(count(shown.dimensions))}</span>
        </p>
        <input
          className="field wide"
          type="search"
          aria-label={m.vectors.search}
          placeholder={m.vectors.search}
          value={word}
          onChange={(e) => setWord(e.target.value)}
        />
        <ul className="word-list">
          {shown.listed.map((one) => (
            <li key={one}>
              <button type="button" className="link" aria-pressed={one === shown.word} onClick={() => setWord(one)}>
                {one}
              </button>
            </li>
          ))}
        </ul>
      </section>
      <section className="nearest" aria-label={m.vectors.nearest}>
        {shown.word === null ? (
          <p className="muted">{m.vectors.choose}</p>
        ) : (
          <>
            <h2>{m.vectors.nearestTo(shown.word)}</h2>
            <ul className="value-bars">
              {shown.nearest.map(({ word: near, similarity }) => (
                <li key={near} className="bar-entry">
                  <button type="button" className="link name" onClick={() => setWord(near)}>
                    {near}
                  </button>
                  <span className="muted">{similarity.toFixed(4)}</span>
                  <span className="amount" style={{ transform: `scaleX(${Math.max(0, similarity)})` }} />
                </li>
              ))}
            </ul>
            <h2>{m.vectors.values}</h2>
            <pre className="values" tabIndex={0} aria-label={m.vectors.values}>
              {shown.values.map((v) => v.toFixed(4)).join(' ')}
            </pre>
          </>
        )}
      </section>
    </div>
  );
}

// The tokens of a text, the commonest first: how often each comes, found by a part of it; and the curve of all.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import type { TextSummary } from '../../../../shared/contract/dataset-views.ts';
import { count, percent, useMessages } from '../../../messages/use-messages.ts';
import { visible } from './visible.ts';

const rowHeight = 24;

export function Vocabulary({ text }: { text: TextSummary }) {
  const m = useMessages();
  const [search, setSearch] = useState('');
  const host = useRef<HTMLDivElement>(null);
  const ranked = useMemo(() => text.vocabulary.map((entry, rank) => ({ ...entry, rank })), [text]);
  const found = search === '' ? ranked : ranked.filter(({ token }) => visible(token).includes(search));
  const virtual = useVirtualizer({
    count: found.length,
    getScrollElement: () => host.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const most = ranked[0]?.count ?? 1;
  return (
    <section className="vocabulary" aria-label={m.text.vocabulary}>
      <h2>{m.text.vocabulary}</h2>
      <figure className="curve-figure">
        <Curve text={text} />
        <figcaption className="muted small">{m.text.curve}</figcaption>
      </figure>
      <input
        className="field wide"
        type="search"
        aria-label={m.text.searchToken}
        placeholder={m.text.searchToken}
        value={search}
        onChange={(e) => setSearch(e.target.value)}
      />
      <div className="token-scroll" ref={host} tabIndex={0} role="region" aria-label={m.text.tokens}>
        <ul style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const { token, count: n, rank } = found[index]!;
            return (
              <li key={index} style={{ transform: `translateY(${start}px)` }}>
                <span className="muted">{count(rank + 1)}</span>
                <code>{visible(token)}</code>
                <span className="track">
                  <span className="amount" style={{ transform: `scaleX(${n / most})` }} />
                </span>
                <span title={percent(n / Math.max(1, text.tokens))}>{count(n)}</span>
              </li>
            );
          })}
        </ul>
      </div>
    </section>
  );
}

const [width, height] = [240, 90];

/** Frequency over rank, both as logarithms: words of a language make nearly a straight line (Zipf's law). */
function Curve({ text }: { text: TextSummary }) {
  const m = useMessages();
  const ranked = text.vocabulary;
  const most = Math.log(ranked[0]?.count ?? 1) || 1;
  const far = Math.log(Math.max(2, ranked.length));
  const points = ranked.map(({ count: n }, i) => {
    const x = (Math.log(i + 1) / far) * width;
    const y = height - (Math.log(n) / most) * height;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg
      className="curve"
      viewBox={`-2 -2 ${width + 4} ${height + 4}`}
      role="img"
      aria-label={m.text.curve}
      preserveAspectRatio="none"
    >
      <polyline points={points.join(' ')} fill="none" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}

// How many samples of each class each split has, and how uneven that is.
import type { DatasetSummary } from '../../../../shared/contract/datasets.ts';
import { count, percent, useMessages, value } from '../../../messages/use-messages.ts';
import type { ShowSamples } from './overview.tsx';

interface ClassCardProps {
  splits: readonly string[];
  summaries: readonly DatasetSummary[];
  show: ShowSamples;
}

/** Largest class over smallest, of those that have samples. */
export function imbalance(counts: readonly number[]): number {
  const there = counts.filter((n) => n > 0);
  return there.length === 0 ? 1 : Math.max(...there) / Math.min(...there);
}

export function ClassCard({ splits, summaries, show }: ClassCardProps) {
  const m = useMessages();
  const classes = summaries[0]?.classes ?? [];
  const most = Math.max(1, ...summaries.flatMap(({ countsPerClass }) => countsPerClass));
  const ratio = imbalance(summaries[0]?.countsPerClass ?? []);
  return (
    <section className="card classes-card" aria-label={m.overview.classes}>
      <h2>
        {m.overview.classes}{' '}
        <span className={`badge ${ratio > 3 ? 'warn' : ratio > 1.5 ? '' : 'good'}`} title={m.overview.imbalanceHint}>
          {m.overview.imbalance(value(ratio))}
        </span>
      </h2>
      <table className="bars">
        <thead>
          <tr>
            <th>{m.data.label}</th>
            {splits.map((split, s) => (
              <th key={split}>
                <span className={`colour-swatch trace-${(s % 8) + 1}`} aria-hidden /> {split} ·{' '}
                {count(summaries[s]?.count ?? 0)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((name, c) => (
            <tr key={name}>
              <th scope="row" title={name}>
                {name}
              </th>
              {splits.map((split, s) => {
                const n = summaries[s]?.countsPerClass[c] ?? 0;
                const share = n / Math.max(1, summaries[s]?.count ?? 1);
                return (
                  <td key={split}>
                    <button
                      type="button"
                      className="bar-button"
                      title={percent(share)}
                      onClick={() => show(split, { label: c })}
                    >
                      <span className="track">
                        <span className={`amount trace-${(s % 8) + 1}`} style={{ width: `${(100 * n) / most}%` }} />
                      </span>
                      <span>{count(n)}</span>
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

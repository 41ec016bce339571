// What is in one column: type, missing values, range or commonest values, and whether it is the target.
import { Target } from 'lucide-react';
import type { ColumnSummary } from '../../../../shared/contract/dataset-views.ts';
import { count, percent, useMessages, value } from '../../../messages/use-messages.ts';
import { Button } from '../../../ui/button.tsx';

interface ColumnPanelProps {
  column: ColumnSummary;
  rows: number;
  isTarget: boolean;
  onTarget: (column: string) => void;
}

export function ColumnPanel({ column, rows, isTarget, onTarget }: ColumnPanelProps) {
  const m = useMessages();
  const { name, type, missing, distinct, range, histogram, values } = column;
  return (
    <>
      <h2 className="column-name">{name}</h2>
      <p>
        <span className="badge">{m.table.types[type]}</span>{' '}
        {isTarget && <span className="badge accent">{m.table.target}</span>}
      </p>
      <dl className="facts">
        <dt>{m.table.missingValues}</dt>
        <dd className={missing > 0 ? 'warn' : ''}>
          {count(missing)} <span className="muted">{percent(missing / Math.max(1, rows))}</span>
        </dd>
        <dt>{m.table.distinct}</dt>
        <dd>{count(distinct)}</dd>
        {range && (
          <>
            <dt>{m.data.range}</dt>
            <dd>
              {value(range.low)} – {value(range.high)}
            </dd>
            <dt>{m.data.mean}</dt>
            <dd>{value(range.mean)}</dd>
            <dt>{m.gallery.deviation}</dt>
            <dd>{value(range.std)}</dd>
          </>
        )}
      </dl>
      {histogram && range && <Histogram counts={histogram} low={range.low} high={range.high} />}
      {values && values.length > 0 && <Commonest values={values} rows={rows} distinct={distinct} />}
      <Button disabled={isTarget} onClick={() => onTarget(name)}>
        <Target size={14} aria-hidden /> {m.table.useAsTarget}
      </Button>
    </>
  );
}

function Histogram({ counts, low, high }: { counts: number[]; low: number; high: number }) {
  const m = useMessages();
  const most = Math.max(1, ...counts);
  const step = (high - low) / counts.length;
  return (
    <figure className="column-histogram" aria-label={m.gallery.histogram}>
      <div className="columns">
        {counts.map((n, i) => (
          <span key={i} title={`${value(low + i * step)} – ${value(low + (i + 1) * step)}: ${count(n)}`}>
            <span className="trace-1" style={{ height: n === 0 ? 0 : `${Math.max(2, (100 * n) / most)}%` }} />
          </span>
        ))}
      </div>
      <figcaption className="columns-axis muted small">
        <span>{value(low)}</span>
        <span>{value(high)}</span>
      </figcaption>
    </figure>
  );
}

function Commonest({
  values,
  rows,
  distinct,
}: {
  values: { value: string; count: number }[];
  rows: number;
  distinct: number;
}) {
  const m = useMessages();
  const most = values[0]!.count;
  return (
    <>
      <h3>{m.table.commonest}</h3>
      <ul className="value-bars">
        {values.map(({ value: text, count: n }) => (
          <li key={text} className="bar-entry">
            <span className="name" title={text}>
              {text}
            </span>
            <span className="muted">{count(n)}</span>
            <span
              className="amount"
              title={percent(n / Math.max(1, rows))}
              style={{ transform: `scaleX(${n / most})` }}
            />
          </li>
        ))}
        {distinct > values.length && <li className="muted">{m.report.andMore(count(distinct - values.length))}</li>}
      </ul>
    </>
  );
}

// The classes with how many samples each has; one can be shown alone.
import type { DatasetSummary } from '../../../../shared/contract/datasets.ts';
import { count, useMessages } from '../../../messages/use-messages.ts';

interface ClassListProps {
  summary: DatasetSummary;
  only: number | undefined;
  onOnly: (label: number | undefined) => void;
}

export function ClassList({ summary, only, onOnly }: ClassListProps) {
  const m = useMessages();
  const most = Math.max(1, ...summary.countsPerClass);
  return (
    <nav className="classes" aria-label={m.data.classes}>
      <button type="button" className="bar-entry" aria-pressed={only === undefined} onClick={() => onOnly(undefined)}>
        <strong>{m.data.all}</strong>
        <span>{count(summary.count)}</span>
      </button>
      {summary.classes.map((name, c) => (
        <button
          key={name}
          type="button"
          className="bar-entry"
          aria-pressed={only === c}
          onClick={() => onOnly(only === c ? undefined : c)}
        >
          <span className="name" title={name}>
            {name}
          </span>
          <span className="muted">{count(summary.countsPerClass[c] ?? 0)}</span>
          <span className="amount" style={{ transform: `scaleX(${(summary.countsPerClass[c] ?? 0) / most})` }} />
        </button>
      ))}
    </nav>
  );
}

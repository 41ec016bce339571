// Above the grid: which split, which samples, in which order, how large.
import { ArrowDownNarrowWide, ArrowUpNarrowWide, Search, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { sampleProblems, sampleSorts, type SampleQuery } from '../../../../shared/contract/datasets.ts';
import { useMessages } from '../../../messages/use-messages.ts';
import { IconButton } from '../../../ui/button.tsx';

interface GalleryBarProps {
  splits: readonly string[];
  split: string;
  onSplit: (split: string) => void;
  query: SampleQuery;
  onQuery: (change: Partial<SampleQuery>) => void;
  cell: number;
  onCell: (cell: number) => void;
  /** False until every sample was looked at: sorting by brightness and filters by problem wait for it. */
  inspected: boolean;
}

/** Milliseconds of rest before a search is asked. */
const rest = 180;

function SearchField({ query, onQuery }: Pick<GalleryBarProps, 'query' | 'onQuery'>) {
  const m = useMessages();
  const [typed, setTyped] = useState(query.search ?? '');
  useEffect(() => setTyped(query.search ?? ''), [query.search]);
  useEffect(() => {
    if (typed === (query.search ?? '')) return;
    const timer = setTimeout(() => onQuery({ search: typed || undefined }), rest);
    return () => clearTimeout(timer);
  });
  return (
    <span className="search">
      <Search size={14} aria-hidden />
      <input
        className="field"
        type="search"
        aria-label={m.gallery.search}
        placeholder={m.gallery.searchHint}
        value={typed}
        onChange={(e) => setTyped(e.target.value)}
      />
    </span>
  );
}

export function GalleryBar(props: GalleryBarProps) {
  const { splits, split, onSplit, query, onQuery, cell, onCell, inspected } = props;
  const m = useMessages();
  const { size, brightness } = query;
  return (
    <div className="view-bar inline-fields">
      <label>
        {m.data.split}
        <select className="field" value={split} onChange={(e) => onSplit(e.target.value)}>
          {splits.map((s) => (
            <option key={s}>{s}</option>
          ))}
        </select>
      </label>
      <SearchField query={query} onQuery={onQuery} />
      <label>
        {m.gallery.sort}
        <select
          className="field"
          value={query.sort}
          onChange={(e) => onQuery({ sort: e.target.value as SampleQuery['sort'] })}
        >
          {sampleSorts.map((sort) => (
            <option key={sort} value={sort} disabled={sort === 'brightness' && !inspected}>
              {m.gallery.sorts[sort]}
            </option>
          ))}
        </select>
      </label>
      <IconButton
        name={query.descending ? m.gallery.descending : m.gallery.ascending}
        onClick={() => onQuery({ descending: !query.descending })}
      >
        {query.descending ? <ArrowDownNarrowWide size={16} aria-hidden /> : <ArrowUpNarrowWide size={16} aria-hidden />}
      </IconButton>
      <label title={inspected ? undefined : m.gallery.notInspected}>
        {m.gallery.problem}
        <select
          className="field"
          value={query.problem ?? ''}
          disabled={!inspected}
          onChange={(e) => onQuery({ problem: (e.target.value || undefined) as SampleQuery['problem'] })}
        >
          <option value="">{m.gallery.anyProblem}</option>
          {sampleProblems.map((p) => (
            <option key={p} value={p}>
              {m.gallery.problems[p]}
            </option>
          ))}
        </select>
      </label>
      {size && (
        <Chip
          text={`${rangeText(size.width)} × ${rangeText(size.height)}`}
          onRemove={() => onQuery({ size: undefined })}
        />
      )}
      {brightness && (
        <Chip
          text={m.gallery.brightnessOf(rangeText(brightness.map(Math.round)))}
          onRemove={() => onQuery({ brightness: undefined })}
        />
      )}
      <span className="spacer" />
      <label>
        {m.data.size}
        <input type="range" min={28} max={160} step={4} value={cell} onChange={(e) => onCell(Number(e.target.value))} />
      </label>
    </div>
  );
}

const rangeText = ([low, high]: readonly number[]) => (low === high ? String(low) : `${low}–${high}`);

function Chip({ text, onRemove }: { text: string; onRemove: () => void }) {
  const m = useMessages();
  return (
    <span className="badge accent chip">
      {text}
      <button type="button" aria-label={m.gallery.removeFilter(text)} onClick={onRemove}>
        <X size={12} aria-hidden />
      </button>
    </span>
  );
}

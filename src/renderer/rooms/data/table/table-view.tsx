// A table: its columns with what is in them, and its rows, of which only those in view are asked for.
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, Target } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ColumnSummary, TableSummary } from '../../../../shared/contract/dataset-views.ts';
import { count, useMessages } from '../../../messages/use-messages.ts';
import { api, useQuery } from '../../../studio.ts';
import { complain } from '../../../store.ts';
import { Banner, Empty } from '../../../ui/notices.tsx';
import type { TabProps } from '../tabs.ts';
import { ColumnPanel } from './column-panel.tsx';
import './table.css';
import { useRows } from './use-rows.ts';

interface Sorting {
  column: string;
  descending: boolean;
}

export default function TableView({ project, info }: TabProps) {
  const m = useMessages();
  const at = { project, dataset: info.id };
  const table = useQuery(`table:${project}:${info.id}:${info.source}`, () => api.datasets.table(at));
  const [chosen, setChosen] = useState<string | null>(null);
  const [sorting, setSorting] = useState<Sorting | null>(null);
  if (table.error && !table.data)
    return (
      <div className="padded">
        <Banner>{table.error.message}</Banner>
      </div>
    );
  if (!table.data) return <Empty text={m.common.loading} />;
  const column = table.data.columns.find(({ name }) => name === (chosen ?? info.target)) ?? table.data.columns[0];
  const setTarget = (target: string) => void api.datasets.setTarget({ ...at, target }).catch(complain);
  return (
    <div className="table-view view-grid">
      <div className="view-bar inline-fields">
        <span>
          <strong>{m.table.rows(count(table.data.rows))}</strong>{' '}
          <span className="muted">{m.table.columns(count(table.data.columns.length))}</span>
        </span>
        <label>
          <Target size={14} aria-hidden /> {m.table.target}
          <select className="field" value={info.target ?? ''} onChange={(e) => setTarget(e.target.value)}>
            <option value="">{m.table.noTarget}</option>
            {table.data.columns.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <Skipped table={table.data} />
      </div>
      <Rows
        at={at}
        key={`${info.source}`}
        table={table.data}
        target={info.target}
        chosen={column?.name}
        onChosen={setChosen}
        sorting={sorting}
        onSorting={setSorting}
      />
      <aside className="column-panel" aria-label={m.table.column}>
        {column && (
          <ColumnPanel
            column={column}
            rows={table.data.rows}
            isTarget={column.name === info.target}
            onTarget={setTarget}
          />
        )}
      </aside>
    </div>
  );
}

function Skipped({ table }: { table: TableSummary }) {
  const m = useMessages();
  if (table.skippedCount === 0) return null;
  const words = table.skipped.map(({ row, why }) => `${m.table.row} ${row}: ${why}`).join('\n');
  return (
    <span className="badge warn" title={words}>
      {m.table.skipped(count(table.skippedCount))}
    </span>
  );
}

interface RowsProps {
  at: { project: string; dataset: string };
  table: TableSummary;
  target: string | undefined;
  chosen: string | undefined;
  onChosen: (column: string) => void;
  sorting: Sorting | null;
  onSorting: (sorting: Sorting | null) => void;
}

const rowHeight = 26;
/** Browsers stop at about 33 million pixels of height. */
const mostRows = 1_000_000;

function Rows({ at, table, target, chosen, onChosen, sorting, onSorting }: RowsProps) {
  const m = useMessages();
  const host = useRef<HTMLDivElement>(null);
  const shown = Math.min(table.rows, mostRows);
  const virtual = useVirtualizer({
    count: shown,
    getScrollElement: () => host.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const { rowAt, want } = useRows(at, table.rows, sorting);
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => want(first, last), [want, first, last]);
  const width = (column: ColumnSummary) => widthOf(column);
  const template = `64px ${table.columns.map((c) => `${width(c)}px`).join(' ')}`;
  const next = (name: string): Sorting | null =>
    sorting?.column !== name
      ? { column: name, descending: false }
      : sorting.descending
        ? null
        : { column: name, descending: true };
  return (
    <div
      className="rows-scroll"
      ref={host}
      tabIndex={0}
      role="grid"
      aria-label={m.table.grid}
      aria-rowcount={table.rows}
      aria-colcount={table.columns.length + 1}
    >
      <div className="rows-head" role="row" style={{ gridTemplateColumns: template }}>
        <span role="columnheader" className="number">
          #
        </span>
        {table.columns.map((column) => (
          <span
            key={column.name}
            role="columnheader"
            aria-sort={sorting?.column === column.name ? (sorting.descending ? 'descending' : 'ascending') : 'none'}
            className={cellClass(column, column.name === chosen)}
          >
            <button
              type="button"
              title={column.name}
              onClick={() => (onChosen(column.name), onSorting(next(column.name)))}
            >
              <strong>{column.name}</strong>
              {column.name === target && <Target size={12} aria-label={m.table.target} />}
              {sorting?.column === column.name &&
                (sorting.descending ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />)}
            </button>
            <span className="muted small">{m.table.types[column.type]}</span>
          </span>
        ))}
      </div>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="rowgroup">
        {items.map(({ index, start }) => {
          const row = rowAt(index);
          return (
            <div
              key={index}
              role="row"
              aria-rowindex={index + 1}
              className="table-row"
              style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
            >
              <span role="rowheader" className="number muted">
                {row ? count(row.number) : ''}
              </span>
              {table.columns.map((column, c) => (
                <Cell key={column.name} column={column} text={row?.cells[c]} chosen={column.name === chosen} />
              ))}
            </div>
          );
        })}
      </div>
      {shown < table.rows && <p className="muted small padded">{m.table.firstRows(count(shown))}</p>}
    </div>
  );
}

function Cell({ column, text, chosen }: { column: ColumnSummary; text: string | null | undefined; chosen: boolean }) {
  const m = useMessages();
  return (
    <span role="gridcell" className={cellClass(column, chosen)} title={text ?? undefined}>
      {text === null ? <i className="missing">{m.table.missing}</i> : text}
    </span>
  );
}

/** Numbers stand at the right, their heads too. */
const cellClass = ({ type }: ColumnSummary, chosen: boolean): string =>
  `${type === 'number' || type === 'integer' ? 'number' : ''} ${chosen ? 'chosen' : ''}`;

/** Wide enough for the name and the usual value. */
function widthOf({ name, type, values }: ColumnSummary): number {
  const longest = Math.max(
    name.length + 2,
    type === 'text' || type === 'category' ? (values?.[0]?.value.length ?? 8) : 8,
  );
  return Math.min(240, Math.max(80, 26 + 7.4 * longest));
}

// What the script prints, as it comes: only the lines in sight are in the page; it follows the end until one scrolls up.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { ConsoleLine } from '../../../shared/contract/runs.ts';
import { useMessages } from '../../messages/use-messages.ts';
import { api, useEvent } from '../../studio.ts';
import { complain, useWindow } from '../../store.ts';
import { Empty } from '../../ui/notices.tsx';

const escapes = /\u001b\[[0-9;?]*[A-Za-z]/g;

function useConsole(project: string, run: string): ConsoleLine[] {
  const [lines, setLines] = useState<ConsoleLine[]>([]);
  const seen = useRef(-1);
  const append = (fresh: ConsoleLine[]) => {
    const unseen = fresh.filter((l) => l.index > seen.current);
    if (unseen.length === 0) return;
    seen.current = unseen.at(-1)!.index;
    setLines((before) => [...before, ...unseen].slice(-20_000));
  };
  useEffect(() => {
    seen.current = -1;
    api.runs.console({ project, run, from: -5000, limit: 5000 }).then((answer) => append(answer.lines), complain);
  }, [project, run]);
  useEvent('runs.didPrint', (e) => e.project === project && e.run === run && append(e.lines));
  return lines;
}

export function Console({ run }: { run: string }) {
  const m = useMessages();
  const project = useWindow((s) => s.project)!.path;
  const lines = useConsole(project, run);
  const host = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => host.current,
    estimateSize: () => 18,
    overscan: 20,
  });
  useEffect(() => {
    if (following.current && lines.length > 0) rows.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [lines, rows]);
  return (
    <div
      className="console"
      ref={host}
      tabIndex={0}
      role="log"
      aria-label={m.train.console}
      onScroll={(e) => {
        const box = e.currentTarget;
        following.current = box.scrollHeight - box.scrollTop - box.clientHeight < 30;
      }}
    >
      {lines.length === 0 ? (
        <Empty text={m.train.noConsole} />
      ) : (
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((row) => {
            const line = lines[row.index]!;
            return (
              <pre
                key={row.key}
                data-index={row.index}
                ref={rows.measureElement}
                className={`line ${line.stream}`}
                style={{ transform: `translateY(${row.start}px)` }}
              >
                {line.text.replace(escapes, '') || ' '}
              </pre>
            );
          })}
        </div>
      )}
    </div>
  );
}

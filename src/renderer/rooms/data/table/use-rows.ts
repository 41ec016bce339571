// Rows of a table on demand: pages of a hundred, asked for when they come into view, kept while they are near.
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../../studio.ts';
import { complain } from '../../../store.ts';

interface Row {
  number: number;
  cells: (string | null)[];
}
const pageRows = 100;
const mostPages = 60;

export function useRows(
  at: { project: string; dataset: string },
  total: number,
  sorting: { column: string; descending: boolean } | null,
) {
  const [pages, setPages] = useState<ReadonlyMap<number, Row[]>>(new Map());
  const asked = useRef(new Set<number>());
  const { project, dataset } = at;
  const [sort, descending] = [sorting?.column, sorting?.descending ?? false];
  useEffect(() => {
    asked.current = new Set();
    setPages(new Map());
  }, [project, dataset, sort, descending]);
  const want = useCallback(
    (first: number, last: number) => {
      const current = asked.current;
      for (let page = Math.floor(first / pageRows); page <= Math.floor(last / pageRows); page++) {
        if (current.has(page) || page * pageRows >= total) continue;
        current.add(page);
        api.datasets
          .rows({
            project,
            dataset,
            from: page * pageRows,
            count: pageRows,
            descending,
            ...(sort !== undefined && { sort }),
          })
          .then(({ numbers, cells }) => {
            if (asked.current !== current) return;
            const rows = numbers.map((number, i) => ({ number, cells: cells[i]! }));
            setPages((before) => {
              const after = new Map(before).set(page, rows);
              for (const old of after.keys()) {
                if (after.size <= mostPages) break;
                after.delete(old);
                current.delete(old);
              }
              return after;
            });
          }, complain);
      }
    },
    [project, dataset, sort, descending, total],
  );
  const rowAt = (index: number): Row | undefined => pages.get(Math.floor(index / pageRows))?.[index % pageRows];
  return { rowAt, want };
}

// Splits made by hand: how to cut, what came of it, and the lists that the project keeps.
import { Copy, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { SavedSplit } from '../../../../shared/contract/dataset-splits.ts';
import { count, percent, useMessages } from '../../../messages/use-messages.ts';
import { api, useQuery } from '../../../studio.ts';
import { complain, toast } from '../../../store.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Banner } from '../../../ui/notices.tsx';
import type { TabProps } from '../tabs.ts';
import { SplitForm } from './split-form.tsx';
import './splits.css';

export default function Splits({ project, info, split, view, change }: TabProps) {
  const m = useMessages();
  const at = { project, dataset: info.id };
  const saved = useQuery(`splits:${project}:${info.id}`, () => api.datasets.savedSplits(at));
  const [latest, setLatest] = useState<string | null>(null);
  const remove = (file: string) => void api.datasets.removeSplit({ ...at, file }).then(() => saved.again(), complain);
  return (
    <div className="splits">
      <SplitForm
        at={at}
        kind={info.kind}
        splits={info.splits}
        from={split}
        chosen={view.chosen}
        onForget={() => change({ chosen: null })}
        onMade={(file) => {
          setLatest(file);
          change({ chosen: null });
          saved.again();
        }}
        taken={saved.data?.map(({ name }) => name) ?? []}
      />
      <section className="saved-splits" aria-label={m.splits.saved}>
        <h2>{m.splits.saved}</h2>
        {saved.error && <Banner>{saved.error.message}</Banner>}
        {saved.data?.length === 0 && <p className="muted">{m.splits.none}</p>}
        {saved.data?.map((one) => (
          <SavedCard
            key={one.file}
            project={project}
            info={info}
            saved={one}
            fresh={one.file === latest}
            onRemove={() => remove(one.file)}
          />
        ))}
      </section>
    </div>
  );
}

/** How many samples there are now where the split was drawn from. */
function useCount({ project, info }: Pick<TabProps, 'project' | 'info'>, from: string): number | undefined {
  const at = { project, dataset: info.id };
  return useQuery(`count:${project}:${info.id}:${info.source}:${from}`, async () =>
    info.kind === 'table'
      ? (await api.datasets.table(at)).rows
      : (await api.datasets.summary({ ...at, split: from })).count,
  ).data;
}

interface SavedCardProps extends Pick<TabProps, 'project' | 'info'> {
  saved: SavedSplit;
  fresh: boolean;
  onRemove: () => void;
}

function SavedCard({ project, info, saved, fresh, onRemove }: SavedCardProps) {
  const m = useMessages();
  const samples = useCount({ project, info }, saved.from) ?? saved.count;
  const total = saved.parts.reduce((sum, part) => sum + part.count, 0);
  const copy = () => navigator.clipboard.writeText(saved.code).then(() => toast(m.export.copied), complain);
  return (
    <article className={`card saved-split ${fresh ? 'fresh' : ''}`} aria-label={saved.name}>
      <header>
        <h3>{saved.name}</h3>
        <span className="muted small">{saved.file}</span>
        <span className="spacer" />
        <IconButton name={m.splits.remove(saved.name)} onClick={onRemove}>
          <Trash2 size={15} aria-hidden />
        </IconButton>
      </header>
      {samples !== saved.count && (
        <Banner look="warn">{m.splits.madeForOthers(count(saved.count), count(samples))}</Banner>
      )}
      <div className="part-bar" aria-hidden>
        {saved.parts.map((part, p) => (
          <span key={part.name} className={`trace-${(p % 8) + 1}`} style={{ flexGrow: part.count }} />
        ))}
      </div>
      <ul className="part-list">
        {saved.parts.map((part, p) => (
          <li key={part.name}>
            <span className={`colour-swatch trace-${(p % 8) + 1}`} aria-hidden /> {part.name}{' '}
            <strong>{count(part.count)}</strong>{' '}
            <span className="muted">{percent(part.count / Math.max(1, total))}</span>
          </li>
        ))}
      </ul>
      <div className="code-line">
        <pre className="code-block" tabIndex={0} aria-label={m.data.code}>
          {saved.code}
        </pre>
        <Button onClick={() => void copy()}>
          <Copy size={14} aria-hidden /> {m.export.copyCode}
        </Button>
      </div>
    </article>
  );
}

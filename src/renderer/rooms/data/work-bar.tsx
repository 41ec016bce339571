// Work behind the views: how far it is, and a way to end it.
import { useState } from 'react';
import type { WorkProgress } from '../../../shared/contract/datasets.ts';
import { count, useMessages } from '../../messages/use-messages.ts';
import { api, useEvent } from '../../studio.ts';
import { complain } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { Bar } from '../../ui/notices.tsx';

interface Place {
  project: string;
  dataset: string;
}

/** What is under way for a data set; `ended` is told when one kind of work is over. */
export function useWork({ project, dataset }: Place, work: WorkProgress['work'], ended: (p: WorkProgress) => void) {
  const [progress, setProgress] = useState<WorkProgress | null>(null);
  useEvent('datasets.didWork', (p) => {
    if (p.project !== project || p.dataset !== dataset || p.work !== work) return;
    setProgress(p.state === 'running' ? p : null);
    if (p.state !== 'running') ended(p);
  });
  return progress;
}

export function WorkBar({ progress, text }: { progress: WorkProgress; text: string }) {
  const m = useMessages();
  const { project, dataset, work, done, total } = progress;
  return (
    <div className="work-bar">
      <span>{text}</span>
      <Bar fraction={total > 0 ? done / total : 0} name={text} />
      <span className="muted small">{m.gallery.placeOf(count(Math.min(done, total)), count(total))}</span>
      <Button look="quiet" onClick={() => void api.datasets.cancelWork({ project, dataset, work }).catch(complain)}>
        {m.common.cancel}
      </Button>
    </div>
  );
}

// One line about the run under way, always in sight.
import { count, duration, useMessages, value } from '../../messages/use-messages.ts';
import type { RunSummary } from '../../../shared/contract/runs.ts';
import { isActive, useWindow } from '../../store.ts';
import { Bar } from '../../ui/notices.tsx';

/** Fraction done over all epochs. */
export function fractionDone(run: RunSummary): number {
  const p = run.progress;
  if (!p || p.epochs === 0) return run.status === 'finished' ? 1 : 0;
  return (p.epoch + (p.steps ? p.step / p.steps : 0)) / p.epochs;
}

export function RunStatusLine({ run: given }: { run: RunSummary | undefined }) {
  const m = useMessages();
  const live = useWindow((s) => s.runs.find(isActive));
  const run = live ?? given;
  if (!run || !isActive(run)) return <span>{m.frame.idle}</span>;
  const p = run.progress;
  return (
    <>
      <span>
        <strong>{run.name}</strong> · {m.train.status[run.status]}
      </span>
      <Bar fraction={fractionDone(run)} name={run.name} />
      {p && (
        <>
          <span>{m.train.epoch(Math.min(p.epoch + 1, p.epochs), p.epochs)}</span>
          <span>{m.train.step(count(p.step), count(p.steps))}</span>
          <span>{m.train.rate(count(p.samplesPerSecond))}</span>
          {p.secondsLeft !== null && <span>{m.train.left(duration(p.secondsLeft))}</span>}
        </>
      )}
      {run.metrics['train/loss'] !== undefined && <span>train/loss {value(run.metrics['train/loss'])}</span>}
    </>
  );
}

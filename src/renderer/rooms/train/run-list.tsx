// The project's runs: which is in focus, which are laid over it, what became of each.
import { AlertTriangle, CheckCircle2, CircleStop, LoaderCircle, PauseCircle, Trash2, XCircle } from 'lucide-react';
import { selectRun } from '../../actions.ts';
import type { RunStatus, RunSummary } from '../../../shared/contract/runs.ts';
import { duration, useLocale, useMessages, value } from '../../messages/use-messages.ts';
import { api } from '../../studio.ts';
import { complain, isActive, toast, useWindow } from '../../store.ts';
import { IconButton } from '../../ui/button.tsx';
import { colourOf } from '../../charts/traces.ts';

const icons: Record<RunStatus, typeof CheckCircle2> = {
  starting: LoaderCircle,
  running: LoaderCircle,
  paused: PauseCircle,
  finished: CheckCircle2,
  stopped: CircleStop,
  failed: XCircle,
  crashed: AlertTriangle,
};
const colours: Partial<Record<RunStatus, string>> = {
  finished: 'var(--good)',
  failed: 'var(--bad)',
  crashed: 'var(--bad)',
  running: 'var(--accent)',
  paused: 'var(--warn)',
};

export function StatusIcon({ status }: { status: RunStatus }) {
  const m = useMessages();
  const Icon = icons[status];
  return (
    <Icon
      size={15}
      role="img"
      aria-label={m.train.status[status]}
      color={colours[status] ?? 'var(--ink-3)'}
      className={status === 'running' ? 'turning' : ''}
    />
  );
}

/** To the trash, with a way back for as long as the line is shown. */
export async function removeRun(run: RunSummary, removed: string, undo: string): Promise<void> {
  const at = { project: run.project, run: run.id };
  await api.runs.remove(at);
  useWindow.setState((s) => {
    const runs = s.runs.filter((r) => r.id !== run.id);
    return {
      runs,
      run: s.run === run.id ? (runs[0]?.id ?? null) : s.run,
      shown: s.shown.filter((id) => id !== run.id),
    };
  });
  toast(removed, { action: { label: undo, act: () => void api.runs.restore(at).catch(complain) } });
}

/** The time of today's runs, the day of older ones: both do not fit one line. */
function when(createdAt: number, tongue: string | undefined): string {
  const at = new Date(createdAt);
  const today = at.toDateString() === new Date().toDateString();
  return today
    ? at.toLocaleTimeString(tongue, { timeStyle: 'short' })
    : at.toLocaleDateString(tongue, { dateStyle: 'medium' });
}

function RunRow({ run, ids }: { run: RunSummary; ids: string[] }) {
  const m = useMessages();
  const tongue = useLocale() === 'zh' ? 'zh-CN' : undefined;
  const focus = useWindow((s) => s.run === run.id);
  const shown = useWindow((s) => s.shown.includes(run.id));
  const toggle = () =>
    useWindow.setState((s) => ({
      shown: shown ? s.shown.filter((id) => id !== run.id || s.shown.length === 1) : [...s.shown, run.id],
    }));
  const accuracy = run.metrics['test/accuracy'] ?? run.metrics['val/accuracy'];
  const loss = run.metrics['test/loss'] ?? run.metrics['train/loss'];
  return (
    <li className={focus ? 'run-row focus' : 'run-row'}>
      <input
        type="checkbox"
        aria-label={m.train.show(run.name)}
        checked={shown}
        onChange={toggle}
        style={{ accentColor: `var(--trace-${colourOf(run.id, ids) + 1})` }}
      />
      <button type="button" aria-current={focus ? 'true' : undefined} onClick={() => selectRun(run.id)}>
        <span className="run-title">
          <StatusIcon status={run.status} />
          <strong>{run.name}</strong>
        </span>
        <span className="small muted run-facts" title={new Date(run.createdAt).toLocaleString(tongue)}>
          {when(run.createdAt, tongue)} · {duration(run.activeSeconds)}
          {accuracy != null && ` · ${(100 * accuracy).toFixed(1)} %`}
          {accuracy == null && loss != null && ` · ${value(loss)}`}
        </span>
        {run.note && <span className="small run-note">{run.note}</span>}
      </button>
      <IconButton
        name={m.train.removeRun(run.name)}
        disabled={isActive(run)}
        onClick={() => void removeRun(run, m.train.removed(run.name), m.common.undo).catch(complain)}
      >
        <Trash2 size={14} aria-hidden />
      </IconButton>
    </li>
  );
}

export function RunList() {
  const m = useMessages();
  const runs = useWindow((s) => s.runs);
  const ids = runs.map((r) => r.id);
  return (
    <section className="runs" aria-label={m.train.runs}>
      <h2>{m.train.runs}</h2>
      {runs.length === 0 && <p className="muted">{m.train.noRuns}</p>}
      <ul className="list">
        {runs.map((run) => (
          <RunRow key={run.id} run={run} ids={ids} />
        ))}
      </ul>
    </section>
  );
}

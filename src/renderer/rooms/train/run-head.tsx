// The run in focus: its name and note, how far it is, what can be done with it, what went wrong.
import { FolderOpen, Pause, Play, RotateCw, Square } from 'lucide-react';
import { useState } from 'react';
import { control, revealLine, startRun } from '../../actions.ts';
import type { RunSummary } from '../../../shared/contract/runs.ts';
import { count, duration, useMessages } from '../../messages/use-messages.ts';
import { api } from '../../studio.ts';
import { complain, isActive, useWindow } from '../../store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Banner, Bar } from '../../ui/notices.tsx';
import { fractionDone } from './status-line.tsx';

function Controls({ run }: { run: RunSummary | undefined }) {
  const m = useMessages();
  const active = useWindow((s) => s.runs.find(isActive));
  return (
    <div className="controls">
      {active ? (
        <>
          {active.status === 'paused' ? (
            <Button look="primary" onClick={() => void control('resume', active)}>
              <Play size={14} aria-hidden /> {m.train.resume}
            </Button>
          ) : (
            <Button onClick={() => void control('pause', active)}>
              <Pause size={14} aria-hidden /> {m.train.pause}
            </Button>
          )}
          <Button onClick={() => void control('stop', active)}>
            <Square size={13} aria-hidden /> {m.train.stop}
          </Button>
        </>
      ) : (
        <Button look="primary" onClick={() => void startRun()}>
          <Play size={14} aria-hidden /> {m.train.run}
        </Button>
      )}
      {run && !active && run.checkpoints.length > 0 && (
        <Button onClick={() => void startRun({ settings: run.settings, seed: run.seed, continueFrom: run.id })}>
          <RotateCw size={14} aria-hidden /> {m.train.continueRun}
        </Button>
      )}
    </div>
  );
}

function ProgressLine({ run }: { run: RunSummary }) {
  const m = useMessages();
  const p = run.progress;
  return (
    <div className="progress-line">
      <Bar fraction={fractionDone(run)} name={run.name} />
      <div className="progress-words small">
        <span>{p ? m.train.epoch(Math.min(p.epoch + 1, p.epochs), p.epochs) : ' '}</span>
        <span>{p ? m.train.step(count(p.step), count(p.steps)) : ''}</span>
        <span>{p && p.samplesPerSecond > 0 ? m.train.rate(count(p.samplesPerSecond)) : ''}</span>
        <span>{p?.secondsLeft != null && isActive(run) ? m.train.left(duration(p.secondsLeft)) : ''}</span>
        <span>{duration(run.activeSeconds)}</span>
      </div>
    </div>
  );
}

/** A text that is saved when it is left or Enter is pressed; Escape takes it back. */
function EditableText({
  text,
  name,
  className,
  onSave,
}: {
  text: string;
  name: string;
  className: string;
  onSave: (text: string) => void;
}) {
  const [draft, setDraft] = useState(text);
  const save = () => draft !== text && onSave(draft);
  return (
    <input
      className={className}
      aria-label={name}
      placeholder={name}
      value={draft}
      onChange={(e) => setDraft(e.target.value)}
      onBlur={save}
      onKeyDown={(e) => {
        if (e.key === 'Enter' && !e.ctrlKey) e.currentTarget.blur();
        if (e.key === 'Escape') setDraft(text);
      }}
    />
  );
}

export function RunHead({ run }: { run: RunSummary | undefined }) {
  const m = useMessages();
  const canReveal = useWindow((s) => s.capabilities?.revealPath ?? false);
  const at = run && { project: run.project, run: run.id };
  const { file, line } = run?.problem ?? {};
  return (
    <div className="run-head">
      <div className="run-head-row">
        {run && at ? (
          <>
            <EditableText
              key={`name ${run.name}`}
              className="field run-name"
              name={m.train.name}
              text={run.name}
              onSave={(name) => name.trim() && void api.runs.rename({ ...at, name: name.trim() }).catch(complain)}
            />
            <span
              className={`badge ${run.status === 'finished' ? 'good' : run.status === 'failed' || run.status === 'crashed' ? 'bad' : 'accent'}`}
            >
              {m.train.status[run.status]}
            </span>
            <EditableText
              key={`note ${run.note}`}
              className="field run-note-field"
              name={m.train.note}
              text={run.note}
              onSave={(note) => void api.runs.note({ ...at, note }).catch(complain)}
            />
            {canReveal && (
              <IconButton
                name={m.train.reveal}
                onClick={() => void api.desktop.revealPath({ path: run.folder }).catch(complain)}
              >
                <FolderOpen size={15} aria-hidden />
              </IconButton>
            )}
          </>
        ) : (
          <span className="run-name muted">{m.train.noRuns}</span>
        )}
        <Controls run={run} />
      </div>
      {run && <ProgressLine run={run} />}
      {run?.problem && (
        <Banner>
          {run.problem.message}
          {file && line !== undefined && (
            <>
              {' '}
              <Button onClick={() => revealLine(file, line)}>{m.train.goTo(file, line)}</Button>
            </>
          )}
        </Banner>
      )}
      {run?.warnings.map((w) => (
        <Banner key={w} look="warn">
          {w}
        </Banner>
      ))}
    </div>
  );
}

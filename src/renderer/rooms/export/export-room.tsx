// One click: the file is written, another engine runs it, and the largest difference is shown before anybody says "done".
import { CheckCircle2, Copy } from 'lucide-react';
import { useState } from 'react';
import { selectRun } from '../../actions.ts';
import type { ExportFormat, ExportResult } from '../../../shared/contract/exports.ts';
import { useMessages, value } from '../../messages/use-messages.ts';
import { api, useEvent, useQuery } from '../../studio.ts';
import { complain, isActive, toast, useWindow } from '../../store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Banner, Bar, Empty } from '../../ui/notices.tsx';
import './export.css';
import { snippetsFor } from './snippets.ts';

type Stage = 'loading' | 'writing' | 'checking' | 'done';
const stages: Stage[] = ['loading', 'writing', 'checking', 'done'];

function Result({ result }: { result: ExportResult }) {
  const m = useMessages();
  const { engine, samples, maxDifference, tolerance, passed } = result.proof;
  const copy = (text: string) => void navigator.clipboard.writeText(text).then(() => toast(m.export.copied), complain);
  return (
    <article className="card export-result" aria-label={result.file.split(/[\\/]/).at(-1)}>
      <div className="file">
        <code>{result.file}</code>
        <span className="badge">{`${Math.max(1, Math.round(result.bytes / 1024))} KiB`}</span>
        <IconButton name={m.export.copyPath} onClick={() => copy(result.file)}>
          <Copy size={14} aria-hidden />
        </IconButton>
      </div>
      {passed ? (
        <p className="proof">
          <CheckCircle2 size={15} aria-hidden />
          {m.export.proven(engine, samples, value(maxDifference), value(tolerance))}
        </p>
      ) : (
        <Banner>{m.export.notProven(engine, value(maxDifference), value(tolerance))}</Banner>
      )}
      {snippetsFor(result).map(({ language, code }) => (
        <details key={language}>
          <summary>{language === 'python' ? m.export.usePython : m.export.useJs}</summary>
          <pre tabIndex={0}>{code}</pre>
          <Button onClick={() => copy(code)}>{m.export.copyCode}</Button>
        </details>
      ))}
    </article>
  );
}

function RunExports({ project, run }: { project: string; run: string }) {
  const m = useMessages();
  const earlier = useQuery(`exports:${project}:${run}`, () => api.exports.list({ project, run }));
  const [busy, setBusy] = useState<ExportFormat | null>(null);
  const [stage, setStage] = useState<Stage>('loading');
  const [problem, setProblem] = useState<string | null>(null);
  useEvent('exports.didProgress', (e) => e.project === project && e.run === run && setStage(e.stage));
  const start = async (format: ExportFormat) => {
    setBusy(format);
    setStage('loading');
    setProblem(null);
    try {
      await api.exports.start({ project, run, format });
      earlier.again();
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(null);
    }
  };
  const formats: { id: ExportFormat; title: string; text: string }[] = [
    { id: 'onnx', title: m.export.onnx, text: m.export.onnxText },
    { id: 'safetensors', title: m.export.safetensors, text: m.export.safetensorsText },
  ];
  return (
    <>
      <div className="export-formats">
        {formats.map((f) => (
          <section key={f.id} className="card export-format" aria-label={f.title}>
            <h2>{f.title}</h2>
            <p className="muted">{f.text}</p>
            <Button look="primary" disabled={busy !== null} onClick={() => void start(f.id)}>
              {m.export.start(f.title)}
            </Button>
          </section>
        ))}
      </div>
      <div role="status" className="export-progress">
        {busy && (
          <>
            <Bar fraction={(stages.indexOf(stage) + 1) / stages.length} name={m.export.start(busy)} />
            <p className="small muted">{m.export.stage[stage]} …</p>
          </>
        )}
      </div>
      {problem && <Banner>{problem}</Banner>}
      {earlier.error && <Banner>{earlier.error.message}</Banner>}
      {(earlier.data?.length ?? 0) > 0 && <h2>{m.export.earlier}</h2>}
      {earlier.data?.map((r) => (
        <Result key={r.file} result={r} />
      ))}
    </>
  );
}

export default function ExportRoom() {
  const m = useMessages();
  const project = useWindow((s) => s.project)!.path;
  const runs = useWindow((s) => s.runs);
  const focus = useWindow((s) => s.run);
  const ready = runs.filter((r) => r.checkpoints.length > 0 && !isActive(r));
  const run = ready.find((r) => r.id === focus) ?? ready[0];
  if (!run) return <Empty text={m.export.none} />;
  return (
    <div className="export">
      <div className="export-inner">
        <h2 className="title">{m.export.title}</h2>
        <label className="export-pick">
          {m.export.pickRun}
          <select className="field" value={run.id} onChange={(e) => selectRun(e.target.value)}>
            {ready.map((r) => (
              <option key={r.id} value={r.id}>
                {r.name} · {r.id}
              </option>
            ))}
          </select>
        </label>
        <RunExports key={run.id} project={project} run={run.id} />
      </div>
    </div>
  );
}

// Opening data: what was dropped, chosen or typed is looked at, said, and on demand written into the project and its script.
import { FileSearch, FolderOpen } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { NotRecognised, Recognised } from '../../../../shared/contract/datasets.ts';
import { plainError, type PlainError } from '../../../../shared/errors.ts';
import { goTo } from '../../../actions.ts';
import type { Messages } from '../../../messages/en.ts';
import { percent, useMessages } from '../../../messages/use-messages.ts';
import { api } from '../../../studio.ts';
import { complain, useWindow, windowState } from '../../../store.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { chooseFolder, FolderDialog } from '../../../ui/folder-dialog.tsx';
import { Banner, Bar } from '../../../ui/notices.tsx';
import '../data.css';
import { addToScript } from '../script-code.tsx';
import { useChosenDataset } from '../view.ts';
import type { Dropped } from './dropped.ts';
import './open.css';
import { closeOpenData, useOpenState } from './open-state.ts';
import { ReportView } from './report-view.tsx';
import { upload } from './upload.ts';

type Stage =
  | { at: 'choose'; problem?: string }
  | { at: 'sending'; fraction: number }
  | { at: 'looking'; path: string }
  | { at: 'found'; found: Recognised };

/** Shown above every room, so that data can be dropped anywhere. */
export function OpenData() {
  const { open, dropped } = useOpenState();
  const project = useWindow((s) => s.project?.path);
  return open && project ? <OpenDialog project={project} dropped={dropped} /> : null;
}

/** Why a path could not be opened, in the window's language where there is a sentence for it. */
function whyNot(m: Messages, { code, message, details }: PlainError): string {
  const known = details as Partial<NotRecognised> | undefined;
  if (known?.path === undefined) return message;
  if (code === 'not-recognised' && known.reason) return m.open.notRecognised[known.reason](known.path);
  return code === 'not-found' ? m.open.notFound(known.path) : message;
}

function OpenDialog({ project, dropped }: { project: string; dropped: Dropped | null }) {
  const m = useMessages();
  const [stage, setStage] = useState<Stage>({ at: 'choose' });
  const [typed, setTyped] = useState('');
  const ending = useRef(new AbortController());
  const look = (path: string) => {
    setStage({ at: 'looking', path });
    api.datasets.recognise({ project, path }).then(
      (found) => setStage({ at: 'found', found }),
      (error: unknown) => setStage({ at: 'choose', problem: whyNot(m, plainError(error)) }),
    );
  };
  const take = async (what: Dropped) => {
    if ('path' in what) return look(what.path);
    ending.current = new AbortController();
    setStage({ at: 'sending', fraction: 0 });
    const onProgress = (sent: number, total: number) =>
      setStage({ at: 'sending', fraction: sent / Math.max(1, total) });
    try {
      look(await upload(what.name, what.files, { signal: ending.current.signal, onProgress }));
    } catch (error) {
      setStage({ at: 'choose', ...(ending.current.signal.aborted ? {} : { problem: (error as Error).message }) });
    }
  };
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    if (dropped) void latest.current(dropped);
  }, [dropped]);
  const close = () => {
    ending.current.abort();
    closeOpenData();
  };
  return (
    <Dialog title={m.open.title} onClose={close}>
      {stage.at === 'choose' && <Choose problem={stage.problem} path={typed} setPath={setTyped} onPath={look} />}
      {stage.at === 'sending' && (
        <>
          <p>{m.open.sending(percent(stage.fraction))}</p>
          <Bar fraction={stage.fraction} name={m.open.sending(percent(stage.fraction))} />
        </>
      )}
      {stage.at === 'looking' && <p role="status">{m.open.looking(stage.path)}</p>}
      {stage.at === 'found' ? (
        <Found project={project} found={stage.found} onBack={() => setStage({ at: 'choose' })} onDone={close} />
      ) : (
        <div className="dialog-actions">
          <Button onClick={close}>{m.common.cancel}</Button>
        </div>
      )}
    </Dialog>
  );
}

interface ChooseProps {
  problem: string | undefined;
  /** As it was typed, kept while it is looked at. */
  path: string;
  setPath: (path: string) => void;
  onPath: (path: string) => void;
}

function Choose({ problem, path, setPath, onPath }: ChooseProps) {
  const m = useMessages();
  const [browsing, setBrowsing] = useState(false);
  const choose = (file: boolean) =>
    void chooseFolder(m.open.title, () => setBrowsing(true), file).then((chosen) => chosen && onPath(chosen), complain);
  return (
    <>
      <p>{m.open.text}</p>
      {problem && <Banner>{problem}</Banner>}
      <form
        className="folder-path"
        onSubmit={(e) => {
          e.preventDefault();
          if (path.trim()) onPath(path.trim());
        }}
      >
        <input
          className="field"
          aria-label={m.open.path}
          placeholder={m.open.pathHint}
          value={path}
          autoFocus
          onChange={(e) => setPath(e.target.value)}
        />
        <Button type="submit" look="primary" disabled={!path.trim()}>
          {m.open.look}
        </Button>
      </form>
      <div className="drop-hint muted">
        <p>{m.open.dropHint}</p>
        <Button onClick={() => choose(false)}>
          <FolderOpen size={15} aria-hidden /> {m.open.chooseFolder}
        </Button>
        <Button onClick={() => choose(true)}>
          <FileSearch size={15} aria-hidden /> {m.open.chooseFile}
        </Button>
      </div>
      {browsing && (
        <FolderDialog
          title={m.open.title}
          files
          onChoose={(chosen) => {
            setBrowsing(false);
            onPath(chosen);
          }}
          onClose={() => setBrowsing(false)}
        />
      )}
    </>
  );
}

interface FoundProps {
  project: string;
  found: Recognised;
  onBack: () => void;
  onDone: () => void;
}

function Found({ project, found, onBack, onDone }: FoundProps) {
  const m = useMessages();
  const [id, setId] = useState(found.id);
  const [code, setCode] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const [, choose] = useChosenDataset(project);
  const entry = windowState().project?.file.entry ?? '';
  const add = async () => {
    try {
      await api.datasets.add({ project, id, kind: found.kind, source: found.source, replace: false });
    } catch (error) {
      return setProblem((error as Error).message);
    }
    choose(id);
    onDone();
    goTo('data');
    if (code) await addToScript(project, id).catch(complain);
  };
  return (
    <form
      className="dialog-form found"
      onSubmit={(e) => {
        e.preventDefault();
        void add();
      }}
    >
      <p className="found-kind">
        <span className="badge accent">{m.data.kinds[found.kind]}</span> <span className="path">{found.source}</span>
      </p>
      <ReportView report={found.report} />
      <label className="stacked">
        {m.open.name}
        <input className="field" value={id} onChange={(e) => setId(e.target.value)} />
      </label>
      <div className="stacked">
        <label className="tick">
          <input type="checkbox" checked={code} onChange={(e) => setCode(e.target.checked)} />
          {m.data.addToScript(entry)}
        </label>
        <pre className="code-block" tabIndex={0} aria-label={m.data.code}>
          {found.code}
        </pre>
      </div>
      {problem && <Banner>{problem}</Banner>}
      <div className="dialog-actions">
        <Button onClick={onBack}>{m.open.back}</Button>
        <Button type="submit" look="primary" disabled={!id.trim()} autoFocus>
          {m.open.add}
        </Button>
      </div>
    </form>
  );
}

// Where a data set comes from: fetched, a folder, or drawn here.
import { Download, FileSearch, FolderOpen, Sparkles } from 'lucide-react';
import { useState } from 'react';
import { viewOf, type DatasetInfo, type DownloadProgress } from '../../../shared/contract/datasets.ts';
import { percent, useMessages } from '../../messages/use-messages.ts';
import { api, useEvent } from '../../studio.ts';
import { complain } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { chooseFolder, FolderDialog } from '../../ui/folder-dialog.tsx';
import { Banner, Bar } from '../../ui/notices.tsx';

export function SourceChoices({ project, info, onDone }: { project: string; info: DatasetInfo; onDone: () => void }) {
  const m = useMessages();
  const [progress, setProgress] = useState<DownloadProgress | null>(null);
  const [choosing, setChoosing] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const at = { project, dataset: info.id };
  const drawn = ['mnist', 'cifar10', 'digits'].includes(info.kind);
  const file = viewOf(info.kind) !== 'images' || ['image-folder', 'cifar10', 'cifar100', 'numpy'].includes(info.kind);
  const folder = viewOf(info.kind) === 'images' && info.kind !== 'numpy';
  useEvent('datasets.didDownload', (p) => {
    if (p.project !== project || p.dataset !== info.id) return;
    setProgress(p.state === 'running' ? p : null);
    if (p.problem) setProblem(p.problem);
    if (p.state === 'done') onDone();
  });
  const use = (source: string) => {
    setChoosing(false);
    setProblem(null);
    api.datasets.setSource({ ...at, source }).then(
      (next) => (next.problem ? setProblem(next.problem) : onDone()),
      (error: Error) => setProblem(error.message),
    );
  };
  return (
    <div className="choices">
      {(problem ?? info.problem) && (
        <Banner look={info.state === 'missing' && !problem ? 'warn' : ''}>{problem ?? info.problem}</Banner>
      )}
      {progress ? (
        <div>
          <Bar
            fraction={progress.totalBytes ? progress.receivedBytes / progress.totalBytes : 0}
            name={m.data.download}
          />
          <p className="small">
            {m.data.downloading(percent(progress.totalBytes ? progress.receivedBytes / progress.totalBytes : 0))}{' '}
            <Button look="quiet" onClick={() => void api.datasets.cancelDownload(at).catch(complain)}>
              {m.common.cancel}
            </Button>
          </p>
        </div>
      ) : null}
      {info.kind === 'mnist' && (
        <Button
          disabled={progress !== null}
          title={m.data.downloadHint}
          onClick={() => void api.datasets.download(at).catch((e: Error) => setProblem(e.message))}
        >
          <Download size={15} aria-hidden /> {m.data.download}
        </Button>
      )}
      {folder && (
        <Button
          title={m.data.folderHint}
          onClick={() =>
            void chooseFolder(m.data.folder, () => setChoosing(true)).then((path) => path && use(path), complain)
          }
        >
          <FolderOpen size={15} aria-hidden /> {m.data.folder}
        </Button>
      )}
      {file && (
        <Button
          onClick={() =>
            void chooseFolder(m.open.chooseFile, () => setChoosing(true), true).then(
              (path) => path && use(path),
              complain,
            )
          }
        >
          <FileSearch size={15} aria-hidden /> {m.open.chooseFile}
        </Button>
      )}
      {drawn && (
        <Button title={m.data.builtInHint} onClick={() => use('synthetic')}>
          <Sparkles size={15} aria-hidden /> {info.kind === 'cifar10' ? m.data.builtInShapes : m.data.builtIn}
        </Button>
      )}
      {choosing && (
        <FolderDialog title={m.data.sourceTitle} files={file} onChoose={use} onClose={() => setChoosing(false)} />
      )}
    </div>
  );
}

export function SourceDialog(props: { project: string; info: DatasetInfo; onDone: () => void; onClose: () => void }) {
  const m = useMessages();
  return (
    <Dialog title={m.data.sourceTitle} onClose={props.onClose}>
      <SourceChoices project={props.project} info={props.info} onDone={props.onDone} />
      <div className="dialog-actions">
        <Button onClick={props.onClose}>{m.common.close}</Button>
      </div>
    </Dialog>
  );
}

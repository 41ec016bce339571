// The project's files: choose, make, rename, delete.
import { FilePlus, FileText, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useMessages } from '../../messages/use-messages.ts';
import { api, useEvent, useQuery } from '../../studio.ts';
import { complain, useWindow } from '../../store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Banner } from '../../ui/notices.tsx';
import type { ProjectFiles } from './project-files.ts';

type Asking = { kind: 'new' } | { kind: 'rename' | 'remove'; path: string };

function AskDialog({
  asking,
  files,
  onDone,
  onClose,
}: {
  asking: Asking;
  files: ProjectFiles;
  onDone: (path: string | null) => void;
  onClose: () => void;
}) {
  const m = useMessages();
  const [name, setName] = useState(asking.kind === 'rename' ? asking.path : '');
  const act = async () => {
    const { project } = files;
    if (asking.kind === 'new') {
      // A name that is taken opens that file: nothing is written over.
      const taken = (await api.projects.files({ project })).some((f) => f.path === name);
      if (!taken) await api.projects.write({ project, path: name, text: '' });
    } else if (asking.kind === 'rename') await files.rename(asking.path, name);
    else {
      await api.projects.remove({ project, path: asking.path });
      files.close(asking.path, true);
    }
    onDone(asking.kind === 'remove' ? null : name);
  };
  const title =
    asking.kind === 'new'
      ? m.editor.newFile
      : asking.kind === 'rename'
        ? m.editor.renameFile(asking.path)
        : m.editor.removeFile(asking.path);
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="dialog-form"
        onSubmit={(e) => {
          e.preventDefault();
          act().catch(complain);
        }}
      >
        {asking.kind === 'remove' ? (
          <p>{m.editor.removeQuestion(asking.path)}</p>
        ) : (
          <input
            className="field"
            autoFocus
            required
            aria-label={m.editor.newFileName}
            value={name}
            onChange={(e) => setName(e.target.value)}
          />
        )}
        <div className="dialog-actions">
          <Button onClick={onClose}>{m.common.cancel}</Button>
          <Button look="primary" type="submit">
            {asking.kind === 'remove' ? m.common.remove : asking.kind === 'rename' ? m.common.rename : m.common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface FileListProps {
  files: ProjectFiles;
  active: string | null;
  onOpen: (path: string) => void;
}

export function FileList({ files, active, onOpen }: FileListProps) {
  const { project } = files;
  const m = useMessages();
  const unsaved = useWindow((s) => s.unsaved);
  const listing = useQuery(`files:${project}`, () => api.projects.files({ project }));
  const [asking, setAsking] = useState<Asking | null>(null);
  useEvent('projects.didChangeFiles', (e) => e.project === project && listing.again());
  return (
    <nav className="files" aria-label={m.editor.files}>
      <div className="files-head">
        <h2>{m.editor.files}</h2>
        <IconButton name={m.editor.newFile} onClick={() => setAsking({ kind: 'new' })}>
          <FilePlus size={15} aria-hidden />
        </IconButton>
      </div>
      {listing.error && <Banner>{listing.error.message}</Banner>}
      <ul className="list">
        {listing.data
          ?.filter((f) => f.kind === 'file')
          .map((f) => (
            <li key={f.path} className={f.path === active ? 'active' : ''}>
              <button
                type="button"
                className="open"
                aria-current={f.path === active ? 'true' : undefined}
                onClick={() => onOpen(f.path)}
              >
                <FileText size={14} aria-hidden />
                <span>{f.path}</span>
                {unsaved.has(f.path) && <span className="dot" title={m.editor.unsaved} />}
              </button>
              <IconButton
                name={m.editor.renameFile(f.path)}
                onClick={() => setAsking({ kind: 'rename', path: f.path })}
              >
                <Pencil size={13} aria-hidden />
              </IconButton>
              <IconButton
                name={m.editor.removeFile(f.path)}
                onClick={() => setAsking({ kind: 'remove', path: f.path })}
              >
                <Trash2 size={13} aria-hidden />
              </IconButton>
            </li>
          ))}
      </ul>
      {asking && (
        <AskDialog
          asking={asking}
          files={files}
          onClose={() => setAsking(null)}
          onDone={(path) => {
            setAsking(null);
            listing.again();
            if (path) onOpen(path);
          }}
        />
      )}
    </nav>
  );
}

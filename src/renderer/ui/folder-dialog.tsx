// Choosing a folder, or a file, on the machine that runs the studio, where the desktop has no dialog for it (a browser, far away).
import { CornerLeftUp, File, Folder } from 'lucide-react';
import { useState } from 'react';
import { useMessages } from '../messages/use-messages.ts';
import { api, useQuery } from '../studio.ts';
import { windowState } from '../store.ts';
import { Button, IconButton } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Banner } from './notices.tsx';
import { joinFolder } from './paths.ts';

interface FolderDialogProps {
  title: string;
  onChoose: (path: string) => void;
  onClose: () => void;
  /** Files are listed too, and can be chosen. */
  files?: boolean;
}
export function FolderDialog({ title, onChoose, onClose, files = false }: FolderDialogProps) {
  const m = useMessages();
  const [path, setPath] = useState<string | undefined>(undefined);
  const [typed, setTyped] = useState<string | null>(null);
  const listing = useQuery(`folder:${path ?? ''}`, () => api.desktop.listFolder(path === undefined ? {} : { path }));
  const at = listing.data?.path ?? path ?? '';
  const go = (to: string) => {
    setPath(to);
    setTyped(null);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="folder-path"
        onSubmit={(e) => {
          e.preventDefault();
          go(typed ?? at);
        }}
      >
        <IconButton
          name={m.common.parentFolder}
          disabled={!listing.data?.parent}
          onClick={() => go(listing.data!.parent!)}
        >
          <CornerLeftUp size={16} aria-hidden />
        </IconButton>
        <input
          className="field"
          style={{ flex: 1 }}
          aria-label={m.common.folderPath}
          value={typed ?? at}
          onChange={(e) => setTyped(e.target.value)}
        />
      </form>
      {listing.error && <Banner>{listing.error.message}</Banner>}
      <ul className="list folder-list" aria-label={m.common.folders}>
        {listing.data?.folders.map((name) => (
          <li key={name}>
            <Button look="quiet" className="row" onClick={() => go(joinFolder(at, name))}>
              <Folder size={15} aria-hidden /> {name}
            </Button>
          </li>
        ))}
        {files &&
          listing.data?.files.map((name) => (
            <li key={`file ${name}`}>
              <Button look="quiet" className="row" onClick={() => onChoose(joinFolder(at, name))}>
                <File size={15} aria-hidden /> {name}
              </Button>
            </li>
          ))}
      </ul>
      <div className="dialog-actions">
        <Button onClick={onClose}>{m.common.cancel}</Button>
        <Button look="primary" disabled={!listing.data && typed === null} onClick={() => onChoose(typed ?? at)}>
          {m.common.choose}
        </Button>
      </div>
    </Dialog>
  );
}

/** The desktop's own dialog where there is one; `fallback` shows ours. */
export async function chooseFolder(title: string, fallback: () => void, file = false): Promise<string | null> {
  if (windowState().capabilities?.pickFolder) return api.desktop.pickFolder({ title, file });
  fallback();
  return null;
}

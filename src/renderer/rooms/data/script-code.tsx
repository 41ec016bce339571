// The lines that load the data set: shown, copied, put into the script.
import { Code2, Copy } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import type { DatasetInfo } from '../../../shared/contract/datasets.ts';
import { revealLine } from '../../actions.ts';
import { messages, useMessages } from '../../messages/use-messages.ts';
import { api, useQuery } from '../../studio.ts';
import { complain, toast, useWindow } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { saveAll } from '../../unsaved.ts';

/** Saves what is open, puts the code into the entry script, and says where it stands. */
export async function addToScript(project: string, dataset: string): Promise<void> {
  await saveAll(project);
  const { path, line } = await api.datasets.addToScript({ project, dataset });
  const words = messages().data;
  toast(words.addedToScript(path, line), { action: { label: words.showLine, act: () => revealLine(path, line) } });
}

export function ScriptCode({ project, info }: { project: string; info: DatasetInfo }) {
  const m = useMessages();
  const entry = useWindow((s) => s.project?.file.entry ?? '');
  const [open, setOpen] = useState(false);
  const key = `code:${project}:${info.id}:${info.kind}:${info.source}:${info.target ?? ''}`;
  const code = useQuery(open ? key : null, () => api.datasets.code({ project, dataset: info.id }));
  const copy = () => navigator.clipboard.writeText(code.data ?? '').then(() => toast(m.export.copied), complain);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button look="quiet">
          <Code2 size={15} aria-hidden /> {m.data.code}
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover" align="end" sideOffset={6} aria-label={m.data.code}>
          <pre className="code-block" tabIndex={0}>
            {code.data ?? code.error?.message ?? m.common.loading}
          </pre>
          <div className="dialog-actions">
            <Button disabled={!code.data} onClick={() => void copy()}>
              <Copy size={14} aria-hidden /> {m.export.copyCode}
            </Button>
            <Button
              look="primary"
              disabled={!code.data}
              onClick={() => void addToScript(project, info.id).catch(complain)}
            >
              {m.data.addToScript(entry)}
            </Button>
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

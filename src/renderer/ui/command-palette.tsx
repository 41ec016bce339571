// Every command by name: Ctrl+K, type, Enter.
import { Command } from 'cmdk';
import { useMessages } from '../messages/use-messages.ts';
import { Dialog } from './dialog.tsx';

export interface CommandItem {
  id: string;
  title: string;
  keys?: string;
  act: () => void;
}
export function CommandPalette({ items, onClose }: { items: CommandItem[]; onClose: () => void }) {
  const m = useMessages();
  return (
    <Dialog title={m.frame.commands} onClose={onClose}>
      <Command label={m.frame.commands}>
        <Command.Input className="field wide" placeholder={m.frame.search} autoFocus />
        <Command.List className="palette-list" label={m.frame.commands}>
          <Command.Empty className="muted">{m.frame.nothing}</Command.Empty>
          {items.map((item) => (
            <Command.Item
              key={item.id}
              value={`${item.title} ${item.id}`}
              onSelect={() => {
                onClose();
                item.act();
              }}
            >
              <span>{item.title}</span>
              {item.keys && <kbd>{item.keys}</kbd>}
            </Command.Item>
          ))}
        </Command.List>
      </Command>
    </Dialog>
  );
}

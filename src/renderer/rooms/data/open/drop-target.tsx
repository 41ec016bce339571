// The whole window takes files that are dropped on it, and says so while they hang over it.
import { FolderInput } from 'lucide-react';
import { useEffect, useState } from 'react';
import { messages, useMessages } from '../../../messages/use-messages.ts';
import { complain, toast } from '../../../store.ts';
import { takeDropped } from './dropped.ts';
import './open.css';
import { openData } from './open-state.ts';

const hasFiles = (e: DragEvent) => e.dataTransfer?.types.includes('Files') ?? false;

export function DropTarget() {
  const m = useMessages();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const enter = (e: DragEvent) => {
      if (!hasFiles(e)) return;
      e.preventDefault();
      setOver(true);
    };
    const leave = (e: DragEvent) => e.relatedTarget === null && setOver(false);
    const drop = (e: DragEvent) => {
      setOver(false);
      if (!hasFiles(e)) return;
      e.preventDefault();
      takeDropped(e.dataTransfer!).then(
        (dropped) => (dropped ? openData(dropped) : toast(messages().open.nothingDropped)),
        complain,
      );
    };
    const listeners = { dragenter: enter, dragover: enter, dragleave: leave, drop } as const;
    for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of Object.entries(listeners))
        window.removeEventListener(name, listener as EventListener);
    };
  }, []);
  if (!over) return null;
  return (
    <div className="drop-target" aria-hidden>
      <FolderInput size={40} strokeWidth={1.3} />
      <p>{m.open.dropHere}</p>
    </div>
  );
}

// The menu of transforms: searched by name, by class or by what they do, in groups.
import { Command } from 'cmdk';
import { Dices, Plus } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useRef, useState } from 'react';
import type { TransformKind } from '../../../../shared/pipeline/kinds.ts';
import { useMessages } from '../../../messages/use-messages.ts';
import { kindGroups } from './cards.ts';
import { matchOf } from './search.ts';
import { transformName, transformText } from './words.ts';
import './cards.css';

function KindItem({ kind, onPick }: { kind: TransformKind; onPick: () => void }) {
  const m = useMessages();
  const name = transformName(m, kind.type);
  return (
    <Command.Item value={kind.type} keywords={[name, transformText(m, kind.type)]} onSelect={onPick}>
      <span className="augment-kind">
        <strong>{name}</strong>
        <code>{kind.type}</code>
        {kind.random && <Dices size={13} aria-label={m.augment.random} />}
        <span className="muted small">{transformText(m, kind.type)}</span>
      </span>
    </Command.Item>
  );
}

export function AddMenu({
  onAdd,
  button,
}: {
  onAdd: (kind: TransformKind) => void;
  button: React.Ref<HTMLButtonElement>;
}) {
  const m = useMessages();
  const [open, setOpen] = useState(false);
  const picked = useRef(false);
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        picked.current = false;
        setOpen(next);
      }}
    >
      <Popover.Trigger ref={button} className="button">
        <Plus size={14} aria-hidden /> {m.augment.add}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="augment-menu"
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={m.augment.add}
          // The new card takes the focus then, not the button.
          onCloseAutoFocus={(event) => picked.current && event.preventDefault()}
        >
          <Command label={m.augment.search} filter={(type, search, texts) => matchOf(search, [type, ...(texts ?? [])])}>
            <Command.Input className="field wide" placeholder={m.augment.search} />
            <Command.List className="palette-list" label={m.augment.add}>
              <Command.Empty className="muted padded">{m.augment.nothing}</Command.Empty>
              {kindGroups.map(({ group, kinds }) => (
                <Command.Group key={group} heading={m.augment.groups[group]}>
                  {kinds.map((kind) => (
                    <KindItem
                      key={kind.type}
                      kind={kind}
                      onPick={() => {
                        picked.current = true;
                        setOpen(false);
                        onAdd(kind);
                      }}
                    />
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

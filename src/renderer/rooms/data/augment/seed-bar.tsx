// Which draw is shown: the seed, that can be kept or thrown anew, the epoch and the sample.
import { Dices, Lock, LockOpen, Minus, Plus } from 'lucide-react';
import { count, useMessages } from '../../../messages/use-messages.ts';
import { IconButton } from '../../../ui/button.tsx';
import './augment.css';
import { NumberField } from './number-field.tsx';

export interface DrawChoice {
  seed: number;
  /** The seed is not to change. */
  locked: boolean;
  epoch: number;
  /** The sample's index in its split. */
  index: number;
}

interface SeedBarProps extends DrawChoice {
  /** How many samples there are. */
  samples: number;
  onChange: (choice: DrawChoice) => void;
}

/** Seeds are shown, said and typed by people: short ones will do. */
const newSeed = (): number => Math.floor(Math.random() * 1_000_000);

interface StepperProps {
  name: string;
  value: number;
  max: number;
  children?: React.ReactNode;
  onChange: (value: number) => void;
}
function Stepper({ name, value, max, children, onChange }: StepperProps) {
  const m = useMessages();
  const set = (to: number) => onChange(Math.min(max, Math.max(0, Math.round(to))));
  return (
    <div className="augment-stepper" role="group" aria-label={name}>
      <span aria-hidden>{name}</span>
      <IconButton look="plain" name={m.augment.less(name)} disabled={value <= 0} onClick={() => set(value - 1)}>
        <Minus size={13} aria-hidden />
      </IconButton>
      <NumberField name={name} value={value} min={0} max={max} onChange={set} />
      <IconButton look="plain" name={m.augment.more(name)} disabled={value >= max} onClick={() => set(value + 1)}>
        <Plus size={13} aria-hidden />
      </IconButton>
      {children}
    </div>
  );
}

export function SeedBar({ samples, onChange, ...choice }: SeedBarProps) {
  const m = useMessages();
  const { seed, locked, epoch, index } = choice;
  return (
    <div className="augment-seed" role="group" aria-label={m.augment.draw}>
      <div className="augment-stepper" role="group" aria-label={m.augment.seed}>
        <span aria-hidden>{m.augment.seed}</span>
        <NumberField
          name={m.augment.seed}
          value={seed}
          min={0}
          disabled={locked}
          onChange={(to) => onChange({ ...choice, seed: Math.max(0, Math.round(to)) })}
        />
        <IconButton
          look="plain"
          name={m.augment.dice}
          disabled={locked}
          onClick={() => onChange({ ...choice, seed: newSeed() })}
        >
          <Dices size={14} aria-hidden />
        </IconButton>
        <IconButton
          look="plain"
          name={m.augment.lock}
          aria-pressed={locked}
          onClick={() => onChange({ ...choice, locked: !locked })}
        >
          {locked ? <Lock size={13} aria-hidden /> : <LockOpen size={13} aria-hidden />}
        </IconButton>
      </div>
      <Stepper
        name={m.augment.epoch}
        value={epoch}
        max={0xffff_ffff}
        onChange={(to) => onChange({ ...choice, epoch: to })}
      />
      <Stepper
        name={m.augment.sample}
        value={index}
        max={Math.max(0, samples - 1)}
        onChange={(to) => onChange({ ...choice, index: to })}
      >
        <span className="muted small">{m.augment.outOf(count(samples))}</span>
      </Stepper>
    </div>
  );
}

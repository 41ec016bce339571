// A slider with one thumb or two, named for screen readers.
import { Slider as Radix } from 'radix-ui';
import './controls.css';

interface SliderProps {
  /** One name for each thumb. */
  names: readonly string[];
  values: readonly number[];
  span: { min: number; max: number; step: number };
  onChange: (values: number[]) => void;
}

export function Slider({ names, values, span, onChange }: SliderProps) {
  const inside = values.map((v) => Math.min(span.max, Math.max(span.min, Number.isFinite(v) ? v : span.min)));
  return (
    <Radix.Root className="augment-slider" value={inside} {...span} onValueChange={onChange}>
      <Radix.Track className="augment-track">
        <Radix.Range className="augment-range" />
      </Radix.Track>
      {names.map((name) => (
        <Radix.Thumb key={name} className="augment-thumb" aria-label={name} />
      ))}
    </Radix.Root>
  );
}

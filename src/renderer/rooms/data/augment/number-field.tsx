// A field for one number: typed freely, taken as soon as it is one; the arrow keys step it.
import { useState } from 'react';
import { numberText, parseNumber } from './parameters.ts';
import './controls.css';

export interface NumberFieldProps {
  name: string;
  value: number | null;
  step?: number;
  min?: number;
  max?: number;
  invalid?: boolean;
  describedBy?: string;
  disabled?: boolean;
  onChange: (value: number) => void;
}

export function NumberField({
  name,
  value,
  step = 1,
  min = -Infinity,
  max = Infinity,
  invalid,
  describedBy,
  disabled,
  onChange,
}: NumberFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? (value === null ? '' : numberText(value));
  const unread = typed !== null && parseNumber(typed) === null;
  const press = (event: React.KeyboardEvent) => {
    const by = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (event.key === 'Enter' || event.key === 'Escape') setTyped(null);
    if (by === undefined || event.altKey) return;
    event.preventDefault();
    setTyped(null);
    // Decimal steps leave binary dust, which is swept off.
    onChange(Math.min(max, Math.max(min, Number(((value ?? 0) + by * step).toPrecision(12)))));
  };
  return (
    <input
      className="field augment-number"
      inputMode="decimal"
      aria-label={name}
      aria-invalid={invalid || unread || undefined}
      aria-describedby={describedBy}
      disabled={disabled}
      value={text}
      onChange={(event) => {
        setTyped(event.target.value);
        const number = parseNumber(event.target.value);
        if (number !== null) onChange(number);
      }}
      onBlur={() => setTyped(null)}
      onKeyDown={press}
    />
  );
}

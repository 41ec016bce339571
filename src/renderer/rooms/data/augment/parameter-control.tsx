// The control for a parameter's value: sliders with fields, a switch, choices, or a list of numbers.
import { ArrowLeftRight, Link2, Minus, Plus, Unlink2 } from 'lucide-react';
import type { ParameterKind } from '../../../../shared/pipeline/kinds.ts';
import { useMessages } from '../../../messages/use-messages.ts';
import { IconButton } from '../../../ui/button.tsx';
import { NumberField } from './number-field.tsx';
import { sliderSpan } from './parameters.ts';
import { Slider } from './slider.tsx';
import { Toggle } from './toggle.tsx';
import { countsOf, numbersIn, rangeOf, spreadOf, withCount } from './value-shapes.ts';
import { choiceName, parameterName } from './words.ts';
import './controls.css';

export interface ControlProps {
  parameter: ParameterKind;
  value: unknown;
  invalid: boolean;
  /** The id of the text that says what is wrong. */
  describedBy: string | undefined;
  onChange: (value: unknown) => void;
}

/** A slider, and the number beside it. */
function NumberRow({
  name,
  value,
  row,
}: {
  name: string;
  value: number;
  row: ControlProps & { span: ReturnType<typeof sliderSpan> };
}) {
  const { min, max, step } = row.parameter;
  const change = (next: number) => row.onChange(next);
  return (
    <div className="augment-row">
      <Slider names={[name]} values={[value]} span={row.span} onChange={([next]) => change(next!)} />
      <NumberField
        name={name}
        value={Number.isFinite(value) ? value : null}
        {...{ min, max, step }}
        invalid={row.invalid}
        describedBy={row.describedBy}
        onChange={change}
      />
    </div>
  );
}

function RangeRow({ control, values }: { control: ControlProps; values: number[] }) {
  const m = useMessages();
  const name = parameterName(m, control.parameter.name);
  const names = [`${name}, ${m.augment.from}`, `${name}, ${m.augment.to}`];
  const { min, max, step } = control.parameter;
  const field = (i: 0 | 1) => (
    <NumberField
      name={names[i]!}
      value={Number.isFinite(values[i]) ? values[i]! : null}
      {...{ min, max, step }}
      invalid={control.invalid}
      describedBy={control.describedBy}
      onChange={(next) => control.onChange(i === 0 ? [next, values[1]] : [values[0], next])}
    />
  );
  return (
    <div className="augment-row">
      {field(0)}
      <Slider names={names} values={values} span={sliderSpan(control.parameter, values)} onChange={control.onChange} />
      {field(1)}
    </div>
  );
}

function SpreadRow({ control }: { control: ControlProps }) {
  const m = useMessages();
  const { parameter, value, onChange } = control;
  const name = parameterName(m, parameter.name);
  if (Array.isArray(value))
    return (
      <div className="augment-shapes">
        <RangeRow control={control} values={numbersIn(value)} />
        <IconButton
          name={`${name}: ${m.augment.symmetric}`}
          onClick={() => onChange(spreadOf(numbersIn(value), parameter))}
        >
          <Link2 size={14} aria-hidden />
        </IconButton>
      </div>
    );
  const center = parameter.center ?? 0;
  const around = { ...parameter, min: 0, max: Math.max(center - (parameter.min ?? 0), (parameter.max ?? 1) - center) };
  const number = typeof value === 'number' ? value : NaN;
  const span = sliderSpan(around, [number]);
  return (
    <div className="augment-shapes">
      <span className="augment-sign" aria-hidden>
        ±
      </span>
      <NumberRow name={name} value={number} row={{ ...control, parameter: around, span }} />
      <IconButton name={`${name}: ${m.augment.fromTo}`} onClick={() => onChange(rangeOf(number, parameter))}>
        <ArrowLeftRight size={14} aria-hidden />
      </IconButton>
    </div>
  );
}

/** What each of several numbers is called. */
function useItemNames(parameter: ParameterKind, count: number): string[] {
  const m = useMessages();
  const name = parameterName(m, parameter.name);
  if (count === 1) return [name];
  if (parameter.kind === 'size') return [m.augment.axes.height, m.augment.axes.width].map((axis) => `${name}: ${axis}`);
  if (parameter.kind === 'padding')
    return (
      count === 2
        ? [m.augment.sides.x, m.augment.sides.y]
        : [m.augment.sides.left, m.augment.sides.top, m.augment.sides.right, m.augment.sides.bottom]
    ).map((side) => `${name}: ${side}`);
  return Array.from({ length: count }, (_, i) => m.augment.item(name, i + 1));
}

/** One number for all or one for each: sizes, paddings, fills. */
function SharedRow({ control }: { control: ControlProps }) {
  const m = useMessages();
  const { parameter, value, onChange } = control;
  const numbers = numbersIn(value);
  const names = useItemNames(parameter, numbers.length);
  const counts = countsOf(parameter);
  const next = counts[(counts.indexOf(numbers.length) + 1) % counts.length] ?? 1;
  const toggleName = `${parameterName(m, parameter.name)}: ${next === 1 ? m.augment.together : m.augment.apart}`;
  const { min, max, step } = parameter;
  return (
    <div className="augment-shapes">
      {numbers.length === 1 ? (
        <NumberRow name={names[0]!} value={numbers[0]!} row={{ ...control, span: sliderSpan(parameter, numbers) }} />
      ) : (
        <div className="augment-row wrap">
          {numbers.map((number, i) => (
            <label key={i} className="augment-item">
              <span aria-hidden>{names[i]!.split(': ')[1] ?? ''}</span>
              <NumberField
                name={names[i]!}
                value={Number.isFinite(number) ? number : null}
                {...{ min, max, step }}
                invalid={control.invalid}
                describedBy={control.describedBy}
                onChange={(changed) => onChange(numbers.map((old, k) => (k === i ? changed : old)))}
              />
            </label>
          ))}
        </div>
      )}
      <IconButton name={toggleName} onClick={() => onChange(withCount(value, next))}>
        {next === 1 ? <Link2 size={14} aria-hidden /> : <Unlink2 size={14} aria-hidden />}
      </IconButton>
    </div>
  );
}

function ListRow({ control }: { control: ControlProps }) {
  const m = useMessages();
  const { parameter, value, onChange } = control;
  const numbers = numbersIn(value);
  const name = parameterName(m, parameter.name);
  const { min, max, step } = parameter;
  return (
    <div className="augment-row wrap">
      {numbers.map((number, i) => (
        <NumberField
          key={i}
          name={m.augment.item(name, i + 1)}
          value={Number.isFinite(number) ? number : null}
          {...{ min, max, step }}
          invalid={control.invalid}
          describedBy={control.describedBy}
          onChange={(changed) => onChange(numbers.map((old, k) => (k === i ? changed : old)))}
        />
      ))}
      {parameter.length === undefined && (
        <>
          <IconButton name={m.augment.addItem(name)} onClick={() => onChange([...numbers, numbers.at(-1) ?? 0])}>
            <Plus size={14} aria-hidden />
          </IconButton>
          <IconButton
            name={m.augment.removeItem(name)}
            disabled={numbers.length < 2}
            onClick={() => onChange(numbers.slice(0, -1))}
          >
            <Minus size={14} aria-hidden />
          </IconButton>
        </>
      )}
    </div>
  );
}

export function ParameterControl(control: ControlProps) {
  const m = useMessages();
  const { parameter, value, onChange } = control;
  const name = parameterName(m, parameter.name);
  const number = typeof value === 'number' ? value : NaN;
  switch (parameter.kind) {
    case 'boolean':
      return <Toggle name={name} on={value === true} onChange={onChange} />;
    case 'choice':
      return (
        <select
          className="field"
          aria-label={name}
          aria-describedby={control.describedBy}
          value={String(value)}
          onChange={(e) => onChange(e.target.value)}
        >
          {!parameter.choices!.includes(String(value)) && <option>{String(value)}</option>}
          {parameter.choices!.map((choice) => (
            <option key={choice} value={choice}>
              {choiceName(m, choice)}
            </option>
          ))}
        </select>
      );
    case 'integer':
    case 'number':
      return <NumberRow name={name} value={number} row={{ ...control, span: sliderSpan(parameter, [number]) }} />;
    case 'range':
      if (typeof value === 'number')
        return <NumberRow name={name} value={value} row={{ ...control, span: sliderSpan(parameter, [value]) }} />;
      return <RangeRow control={control} values={numbersIn(value)} />;
    case 'spread':
      return <SpreadRow control={control} />;
    case 'numbers':
      return <ListRow control={control} />;
    default:
      return <SharedRow control={control} />;
  }
}

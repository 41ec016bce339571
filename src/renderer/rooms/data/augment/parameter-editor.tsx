// One parameter of a card: its name, its control, whether it is given at all, the way back to its default, what is wrong.
import { RotateCcw } from 'lucide-react';
import { useId } from 'react';
import type { ParameterKind, PipelineStep } from '../../../../shared/pipeline/kinds.ts';
import { useMessages } from '../../../messages/use-messages.ts';
import { IconButton } from '../../../ui/button.tsx';
import { ParameterControl } from './parameter-control.tsx';
import { initialOf, valueOf, withValue, type ParameterProblem } from './parameters.ts';
import { parameterName, problemText } from './words.ts';
import './augment.css';
import './controls.css';

interface ParameterEditorProps {
  step: PipelineStep;
  parameter: ParameterKind;
  problem: ParameterProblem | undefined;
  onChange: (step: PipelineStep) => void;
  /** Shows steps inside of the step. */
  children?: React.ReactNode;
}

export function ParameterEditor({ step, parameter, problem, onChange, children }: ParameterEditorProps) {
  const m = useMessages();
  const id = useId();
  const value = valueOf(step, parameter);
  const name = parameterName(m, parameter.name);
  const optional = parameter.default === null;
  const set = (next: unknown) => onChange(withValue(step, parameter, next));
  const changed = 'default' in parameter && step[parameter.name] !== undefined;
  return (
    <div className={children ? 'augment-parameter whole' : 'augment-parameter'} role="group" aria-label={name}>
      <span className="augment-label" title={parameter.name}>
        {optional ? (
          <label>
            <input
              type="checkbox"
              aria-label={m.augment.given(name)}
              checked={value !== null}
              onChange={(event) => set(event.target.checked ? initialOf(parameter) : null)}
            />
            {name}
          </label>
        ) : (
          name
        )}
      </span>
      <div className="augment-control">
        {children ??
          (value === null && optional ? (
            <span className="muted">{m.augment.none}</span>
          ) : (
            <ParameterControl
              parameter={parameter}
              value={value ?? NaN}
              invalid={problem !== undefined}
              describedBy={problem ? id : undefined}
              onChange={set}
            />
          ))}
        {problem && (
          <p className="augment-problem small" id={id} role="alert">
            {problemText(m, problem)}
          </p>
        )}
      </div>
      {changed ? (
        <IconButton name={m.augment.reset(name)} onClick={() => set(undefined)}>
          <RotateCcw size={13} aria-hidden />
        </IconButton>
      ) : (
        !children && <span />
      )}
    </div>
  );
}

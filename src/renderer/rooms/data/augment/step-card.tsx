// One step as a card: switched on and off, moved, opened to be changed, with what it made of the image and what it drew.
import { ArrowRight, ChevronDown, ChevronRight, Copy, Dices, Equal, GripVertical, Trash2 } from 'lucide-react';
import { useId } from 'react';
import type { Picture, PreviewStep } from '../../../../shared/contract/augment.ts';
import { isCode, type CodeStep, type Step } from '../../../../shared/pipeline/code/code-step.ts';
import { transformKind, type PipelineStep } from '../../../../shared/pipeline/kinds.ts';
import { useMessages } from '../../../messages/use-messages.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Banner } from '../../../ui/notices.tsx';
import { drawnWords } from './drawn.ts';
import { ParameterEditor } from './parameter-editor.tsx';
import { givenParameters, problemsOf, valueText } from './parameters.ts';
import { PictureCanvas } from './picture-canvas.tsx';
import { Toggle } from './toggle.tsx';
import { choiceName, parameterName, stepName, transformText } from './words.ts';
import './cards.css';

export interface StepCardProps {
  step: Step;
  place: number;
  count: number;
  open: boolean;
  /** The image before and after the step. */
  before?: Picture;
  after?: PreviewStep;
  /** What the preview says went wrong in this step. */
  problem?: string;
  handle: React.ButtonHTMLAttributes<HTMLButtonElement>;
  onOpen: () => void;
  onSwitch: () => void;
  onDuplicate: () => void;
  onRemove: () => void;
  onChange: (step: PipelineStep) => void;
  onGoToLine?: (line: number) => void;
  /** The cards of steps inside of the step. */
  inside: (steps: PipelineStep[], onChange: (steps: PipelineStep[]) => void) => React.ReactNode;
}

/** "32 × 28 · Padding 4". */
function Summary({ step }: { step: PipelineStep }) {
  const m = useMessages();
  const parts = givenParameters(step).map((p) => {
    const value = step[p.name];
    const text =
      p.kind === 'choice'
        ? choiceName(m, String(value))
        : p.kind === 'steps'
          ? m.augment.amount((value as unknown[]).length)
          : valueText(value, p);
    if (p.kind === 'boolean') return value ? parameterName(m, p.name) : `${parameterName(m, p.name)} ✗`;
    return p.positional === undefined || p.name === 'p' ? `${parameterName(m, p.name)} ${text}` : text;
  });
  return <span className="augment-summary muted small">{parts.join(' · ')}</span>;
}

function Effect({ name, before, after }: { name: string; before: Picture; after: PreviewStep }) {
  const m = useMessages();
  return (
    <span className="augment-effect" title={after.changed ? undefined : m.augment.unchanged}>
      <PictureCanvas picture={before} name={m.augment.before(name)} />
      {after.changed ? <ArrowRight size={12} aria-hidden /> : <Equal size={12} aria-hidden />}
      <PictureCanvas
        picture={after}
        name={after.changed ? m.augment.after(name) : `${m.augment.after(name)}: ${m.augment.unchanged}`}
      />
    </span>
  );
}

function CodeBody({ step, onGoToLine }: { step: CodeStep; onGoToLine?: (line: number) => void }) {
  const m = useMessages();
  return (
    <div className="augment-body">
      <p className="small">
        {m.augment.why[step.why.is](step.why.name ?? '')} <span className="muted">{m.augment.codeHint}</span>
      </p>
      <pre className="augment-code" tabIndex={0} role="region" aria-label={m.augment.line(step.line)}>
        {step.code}
      </pre>
      {onGoToLine && <Button onClick={() => onGoToLine(step.line)}>{m.augment.goToLine(step.line)}</Button>}
    </div>
  );
}

function DataBody({ step, onChange, inside }: Pick<StepCardProps, 'onChange' | 'inside'> & { step: PipelineStep }) {
  const m = useMessages();
  const problems = problemsOf(step);
  return (
    <div className="augment-body">
      <p className="small muted">{transformText(m, step.type)}</p>
      {transformKind(step.type)?.parameters.map((parameter) => (
        <ParameterEditor
          key={parameter.name}
          step={step}
          parameter={parameter}
          problem={problems.find((p) => p.parameter === parameter.name)}
          onChange={onChange}
        >
          {parameter.kind === 'steps'
            ? inside((step[parameter.name] ?? []) as PipelineStep[], (next) =>
                onChange({ ...step, [parameter.name]: next }),
              )
            : undefined}
        </ParameterEditor>
      ))}
    </div>
  );
}

export function StepCard(props: StepCardProps) {
  const { step, place, count, open, before, after, problem, handle, onOpen, onSwitch, onDuplicate, onRemove } = props;
  const m = useMessages();
  const id = useId();
  const name = stepName(m, step);
  const code = isCode(step);
  const wrong = !code && problemsOf(step).length > 0;
  const drawn = after ? drawnWords(m, after.drawn) : [];
  return (
    <div className={step.off ? 'augment-card off' : 'augment-card'}>
      <div className="augment-head">
        <button type="button" className="augment-handle" aria-label={m.augment.move(name, place, count)} {...handle}>
          <GripVertical size={14} aria-hidden />
        </button>
        <Toggle name={m.augment.switchOn(name)} on={!step.off} onChange={onSwitch} />
        <div className="augment-middle">
          <button
            type="button"
            className="augment-title"
            aria-expanded={open}
            aria-controls={id}
            onClick={onOpen}
            title={code ? undefined : step.type}
          >
            <span className="augment-name">
              {open ? <ChevronDown size={13} aria-hidden /> : <ChevronRight size={13} aria-hidden />}
              <strong>{name}</strong>
              {!code && transformKind(step.type)?.random && <Dices size={13} aria-label={m.augment.random} />}
              {step.off && <span className="badge">{m.augment.off}</span>}
              {code && <span className="badge">{m.augment.line(step.line)}</span>}
              {wrong && <span className="augment-dot" aria-hidden />}
            </span>
            {code ? <code className="augment-summary muted">{step.code.split('\n')[0]}</code> : <Summary step={step} />}
          </button>
          {drawn.length > 0 && <p className="augment-drawn small">{drawn.join(', ')}</p>}
        </div>
        {after && before && <Effect name={name} before={before} after={after} />}
        <span className="augment-actions">
          <IconButton name={m.augment.duplicate(name)} onClick={onDuplicate}>
            <Copy size={13} aria-hidden />
          </IconButton>
          <IconButton name={m.augment.remove(name)} onClick={onRemove}>
            <Trash2 size={13} aria-hidden />
          </IconButton>
        </span>
      </div>
      {problem && (
        <div className="augment-body">
          <Banner>{problem}</Banner>
        </div>
      )}
      <div id={id}>
        {open &&
          (code ? (
            <CodeBody step={step} onGoToLine={props.onGoToLine} />
          ) : (
            <DataBody step={step} onChange={props.onChange} inside={props.inside} />
          ))}
      </div>
    </div>
  );
}

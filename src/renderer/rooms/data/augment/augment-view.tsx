// The augmentation of the script: its steps as cards, and beside them what they make of the samples, as training sees it.
import { Code2, Copy, Plus, Wand2 } from 'lucide-react';
import { Tabs, Tooltip } from 'radix-ui';
import { useState } from 'react';
import type { PipelineInCode } from '../../../../shared/pipeline/code/pipelines.ts';
import type { Step } from '../../../../shared/pipeline/code/code-step.ts';
import { pipelineCode } from '../../../../shared/pipeline/code/write.ts';
import { revealLine } from '../../../actions.ts';
import { useMessages } from '../../../messages/use-messages.ts';
import { api, useQuery } from '../../../studio.ts';
import { complain, toast, useWindow } from '../../../store.ts';
import { Button } from '../../../ui/button.tsx';
import { Banner, Empty } from '../../../ui/notices.tsx';
import type { TabProps } from '../tabs.ts';
import './augment.css';
import { CardList } from './card-list.tsx';
import { RunBatchView } from './run-batch.tsx';
import { SeedBar, type DrawChoice } from './seed-bar.tsx';
import { Sheet } from './sheet.tsx';
import { TensorView } from './tensor-view.tsx';
import { usePreviews } from './use-preview.ts';
import { useScript, type Script } from './use-script.ts';

export default function AugmentView(props: TabProps) {
  const m = useMessages();
  const script = useScript(props.project);
  const [chosen, setChosen] = useState(0);
  if (script.error && !script.pipelines)
    return (
      <div className="padded">
        <Banner>{script.error.message}</Banner>
      </div>
    );
  if (!script.pipelines) return <Empty text={m.common.loading} />;
  const usable = script.pipelines.filter((p) => !p.notAList);
  if (usable.length === 0) return <NoPipeline {...props} script={script} />;
  const place = Math.min(chosen, usable.length - 1);
  return (
    <Tooltip.Provider>
      <Workshop
        {...props}
        key={`${script.path}:${usable[place]!.name}:${place}`}
        script={script}
        pipeline={usable[place]!}
        place={script.pipelines.indexOf(usable[place]!)}
        others={usable}
        onChoose={(name) => setChosen(Number(name))}
      />
    </Tooltip.Provider>
  );
}

function NoPipeline({ project, script }: TabProps & { script: Script }) {
  const m = useMessages();
  const hasRuns = useWindow((s) => s.runs.length > 0);
  const add = async () => {
    const { name, given } = await script.add();
    if ('dataset' in given) toast(m.augment.addedTo(name, given.dataset));
    else toast(m.augment.addedAlone(name, given.type));
  };
  return (
    <div className="augment-none">
      <Empty
        icon={<Wand2 size={32} strokeWidth={1.4} aria-hidden />}
        text={script.pipelines!.length > 0 ? m.augment.notAList(script.path) : m.augment.noPipeline(script.path)}
      >
        <Button look="primary" onClick={() => void add().catch(complain)}>
          <Plus size={15} aria-hidden /> {m.augment.addPipeline}
        </Button>
      </Empty>
      {hasRuns && <RunBatchView project={project} />}
    </div>
  );
}

interface WorkshopProps extends TabProps {
  script: Script;
  pipeline: PipelineInCode;
  /** Among all pipelines of the script. */
  place: number;
  others: readonly PipelineInCode[];
  onChoose: (place: string) => void;
}

/** The steps as the cards show them, the places of those that are comments, and how to change them. */
function useSteps({ script, pipeline, place }: WorkshopProps): [Step[], number[], (steps: Step[]) => void] {
  const steps = script.stepsOf(pipeline, place);
  const commented = pipeline.commented.flatMap((is, at) => (is && pipeline.steps[at]?.off ? [at] : []));
  return [
    steps,
    steps === pipeline.steps ? commented : commentedAmong(pipeline, steps),
    (next) => script.write(pipeline, place, next),
  ];
}

/** The places of the steps that are comments of the script, after steps were moved or changed. */
function commentedAmong(pipeline: PipelineInCode, steps: readonly Step[]): number[] {
  const comments = new Set(
    pipeline.steps.filter((_, at) => pipeline.commented[at]).map((step) => JSON.stringify(step)),
  );
  return steps.flatMap((step, at) => (step.off && comments.has(JSON.stringify(step)) ? [at] : []));
}

function Workshop(props: WorkshopProps) {
  const { project, info, split, view, script, pipeline, others, onChoose } = props;
  const m = useMessages();
  const [steps, commented, change] = useSteps(props);
  const [choice, setChoice] = useState<DrawChoice>({ seed: 0, locked: true, epoch: 0, index: view.sample ?? 0 });
  const summary = useQuery(`summary:${project}:${info.id}:${info.source}:${split}`, () =>
    api.datasets.summary({ project, dataset: info.id, split }),
  );
  const samples = summary.data?.count ?? 0;
  const index = Math.min(choice.index, Math.max(0, samples - 1));
  const wish = { project, dataset: info.id, split, steps, commented, seed: choice.seed, epoch: choice.epoch };
  const one = usePreviews(
    samples === 0 ? null : { ...wish, indices: [index], draws: 1, everyStep: true, tensor: true },
  );
  const preview = one.previews?.[0];
  const copy = () => navigator.clipboard.writeText(pipelineCode(steps)).then(() => toast(m.export.copied), complain);
  return (
    <div className="augment">
      <section className="augment-left" aria-label={m.augment.steps}>
        <header className="augment-bar">
          {others.length > 1 ? (
            <select
              className="field"
              aria-label={m.augment.pipeline}
              value={others.indexOf(pipeline)}
              onChange={(e) => onChoose(e.target.value)}
            >
              {others.map((p, i) => (
                <option key={p.start} value={i}>
                  {p.name || m.augment.unnamed(p.line)}
                </option>
              ))}
            </select>
          ) : (
            <strong>{pipeline.name || m.augment.unnamed(pipeline.line)}</strong>
          )}
          <span className="muted small">{m.augment.inStep(script.path)}</span>
          <span className="spacer" />
          <Button look="quiet" onClick={() => revealLine(script.path, pipeline.line)}>
            <Code2 size={15} aria-hidden /> {m.augment.showCode}
          </Button>
          <Button look="quiet" onClick={() => void copy()}>
            <Copy size={14} aria-hidden /> {m.export.copyCode}
          </Button>
        </header>
        {one.error && <Banner>{one.error.message}</Banner>}
        <CardList
          steps={steps}
          onChange={change}
          {...(preview ? { preview } : {})}
          onGoToLine={(line) => revealLine(script.path, line)}
        />
      </section>
      <section className="augment-right" aria-label={m.augment.outcome}>
        <SeedBar {...choice} index={index} samples={samples} onChange={setChoice} />
        <Tabs.Root className="augment-views" defaultValue="draws">
          <Tabs.List className="augment-tabs" aria-label={m.augment.outcome}>
            {(['draws', 'samples', 'tensor', 'run'] as const).map((id) => (
              <Tabs.Trigger key={id} value={id}>
                {m.augment.views[id]}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          <Tabs.Content value="draws">
            <Sheet
              wish={wish}
              by="epoch"
              index={index}
              samples={samples}
              onPick={(p) => setChoice({ ...choice, epoch: p.epoch })}
            />
          </Tabs.Content>
          <Tabs.Content value="samples">
            <Sheet
              wish={wish}
              by="sample"
              index={index}
              samples={samples}
              onPick={(p) => setChoice({ ...choice, index: p.index })}
            />
          </Tabs.Content>
          <Tabs.Content value="tensor">
            {preview?.tensor ? (
              <TensorView tensor={preview.tensor} />
            ) : (
              <p className="muted">{preview?.problem?.message ?? m.common.loading}</p>
            )}
          </Tabs.Content>
          <Tabs.Content value="run">
            <RunBatchView project={project} />
          </Tabs.Content>
        </Tabs.Root>
      </section>
    </div>
  );
}

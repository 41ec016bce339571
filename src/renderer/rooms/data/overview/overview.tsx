// What is in a data set of images: classes, sizes, statistics, copies and what stands out. Every number leads to its samples.
import { useState } from 'react';
import type { Inspection } from '../../../../shared/contract/dataset-inspection.ts';
import type { DatasetSummary, SampleQuery, WorkProgress } from '../../../../shared/contract/datasets.ts';
import { useMessages } from '../../../messages/use-messages.ts';
import { api, useQuery } from '../../../studio.ts';
import { complain } from '../../../store.ts';
import { Button } from '../../../ui/button.tsx';
import { Banner, Empty } from '../../../ui/notices.tsx';
import { ReportView } from '../open/report-view.tsx';
import type { TabProps } from '../tabs.ts';
import { plainQuery } from '../view.ts';
import { useWork, WorkBar } from '../work-bar.tsx';
import { BrightnessCard } from './brightness-card.tsx';
import { ChannelCard } from './channel-card.tsx';
import { ClassCard } from './class-card.tsx';
import './overview.css';
import { ProblemCard } from './problem-card.tsx';
import { SizeCard } from './size-card.tsx';

/** Goes to the gallery with these samples. */
export type ShowSamples = (split: string, query: Partial<SampleQuery>) => void;

export default function Overview({ project, info, change }: TabProps) {
  const m = useMessages();
  const at = { project, dataset: info.id };
  const key = `${project}:${info.id}:${info.kind}:${info.source}`;
  const summaries = useQuery(`summaries:${key}:${info.splits.join()}`, () =>
    Promise.all(info.splits.map((split) => api.datasets.summary({ ...at, split }))),
  );
  const report = useQuery(`report:${key}`, () => api.datasets.report(at));
  const inspection = useQuery(`inspection:${key}`, () => api.datasets.inspection({ ...at, start: false }));
  const [problem, setProblem] = useState<string | null>(null);
  const progress = useWork(at, 'inspect', (p) => {
    if (p.state === 'done') inspection.again();
    setProblem(p.problem ?? null);
  });
  const error = summaries.error ?? inspection.error;
  if (error && !summaries.data) return <Padded text={error.message} />;
  if (!summaries.data || inspection.data === undefined) return <Empty text={m.common.loading} />;
  const show: ShowSamples = (split, query) =>
    change({ tab: 'gallery', split, query: { ...plainQuery, ...query }, sample: null, large: false });
  return (
    <div className="overview">
      <InspectionHead at={at} inspection={inspection.data} progress={progress} problem={problem} />
      <div className="cards">
        <ClassCard splits={info.splits} summaries={summaries.data} show={show} />
        {inspection.data && <Inspected inspection={inspection.data} summaries={summaries.data} show={show} />}
        {report.data && (
          <section className="card" aria-label={m.overview.report}>
            <h2>{m.overview.report}</h2>
            <ReportView report={report.data} />
          </section>
        )}
      </div>
    </div>
  );
}

function Padded({ text }: { text: string }) {
  return (
    <div className="padded">
      <Banner>{text}</Banner>
    </div>
  );
}

function Inspected(props: { inspection: Inspection; summaries: DatasetSummary[]; show: ShowSamples }) {
  const { inspection, show } = props;
  return (
    <>
      <ProblemCard inspection={inspection} show={show} />
      <ChannelCard inspection={inspection} />
      <BrightnessCard inspection={inspection} show={show} />
      <SizeCard inspection={inspection} show={show} />
    </>
  );
}

interface InspectionHeadProps {
  at: { project: string; dataset: string };
  inspection: Inspection | null;
  progress: WorkProgress | null;
  problem: string | null;
}

function InspectionHead({ at, inspection, progress, problem }: InspectionHeadProps) {
  const m = useMessages();
  if (progress) return <WorkBar progress={progress} text={m.overview.inspecting} />;
  if (inspection) return null;
  return (
    <div className="inspect-head card">
      <p>{m.overview.inspectText}</p>
      {problem && <Banner>{problem}</Banner>}
      <Button look="primary" onClick={() => void api.datasets.inspection({ ...at, start: true }).catch(complain)}>
        {m.overview.inspect}
      </Button>
    </div>
  );
}

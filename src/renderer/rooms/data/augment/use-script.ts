// The entry script of the project as text, and its pipelines: read again when the file changes, written when the cards do.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Step } from '../../../../shared/pipeline/code/code-step.ts';
import { addPipeline, type AddedPipeline } from '../../../../shared/pipeline/code/add.ts';
import { findPipelines, type PipelineInCode } from '../../../../shared/pipeline/code/pipelines.ts';
import { writePipeline } from '../../../../shared/pipeline/code/write.ts';
import { api, useEvent, useQuery } from '../../../studio.ts';
import { complain, useWindow } from '../../../store.ts';
import { keptBuffers, onSave, saveAll } from '../../../unsaved.ts';

/** Milliseconds after the last change of a card until the script is written. */
const settled = 350;

export interface Script {
  path: string;
  /** null while it is read. */
  pipelines: readonly PipelineInCode[] | null;
  error: Error | undefined;
  /** Writes the steps of a pipeline into the script, a moment after the last change. */
  write: (name: string, place: number, steps: Step[]) => void;
  /** Gives the script a pipeline; what it is called, and which data set has it now. */
  add: () => Promise<AddedPipeline>;
}

/** The pipeline that was meant, in a script that may have changed meanwhile: of that name, or at that place. */
function meant(pipelines: readonly PipelineInCode[], name: string, place: number): PipelineInCode | undefined {
  return pipelines[place]?.name === name ? pipelines[place] : pipelines.find((p) => p.name === name);
}

export function useScript(project: string): Script {
  const path = useWindow((s) => s.project?.file.entry ?? '');
  const disk = useQuery(path ? `script:${project}:${path}` : null, () => api.projects.read({ project, path }));
  const unsaved = useWindow((s) => s.unsaved.has(path));
  const [turn, setTurn] = useState(0);
  useEvent('projects.didChangeFiles', (e) => e.project === project && disk.again());
  const { again } = disk;
  useEffect(() => onSave(() => (setTurn((n) => n + 1), again())), [again]);
  // What is typed in the editor counts before it is saved.
  const typed = unsaved ? keptBuffers(project)[path]?.text : undefined;
  const text = typed ?? disk.data?.text;
  const pipelines = useMemo(() => (text === undefined ? null : findPipelines(text)), [text, turn]); // eslint-disable-line react-hooks/exhaustive-deps -- a save changes what is kept

  const change = useCallback(
    async <Result>(edit: (source: string) => { source: string; result: Result }): Promise<Result> => {
      await saveAll(project);
      const { text: now, modifiedAt } = await api.projects.read({ project, path });
      const { source, result } = edit(now);
      if (source !== now) await api.projects.write({ project, path, text: source, ifModifiedAt: modifiedAt });
      again();
      return result;
    },
    [project, path, again],
  );

  const waiting = useRef<{ timer: ReturnType<typeof setTimeout>; act: () => void } | null>(null);
  useEffect(
    () => () => {
      if (!waiting.current) return;
      clearTimeout(waiting.current.timer);
      waiting.current.act();
    },
    [],
  );
  const write = useCallback(
    (name: string, place: number, steps: Step[]) => {
      if (waiting.current) clearTimeout(waiting.current.timer);
      const act = () => {
        waiting.current = null;
        change((source) => {
          const pipeline = meant(findPipelines(source), name, place);
          return { source: pipeline ? writePipeline(source, { start: pipeline.start }, steps) : source, result: null };
        }).catch(complain);
      };
      waiting.current = { timer: setTimeout(act, settled), act };
    },
    [change],
  );
  const add = useCallback(
    () =>
      change((source) => {
        const added = addPipeline(source);
        return { source: added.source, result: added };
      }),
    [change],
  );
  return { path, pipelines, error: disk.error, write, add };
}

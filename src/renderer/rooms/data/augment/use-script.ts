// The entry script of the project as text, and its pipelines: read again when the file changes, written when the cards do.
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Step } from '../../../../shared/pipeline/code/code-step.ts';
import { addPipeline, type AddedPipeline } from '../../../../shared/pipeline/code/add.ts';
import { findPipelines, type PipelineInCode } from '../../../../shared/pipeline/code/pipelines.ts';
import { api, useEvent, useQuery } from '../../../studio.ts';
import { complain, useWindow } from '../../../store.ts';
import { keptBuffers, onSave, saveAll } from '../../../unsaved.ts';
import { ScriptWrites } from './script-writes.ts';

export interface Script {
  path: string;
  /** null while it is read. */
  pipelines: readonly PipelineInCode[] | null;
  error: Error | undefined;
  /** The steps of a pipeline, at its place among all, as the cards show them: also before the script says the same. */
  stepsOf: (pipeline: PipelineInCode, place: number) => Step[];
  /** Writes the steps of a pipeline into the script, a moment after the last change. */
  write: (pipeline: PipelineInCode, place: number, steps: Step[]) => void;
  /** Gives the script a pipeline; what it is called, and which data set has it now. */
  add: () => Promise<AddedPipeline>;
}

/** By project and path: what is on its way into a script outlives the view. */
const writes = new Map<string, ScriptWrites>();

function writesOf(project: string, path: string): ScriptWrites {
  const key = JSON.stringify([project, path]);
  let known = writes.get(key);
  if (!known) {
    const file = {
      read: () => api.projects.read({ project, path }),
      save: () => saveAll(project),
      typed: () => keptBuffers(project)[path] !== undefined,
      write: (text: string, ifModifiedAt: number) => api.projects.write({ project, path, text, ifModifiedAt }),
    };
    known = new ScriptWrites(file, complain);
    writes.set(key, known);
  }
  return known;
}

export function useScript(project: string): Script {
  const path = useWindow((s) => s.project?.file.entry ?? '');
  const own = writesOf(project, path);
  const state = useSyncExternalStore(own.subscribe, own.state);
  const disk = useQuery(path ? `script:${project}:${path}` : null, () => own.load());
  const unsaved = useWindow((s) => s.unsaved.has(path));
  const [turn, setTurn] = useState(0);
  useEvent('projects.didChangeFiles', (e) => e.project === project && disk.again());
  const { again } = disk;
  useEffect(() => onSave(() => (setTurn((n) => n + 1), again())), [again]);
  useEffect(() => () => own.flush(), [own]);
  // What is typed in the editor counts before it is saved.
  const typed = unsaved ? keptBuffers(project)[path]?.text : undefined;
  const text = typed ?? own.text;
  const pipelines = useMemo(() => (text === undefined ? null : findPipelines(text)), [text, turn]); // eslint-disable-line react-hooks/exhaustive-deps -- a save changes what is kept
  const stepsOf = useCallback((pipeline: PipelineInCode, place: number) => own.stepsOf(pipeline, place), [own, state]); // eslint-disable-line react-hooks/exhaustive-deps -- other steps with another state
  const write = useCallback(
    (pipeline: PipelineInCode, place: number, steps: Step[]) => own.change(pipeline, place, steps),
    [own],
  );
  const add = useCallback(
    () =>
      own.edit((source) => {
        const added = addPipeline(source);
        return { source: added.source, result: added };
      }),
    [own],
  );
  return { path, pipelines, error: disk.error, stepsOf, write, add };
}

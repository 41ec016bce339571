// The project's code: files, tabs, Monaco with Flint's types, and the last run's error at its line.
import { X } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useMessages } from '../../messages/use-messages.ts';
import { api } from '../../studio.ts';
import { complain, useWindow } from '../../store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Banner, Empty } from '../../ui/notices.tsx';
import { Code } from './code.tsx';
import './editor.css';
import { FileList } from './file-list.tsx';
import { monaco, provideTypes } from './monaco.ts';
import { keptBuffers } from './buffers.ts';
import { useFiles, type OpenFile } from './use-files.ts';

/** Errors and warnings that TypeScript finds in a file, as they come. */
function useProblemCount(file: OpenFile | undefined): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const look = () =>
      setCount(
        file
          ? monaco.editor
              .getModelMarkers({ resource: file.model.uri })
              .filter((k) => k.severity >= monaco.MarkerSeverity.Warning).length
          : 0,
      );
    look();
    const listening = monaco.editor.onDidChangeMarkers(look);
    return () => listening.dispose();
  }, [file]);
  return count;
}

export default function EditorRoom() {
  const m = useMessages();
  const project = useWindow((s) => s.project)!;
  const target = useWindow((s) => s.target);
  const unsaved = useWindow((s) => s.unsaved);
  const lastRun = useWindow((s) => s.runs.find((r) => r.id === s.run));
  const files = useFiles(project.path);
  const [active, setActive] = useState<string | null>(null);
  const { show } = files;
  const openAt = useMemo(
    () => (path: string) => {
      setActive(path);
      show(path).catch(complain);
    },
    [show],
  );
  useEffect(() => {
    api.projects.types({}).then(provideTypes, complain);
    for (const path of Object.keys(keptBuffers(project.path))) show(path).catch(complain);
    openAt(useWindow.getState().target?.path ?? project.file.entry);
  }, [project.path, project.file.entry, openAt, show]);
  useEffect(() => {
    if (target) openAt(target.path);
  }, [target, openAt]);
  const file = files.open.find((f) => f.path === active);
  const problems = useProblemCount(file);
  const problem = lastRun?.problem?.file === active && lastRun?.problem ? lastRun.problem : null;
  const close = (path: string) => {
    files.close(path);
    if (active === path) setActive(files.open.find((f) => f.path !== path)?.path ?? null);
  };
  return (
    <div className="editor">
      <FileList project={project.path} active={active} onOpen={openAt} onGone={close} />
      <section className="editor-main" aria-label={m.editor.code}>
        <div className="tabs" role="group" aria-label={m.editor.open}>
          {files.open.map((f) => (
            <div key={f.path} className={`tab ${f.path === active ? 'active' : ''}`}>
              <button type="button" aria-pressed={f.path === active} onClick={() => setActive(f.path)}>
                {f.path}
                {unsaved.has(f.path) && <span className="dot" title={m.editor.unsaved} />}
              </button>
              <IconButton name={m.editor.closeFile(f.path)} onClick={() => close(f.path)}>
                <X size={13} aria-hidden />
              </IconButton>
            </div>
          ))}
        </div>
        {file?.conflict != null && (
          <Banner look="warn">
            {m.editor.changedOnDisk} <Button onClick={() => void files.keepMine(file.path)}>{m.editor.keepMine}</Button>{' '}
            <Button onClick={() => files.takeDisk(file.path)}>{m.editor.takeDisk}</Button>
          </Banner>
        )}
        <Code
          model={file?.model ?? null}
          name={m.editor.code}
          problem={problem}
          line={target && target.path === active ? target.line : null}
        />
        {!active && <Empty text={m.editor.pickFile} />}
        <div className="editor-foot" role="status">
          <span className={problems ? 'badge bad' : 'badge'}>
            {problems ? m.editor.problems(problems) : m.editor.noProblems}
          </span>
          {problem && (
            <span>
              {m.editor.runtimeError}: {problem.message.split('\n')[0]}
            </span>
          )}
        </div>
      </section>
    </div>
  );
}

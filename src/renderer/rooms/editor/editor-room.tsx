// The project's code: files, tabs, Monaco with Flint's types, and the last run's error at its line.
import { X } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useMessages } from '../../messages/use-messages.ts';
import { api } from '../../studio.ts';
import { complain, useWindow } from '../../store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Banner, Empty } from '../../ui/notices.tsx';
import { Code } from './code.tsx';
import './editor.css';
import { FileList } from './file-list.tsx';
import { monaco, provideTypes } from './monaco.ts';
import { filesOf, type OpenFile } from './project-files.ts';

const revealed = () => useWindow.setState({ target: null });

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
  const files = useMemo(() => filesOf(project.path), [project.path]);
  const open = useSyncExternalStore(files.subscribe, files.list);
  const active = useSyncExternalStore(files.subscribe, files.front);
  const openAt = useCallback(
    (path: string) => {
      files.activate(path);
      files.show(path).catch(complain);
    },
    [files],
  );
  useEffect(() => {
    api.projects.types({}).then(provideTypes, complain);
    if (files.front() === null && !useWindow.getState().target) openAt(project.file.entry);
  }, [files, project.file.entry, openAt]);
  useEffect(() => {
    if (target) openAt(target.path);
  }, [target, openAt]);
  const file = open.find((f) => f.path === active);
  const problems = useProblemCount(file);
  const problem = lastRun?.problem?.file === active && lastRun?.problem ? lastRun.problem : null;
  return (
    <div className="editor">
      <FileList files={files} active={active} onOpen={openAt} />
      <section className="editor-main" aria-label={m.editor.code}>
        <div className="tabs" role="group" aria-label={m.editor.open}>
          {open.map((f) => (
            <div key={f.path} className={`tab ${f.path === active ? 'active' : ''}`}>
              <button type="button" aria-pressed={f.path === active} onClick={() => files.activate(f.path)}>
                {f.path}
                {unsaved.has(f.path) && <span className="dot" title={m.editor.unsaved} />}
              </button>
              <IconButton name={m.editor.closeFile(f.path)} onClick={() => files.close(f.path)}>
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
          onRevealed={revealed}
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

// Monaco in React: shows one model, marks the line where the last run failed, goes to a line when asked.
import { useEffect, useRef } from 'react';
import type { RunProblem } from '../../../shared/contract/runs.ts';
import { useTheme } from '../../theme.ts';
import { applyTheme, monaco } from './monaco.ts';

interface CodeProps {
  model: monaco.editor.ITextModel | null;
  name: string;
  problem: RunProblem | null;
  /** Where to go, once. */
  line: number | null;
  onRevealed: () => void;
}

/** The error of the last run, as a marker, a coloured line, and its words under it. */
function showProblem(editor: monaco.editor.IStandaloneCodeEditor, problem: RunProblem | null): () => void {
  const model = editor.getModel();
  const line = problem?.line;
  if (!model || !problem || !line || line > model.getLineCount()) return () => {};
  monaco.editor.setModelMarkers(model, 'run', [
    {
      startLineNumber: line,
      endLineNumber: line,
      startColumn: problem.column ?? 1,
      endColumn: model.getLineMaxColumn(line),
      message: problem.message,
      severity: monaco.MarkerSeverity.Error,
    },
  ]);
  const decorations = editor.createDecorationsCollection([
    { range: new monaco.Range(line, 1, line, 1), options: { isWholeLine: true, className: 'run-problem-line' } },
  ]);
  const zone = document.createElement('div');
  zone.className = 'run-problem-zone';
  zone.setAttribute('role', 'note');
  zone.textContent = problem.message;
  let id = '';
  editor.changeViewZones((zones) => {
    id = zones.addZone({
      afterLineNumber: line,
      heightInLines: Math.min(8, problem.message.split('\n').length + 1),
      domNode: zone,
    });
  });
  editor.revealLineInCenterIfOutsideViewport(line);
  return () => {
    if (!model.isDisposed()) monaco.editor.setModelMarkers(model, 'run', []);
    decorations.clear();
    editor.changeViewZones((zones) => zones.removeZone(id));
  };
}

/** Cursor and scroll of each file that was shown, for when it is shown again. */
const views = new Map<string, monaco.editor.ICodeEditorViewState>();

export function Code({ model, name, problem, line, onRevealed }: CodeProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<monaco.editor.IStandaloneCodeEditor | null>(null);
  const theme = useTheme();
  useEffect(() => {
    editor.current = monaco.editor.create(host.current!, {
      model: null,
      automaticLayout: true,
      fontSize: 13,
      lineHeight: 20,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      fixedOverflowWidgets: true,
      tabSize: 2,
      padding: { top: 8 },
    });
  }, []);
  useEffect(() => editor.current?.updateOptions({ ariaLabel: name }), [name]);
  useEffect(() => {
    // The attribute that the tokens hang on is set by the frame in the same round of effects, later than this one.
    const later = requestAnimationFrame(() => applyTheme(theme));
    return () => cancelAnimationFrame(later);
  }, [theme]);
  useEffect(() => {
    const shown = editor.current!;
    shown.setModel(model);
    if (!model) return;
    const key = model.uri.toString();
    shown.restoreViewState(views.get(key) ?? null);
    return () => {
      const view = shown.saveViewState();
      if (view && !model.isDisposed()) views.set(key, view);
    };
  }, [model]);
  useEffect(() => {
    if (line === null || !model) return;
    editor.current!.setPosition({ lineNumber: line, column: 1 });
    editor.current!.revealLineInCenter(line);
    editor.current!.focus();
    onRevealed();
  }, [model, line, onRevealed]);
  useEffect(() => (model ? showProblem(editor.current!, problem) : undefined), [model, problem]);
  // Last, so that what the effects above take with them is taken from an editor that is still there.
  useEffect(() => () => editor.current?.dispose(), []);
  return <div className="code" ref={host} />;
}

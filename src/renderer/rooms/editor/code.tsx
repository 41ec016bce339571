// Monaco in React: shows one model, marks the line where the last run failed, goes to a line when asked.
import { useEffect, useRef } from 'react';
import type { RunProblem } from '../../../shared/contract/runs.ts';
import { useTheme } from '../../theme.ts';
import { applyTheme, monaco } from './monaco.ts';

interface CodeProps {
  model: monaco.editor.ITextModel | null;
  name: string;
  problem: RunProblem | null;
  line: number | null;
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

export function Code({ model, name, problem, line }: CodeProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<monaco.editor.IStandaloneCodeEditor | null>(null);
  const theme = useTheme();
  useEffect(() => {
    const made = monaco.editor.create(host.current!, {
      model: null,
      automaticLayout: true,
      fontSize: 13,
      lineHeight: 20,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      fixedOverflowWidgets: true,
      tabSize: 2,
      ariaLabel: name,
      padding: { top: 8 },
    });
    editor.current = made;
    return () => made.dispose();
  }, [name]);
  useEffect(() => {
    // The attribute that the tokens hang on is set by the frame in the same round of effects, later than this one.
    const later = requestAnimationFrame(() => applyTheme(theme));
    return () => cancelAnimationFrame(later);
  }, [theme]);
  useEffect(() => {
    editor.current?.setModel(model);
    if (line !== null && model) {
      editor.current?.setPosition({ lineNumber: line, column: 1 });
      editor.current?.revealLineInCenter(line);
      editor.current?.focus();
    }
  }, [model, line]);
  useEffect(() => (editor.current && model ? showProblem(editor.current, problem) : undefined), [model, problem]);
  return <div className="code" ref={host} />;
}

// Monaco, bundled with the window: its workers, Flint's types, and colours from the tokens. Loaded with the editor only.
import * as monaco from 'monaco-editor';
import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker';
import TypeScriptWorker from 'monaco-editor/language/typescript/ts.worker.js?worker';
import { token, type Theme } from '../../theme.ts';

self.MonacoEnvironment = {
  getWorker: (_id, label) =>
    label === 'typescript' || label === 'javascript' ? new TypeScriptWorker() : new EditorWorker(),
};

const { typescriptDefaults, ScriptTarget, ModuleKind } = monaco.typescript;
typescriptDefaults.setCompilerOptions({
  target: ScriptTarget.ESNext,
  module: ModuleKind.ESNext,
  moduleResolution: 2,
  lib: ['es2023'],
  strict: true,
  noEmit: true,
  allowNonTsExtensions: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
});
typescriptDefaults.setDiagnosticsOptions({ noSemanticValidation: false, noSyntaxValidation: false });
typescriptDefaults.setEagerModelSync(true);

let provided = '';

/** Gives Monaco the declarations; the same ones again cost nothing. */
export function provideTypes(files: Record<string, string>): void {
  const text = JSON.stringify(files);
  if (text === provided) return;
  provided = text;
  typescriptDefaults.setExtraLibs(
    Object.entries(files).map(([path, content]) => ({ content, filePath: `file:///node_modules/${path}` })),
  );
}

/** A token's colour as #rrggbb: the build shortens colours, and Monaco takes none but the long form. */
function colour(name: string): string {
  const pen = document.createElement('canvas').getContext('2d')!;
  pen.fillStyle = token(name);
  return pen.fillStyle;
}

/** Defines the theme anew from the tokens that hold now, and uses it. */
export function applyTheme(theme: Theme): void {
  monaco.editor.defineTheme('flint', {
    base: theme === 'dark' ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [{ token: 'comment', foreground: colour('--ink-3').slice(1) }],
    colors: {
      'editor.background': colour('--surface'),
      'editor.foreground': colour('--ink'),
      'editorLineNumber.foreground': colour('--ink-3'),
      'editorGutter.background': colour('--surface'),
      'editorWidget.background': colour('--surface-2'),
      'editorWidget.border': colour('--line'),
      focusBorder: colour('--accent'),
    },
  });
  monaco.editor.setTheme('flint');
}

export const uriOf = (project: string, path: string): monaco.Uri => monaco.Uri.file(`${project}/${path}`);
export { monaco };

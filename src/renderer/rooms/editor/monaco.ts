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

export function provideTypes(files: Record<string, string>): void {
  typescriptDefaults.setExtraLibs(
    Object.entries(files).map(([path, content]) => ({ content, filePath: `file:///node_modules/${path}` })),
  );
}

/** Defines the theme anew from the tokens that hold now, and uses it. */
export function applyTheme(theme: Theme): void {
  const colour = (name: string) => token(name);
  monaco.editor.defineTheme('flint', {
    base: theme === 'dark' ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [],
    colors: {
      'editor.background': colour('--surface'),
      'editor.foreground': colour('--ink'),
      'editorLineNumber.foreground': colour('--ink-3'),
      'editorGutter.background': colour('--surface'),
      'editorWidget.background': colour('--surface-2'),
      'editorWidget.border': colour('--line'),
    },
  });
  monaco.editor.setTheme('flint');
}

export const uriOf = (project: string, path: string): monaco.Uri => monaco.Uri.file(`${project}/${path}`);
export { monaco };

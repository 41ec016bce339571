// The open files of a project as Monaco models: loading, saving, what changed on disk meanwhile. They live outside the
// components, so that changing rooms keeps tabs, cursors and undo; unsaved text itself is kept by unsaved.ts.
import { api, connection } from '../../studio.ts';
import { complain, toast } from '../../store.ts';
import { messages } from '../../messages/use-messages.ts';
import { keepBuffer, keptBuffers, onSave, saveText, type Kept } from '../../unsaved.ts';
import { monaco, uriOf } from './monaco.ts';

export interface OpenFile {
  readonly path: string;
  readonly model: monaco.editor.ITextModel;
  readonly saved: string;
  readonly modifiedAt: number;
  /** The text on disk, when it changed under unsaved edits. */
  readonly conflict: Kept | null;
}

const languages: Record<string, string> = {
  ts: 'typescript',
  js: 'javascript',
  json: 'json',
  md: 'markdown',
  css: 'css',
  html: 'html',
};
const languageOf = (path: string) => languages[path.split('.').at(-1) ?? ''] ?? 'plaintext';

export class ProjectFiles {
  readonly project: string;
  /** The tab in front, kept while the person is in another room. */
  private active: string | null = null;
  private files: readonly OpenFile[] = [];
  private readonly loading = new Map<string, Promise<void>>();
  private readonly listeners = new Set<() => void>();
  private readonly endings: (() => void)[];

  constructor(project: string) {
    this.project = project;
    this.endings = [
      connection.on('projects.didChangeFiles', (e) => e.project === project && void this.lookAtDisk()),
      onSave(({ project: of, path, saved }) => {
        if (of !== project) return;
        if (saved) this.change(path, { saved: saved.text, modifiedAt: saved.modifiedAt, conflict: null });
        else void this.lookAtDisk();
      }),
    ];
    for (const path of Object.keys(keptBuffers(project))) this.show(path).catch(complain);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  list = (): readonly OpenFile[] => this.files;
  front = (): string | null => this.active;

  /** Opens a file; one that is open stays as it is. */
  async show(path: string): Promise<void> {
    if (this.files.some((f) => f.path === path)) return;
    const coming = this.loading.get(path) ?? this.load(path).finally(() => this.loading.delete(path));
    this.loading.set(path, coming);
    await coming;
  }

  /** Closes a file. Unsaved text is given up, with a way back as long as the note about it stands, unless `gone`. */
  close(path: string, gone = false): void {
    const file = this.files.find((f) => f.path === path);
    if (!file) return;
    const kept = keptBuffers(this.project)[path];
    this.files = this.files.filter((f) => f !== file);
    if (this.active === path) this.active = this.files[0]?.path ?? null;
    file.model.dispose();
    keepBuffer(this.project, path, null);
    this.tell();
    if (!kept || gone) return;
    const undo = () => {
      keepBuffer(this.project, path, kept);
      this.show(path).then(() => this.activate(path), complain);
    };
    toast(messages().editor.closedUnsaved(path), { action: { label: messages().common.undo, act: undo } });
  }

  activate(path: string | null): void {
    this.active = path;
    this.tell();
  }

  /** Gives up the edits for what is on disk now. */
  takeDisk(path: string): void {
    const file = this.files.find((f) => f.path === path);
    if (!file?.conflict) return;
    const { text, modifiedAt } = file.conflict;
    this.change(path, { saved: text, modifiedAt, conflict: null });
    replaceText(file.model, text);
  }

  /** Writes the edits over what is on disk now. */
  async keepMine(path: string): Promise<void> {
    const file = this.files.find((f) => f.path === path);
    if (file) await saveText(this.project, path, file.model.getValue()).catch(complain);
  }

  /** Renames a file on disk, its unsaved text with it. */
  async rename(path: string, to: string): Promise<void> {
    const kept = keptBuffers(this.project)[path];
    if (kept) await saveText(this.project, path, kept.text, kept.modifiedAt);
    await api.projects.rename({ project: this.project, path, to });
    this.close(path, true);
  }

  dispose(): void {
    for (const end of this.endings) end();
    for (const file of this.files) file.model.dispose();
    this.files = [];
  }

  private async load(path: string): Promise<void> {
    const disk = await api.projects.read({ project: this.project, path });
    const kept = keptBuffers(this.project)[path];
    const changed = kept !== undefined && kept.modifiedAt !== disk.modifiedAt && kept.text !== disk.text;
    const uri = uriOf(this.project, path);
    monaco.editor.getModel(uri)?.dispose();
    const model = monaco.editor.createModel(kept?.text ?? disk.text, languageOf(path), uri);
    const modifiedAt = changed ? kept.modifiedAt : disk.modifiedAt;
    this.files = [...this.files, { path, model, saved: disk.text, modifiedAt, conflict: changed ? disk : null }];
    model.onDidChangeContent(() => this.keep(path));
    this.keep(path);
    this.tell();
  }

  /** Keeps a file's text while it differs from what is on disk. */
  private keep(path: string): void {
    const file = this.files.find((f) => f.path === path);
    if (!file) return;
    const text = file.model.getValue();
    keepBuffer(this.project, path, text === file.saved ? null : { text, modifiedAt: file.modifiedAt });
  }

  private async lookAtDisk(): Promise<void> {
    for (const { path } of this.files) {
      const disk = await api.projects.read({ project: this.project, path }).catch(() => null);
      const file = this.files.find((f) => f.path === path);
      if (!disk || !file) continue;
      if (disk.text === file.saved) {
        this.change(path, { modifiedAt: disk.modifiedAt, conflict: null });
        this.keep(path);
      } else if (file.model.getValue() === file.saved || file.model.getValue() === disk.text) {
        this.change(path, { saved: disk.text, modifiedAt: disk.modifiedAt, conflict: null });
        replaceText(file.model, disk.text);
        this.keep(path);
      } else this.change(path, { conflict: disk });
    }
  }

  private change(path: string, to: Partial<Omit<OpenFile, 'path' | 'model'>>): void {
    this.files = this.files.map((f) => (f.path === path ? { ...f, ...to } : f));
    this.tell();
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

/** As an edit: undo goes back over it, and the cursor stays where it was. */
function replaceText(model: monaco.editor.ITextModel, text: string): void {
  if (model.getValue() === text) return;
  model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
}

let current: ProjectFiles | null = null;

/** The files of the project that is open. Those of another are closed: their unsaved text is kept until they come back. */
export function filesOf(project: string): ProjectFiles {
  if (current?.project !== project) {
    current?.dispose();
    current = new ProjectFiles(project);
  }
  return current;
}

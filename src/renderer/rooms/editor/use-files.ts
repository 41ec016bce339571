// The open files of the project as Monaco models: loading, saving, unsaved marks, what changed on disk meanwhile.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { editorSaver } from '../../actions.ts';
import { api, useEvent } from '../../studio.ts';
import { complain, useWindow } from '../../store.ts';
import { keepBuffer, keptBuffers } from './buffers.ts';
import { monaco, uriOf } from './monaco.ts';

export interface OpenFile {
  path: string;
  model: monaco.editor.ITextModel;
  saved: string;
  modifiedAt: number;
  /** The text on disk, when it changed under unsaved edits. */
  conflict: string | null;
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

export interface Files {
  open: OpenFile[];
  show(path: string): Promise<void>;
  close(path: string): void;
  takeDisk(path: string): void;
  keepMine(path: string): Promise<void>;
}

export function useFiles(project: string): Files {
  const [open, setOpen] = useState<OpenFile[]>([]);
  const files = useRef<OpenFile[]>([]);
  const publish = useCallback(() => {
    setOpen([...files.current]);
    useWindow.setState({
      unsaved: new Set(files.current.filter((f) => f.model.getValue() !== f.saved).map((f) => f.path)),
    });
  }, []);

  const load = useCallback(
    async (path: string) => {
      const disk = await api.projects.read({ project, path });
      if (files.current.some((f) => f.path === path)) return;
      const kept = keptBuffers(project)[path];
      const uri = uriOf(project, path);
      monaco.editor.getModel(uri)?.dispose();
      const model = monaco.editor.createModel(kept?.text ?? disk.text, languageOf(path), uri);
      const conflict = kept && kept.modifiedAt !== disk.modifiedAt && kept.text !== disk.text ? disk.text : null;
      const file: OpenFile = {
        path,
        model,
        saved: disk.text,
        modifiedAt: kept?.modifiedAt ?? disk.modifiedAt,
        conflict,
      };
      files.current = [...files.current, file];
      model.onDidChangeContent(() => {
        const text = model.getValue();
        keepBuffer(project, path, text === file.saved ? null : { text, modifiedAt: file.modifiedAt });
        publish();
      });
      publish();
    },
    [project, publish],
  );

  const save = useCallback(
    async (file: OpenFile, force = false) => {
      const text = file.model.getValue();
      const { modifiedAt } = await api.projects.write({
        project,
        path: file.path,
        text,
        ...(force ? {} : { ifModifiedAt: file.modifiedAt }),
      });
      Object.assign(file, { saved: text, modifiedAt, conflict: null });
      keepBuffer(project, file.path, null);
      publish();
    },
    [project, publish],
  );

  const lookAtDisk = useCallback(async () => {
    for (const file of files.current) {
      const disk = await api.projects.read({ project, path: file.path }).catch(() => null);
      if (!disk || disk.text === file.saved) continue;
      if (file.model.getValue() === file.saved) {
        Object.assign(file, { saved: disk.text, modifiedAt: disk.modifiedAt });
        file.model.setValue(disk.text);
      } else file.conflict = disk.text;
    }
    publish();
  }, [project, publish]);
  useEvent('projects.didChangeFiles', (e) => e.project === project && void lookAtDisk());

  useEffect(() => {
    editorSaver.saveAll = async () => {
      for (const file of files.current) {
        if (file.model.getValue() === file.saved) continue;
        await save(file).catch(async (error) => {
          await lookAtDisk();
          complain(error);
          throw error;
        });
      }
    };
    return () => {
      for (const file of files.current) file.model.dispose();
      files.current = [];
    };
  }, [save, lookAtDisk]);

  return useMemo(
    () => ({
      open,
      show: load,
      close(path) {
        files.current.find((f) => f.path === path)?.model.dispose();
        keepBuffer(project, path, null);
        files.current = files.current.filter((f) => f.path !== path);
        publish();
      },
      takeDisk(path) {
        const file = files.current.find((f) => f.path === path);
        if (file?.conflict == null) return;
        file.saved = file.conflict;
        file.model.setValue(file.conflict);
        file.conflict = null;
        void api.projects.read({ project, path }).then(({ modifiedAt }) => (file.modifiedAt = modifiedAt), complain);
        publish();
      },
      async keepMine(path) {
        const file = files.current.find((f) => f.path === path);
        if (file) await save(file, true).catch(complain);
      },
    }),
    [open, load, project, publish, save],
  );
}

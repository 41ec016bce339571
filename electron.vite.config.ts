// The three builds: Node programs (out/node), the Electron bridge (out/preload), the window (out/renderer).
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';

const at = (path: string) => resolve(import.meta.dirname ?? '.', path);

/** Programs and the library's published doors; one build, so that a script and the trainer share one library. */
const programs = {
  cli: at('src/cli/index.ts'),
  trainer: at('src/trainer/index.ts'),
  reporter: at('src/trainer/reporter/index.ts'),
  'image-decoder': at('src/flint/vision/images/worker.ts'),
  workbench: at('src/trainer/workbench.ts'),
  electron: at('src/main/shells/electron/index.ts'),
  flint: at('src/flint/index.ts'),
  'flint-data': at('src/flint/data/index.ts'),
  'flint-vision': at('src/flint/vision/index.ts'),
  'flint-studio': at('src/flint/studio/index.ts'),
  'flint-io': at('src/flint/io/index.ts'),
};

export default defineConfig({
  main: {
    build: {
      outDir: 'out/node',
      sourcemap: true,
      minify: false,
      target: 'node20',
      lib: { entry: programs, formats: ['es'] },
      rollupOptions: { output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' } },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      lib: { entry: { index: at('src/preload/index.ts') }, formats: ['cjs'] },
      rollupOptions: { output: { entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [react()],
    worker: { format: 'es' },
    build: {
      outDir: at('out/renderer'),
      target: 'chrome120',
      chunkSizeWarningLimit: 8000,
      rollupOptions: { input: at('src/renderer/index.html') },
    },
  },
});

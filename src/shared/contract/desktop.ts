// What the shell around the studio can do. A missing capability is said here, and the window offers something else.
import { z } from 'zod';
import { event, method } from './method.ts';

export interface Capabilities {
  shell: 'electron' | 'web' | 'memory';
  /** A folder dialog of the desktop; without it the window shows its own, fed by `listFolder`. */
  pickFolder: boolean;
  revealPath: boolean;
}
export interface Preferences {
  theme: 'system' | 'light' | 'dark';
  locale: 'system' | 'en' | 'zh';
}
export interface DeviceInfo {
  id: string;
  name: string;
  memoryBytes: number;
  detail: string;
}

export const desktop = {
  capabilities: method(z.object({})).returns<Capabilities>(),
  /** With `file`, a file instead of a folder. */
  pickFolder: method(z.object({ title: z.string(), file: z.boolean().default(false) })).returns<string | null>(),
  listFolder: method(z.object({ path: z.string().optional() })).returns<{
    path: string;
    parent: string | null;
    folders: string[];
    files: string[];
  }>(),
  revealPath: method(z.object({ path: z.string() })).returns<void>(),
  preferences: method(z.object({})).returns<Preferences>(),
  setPreferences: method(
    z.object({
      theme: z.enum(['system', 'light', 'dark']).optional(),
      locale: z.enum(['system', 'en', 'zh']).optional(),
    }),
  ).returns<Preferences>(),
  devices: method(z.object({})).returns<DeviceInfo[]>(),
};
export const desktopEvents = {
  didChangePreferences: event<Preferences>(),
};

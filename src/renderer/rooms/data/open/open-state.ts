// Whether data are being opened, and what: asked for by a button or a command, or dropped on the window.
import { create } from 'zustand';
import { windowState, toast } from '../../../store.ts';
import { messages } from '../../../messages/use-messages.ts';
import type { Dropped } from './dropped.ts';

interface OpenState {
  open: boolean;
  /** What was dropped, to be looked at first. */
  dropped: Dropped | null;
}
export const useOpenState = create<OpenState>(() => ({ open: false, dropped: null }));

export function openData(dropped: Dropped | null = null): void {
  if (!windowState().project) return toast(messages().open.needsProject);
  useOpenState.setState({ open: true, dropped });
}
export const closeOpenData = (): void => useOpenState.setState({ open: false, dropped: null });

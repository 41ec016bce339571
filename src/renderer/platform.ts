// What differs between machines in the window: the key that commands go by, and how it is written.
const mac = /mac/i.test(navigator.platform);

/** Whether the command key of this machine is down, and no other that would make it another command. */
export const isCommandKey = (e: KeyboardEvent): boolean =>
  (mac ? e.metaKey && !e.ctrlKey : e.ctrlKey && !e.metaKey) && !e.altKey && !e.shiftKey;

/** "K" -> "Ctrl+K", or "Cmd+K" on a Mac. */
export const commandKey = (key: string): string => `${mac ? 'Cmd' : 'Ctrl'}+${key}`;

// What a page in the Electron window may do, as pure functions: stay where it is, and nothing else.

export const appScheme = 'app';
export const appOrigin = 'app://flint';

/** Navigation within the window: only the studio's own page. */
export function mayNavigate(target: string): boolean {
  return isOwnPage(target);
}

/** Whether a message's sender is the studio's own page in its top frame. */
export function isOwnPage(url: string): boolean {
  try {
    const parsed = new URL(url);
    return parsed.protocol === `${appScheme}:` && parsed.host === 'flint';
  } catch {
    return false;
  }
}

/** Web permissions (camera, notifications …): only writing to the clipboard, which copying in the editor needs. */
export function mayUse(permission: string, requestingUrl: string): boolean {
  return permission === 'clipboard-sanitized-write' && isOwnPage(requestingUrl);
}

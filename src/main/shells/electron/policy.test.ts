import { describe, expect, it } from 'vitest';
import { isOwnPage, mayNavigate, mayUse } from './policy.ts';

describe('the Electron window', () => {
  it('stays on its own page', () => {
    expect(mayNavigate('app://flint/index.html')).toBe(true);
    for (const url of [
      'https://flint/',
      'file:///etc/passwd',
      'app://other/',
      'app://flint.evil/',
      'javascript:1',
      '',
    ]) {
      expect(mayNavigate(url), url).toBe(false);
    }
  });
  it('hears messages from its own page only', () => {
    expect(isOwnPage('app://flint/')).toBe(true);
    expect(isOwnPage('http://127.0.0.1/app://flint/')).toBe(false);
  });
  it('may write to the clipboard and nothing else', () => {
    expect(mayUse('clipboard-sanitized-write', 'app://flint/')).toBe(true);
    expect(mayUse('clipboard-sanitized-write', 'https://evil.example/')).toBe(false);
    for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read']) {
      expect(mayUse(permission, 'app://flint/'), permission).toBe(false);
    }
  });
});

// The window's built files as a shell hands them out: only what lies in that folder, with its type, and the policy that
// keeps the page to itself.
import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

export interface WindowFile {
  path: string;
  type: string;
  bytes: number;
  modifiedAt: number;
  /** Its name holds a hash of its content: it may be kept for ever. */
  lasting: boolean;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/** The file for a URL's path ("/" is index.html); null when there is none, or when it would lie outside `root`. */
export async function findWindowFile(root: string, urlPath: string): Promise<WindowFile | null> {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null;
  const parts = decoded.split('/').filter((part) => part !== '');
  if (parts.some((part) => part.startsWith('.'))) return null;
  try {
    const top = await realpath(root);
    const path = await realpath(join(top, ...(parts.length ? parts : ['index.html'])));
    if (!path.startsWith(top + sep)) return null;
    const info = await stat(path);
    if (!info.isFile()) return null;
    return {
      path,
      type: types[extname(path).toLowerCase()] ?? 'application/octet-stream',
      bytes: info.size,
      modifiedAt: Math.floor(info.mtimeMs),
      lasting: parts[0] === 'assets',
    };
  } catch {
    return null;
  }
}

/** `connect`: what the page may open connections to beside its own origin. */
export function contentSecurityPolicy(connect: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}

/** Sent with every answer. */
export function securityHeaders(connect: readonly string[] = []): Record<string, string> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(connect),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
  };
}

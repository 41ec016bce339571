// Who may talk to the web shell: the right Host (no rebinding of names), the right Origin (no other site), and the token
// made at start, by address once and by cookie afterwards. Pure, so that each refusal has a test.
import { timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

export interface Guard {
  token: string;
  cookieName: string;
  /** Host names, without port, beside loopback's, under which the studio may be asked for. */
  hosts: readonly string[];
}
export interface RequestHead {
  /** Path and query. */
  url: string;
  host: string | undefined;
  origin: string | undefined;
  cookie: string | undefined;
  /** Sec-Fetch-Site, which browsers add. */
  fetchSite?: string | undefined;
}
export type Verdict =
  { allowed: true; setCookie: boolean } | { allowed: false; status: 400 | 401 | 403; reason: string };

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** `upgrade`: a WebSocket, where browsers always send Origin and nothing else protects against another site. */
export function judge(guard: Guard, head: RequestHead, upgrade: boolean): Verdict {
  if (!hostAllowed(guard, head.host)) {
    return { allowed: false, status: 403, reason: `The studio is not known as "${head.host ?? ''}".` };
  }
  if (head.origin !== undefined ? !sameOrigin(head.origin, head.host) : upgrade && head.fetchSite === 'cross-site') {
    return { allowed: false, status: 403, reason: `Requests from ${head.origin ?? 'another site'} are refused.` };
  }
  const fromQuery = queryToken(head.url);
  if (fromQuery !== null && sameSecret(fromQuery, guard.token)) return { allowed: true, setCookie: !upgrade };
  const fromCookie = cookieValue(head.cookie, guard.cookieName);
  if (fromCookie !== null && sameSecret(fromCookie, guard.token)) return { allowed: true, setCookie: false };
  return {
    allowed: false,
    status: 401,
    reason:
      'Open the address that Flint printed when it started; it holds the key.\n请打开 Flint 启动时显示的地址，其中包含密钥。',
  };
}

/** Only names: the port may differ where a tunnel leads here. */
export function hostAllowed(guard: Guard, host: string | undefined): boolean {
  const name = hostName(host);
  return name !== null && (loopback.includes(name) || guard.hosts.includes(name));
}

/** "localhost:80" -> "localhost"; null when it is no host. */
export function hostName(host: string | undefined): string | null {
  if (!host || !/^[\w.:[\]-]+$/.test(host)) return null;
  const name = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.split(':')[0]!;
  return name === '' ? null : name.toLowerCase();
}

function sameOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

/** Names under which a server that listens on `listenHost` is reached, loopback's left out. */
export function namesOf(listenHost: string, ownAddresses: readonly string[], ownName: string): string[] {
  const bracket = (address: string) => (isIP(address) === 6 ? `[${address}]` : address.toLowerCase());
  const everywhere = ['0.0.0.0', '::', ''].includes(listenHost);
  const names = everywhere ? [...ownAddresses, ownName, `${ownName}.local`] : [listenHost];
  return [...new Set(names.map(bracket))].filter((name) => !loopback.includes(name));
}

function sameSecret(a: string, b: string): boolean {
  const x = Buffer.from(a);
  const y = Buffer.from(b);
  return x.length === y.length && timingSafeEqual(x, y);
}

function queryToken(url: string): string | null {
  const query = url.indexOf('?');
  return query < 0 ? null : new URLSearchParams(url.slice(query + 1)).get('token');
}

function cookieValue(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, ...rest] = part.trim().split('=');
    if (key === name) return rest.join('=');
  }
  return null;
}

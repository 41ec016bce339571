// The web shell: the studio for a browser on this machine, or on another through a tunnel. Loopback only unless told
// otherwise; whoever opens it needs the token that is made at each start.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { StudioError } from '../../../shared/errors.ts';
import { composeStudio } from '../../compose.ts';
import { packageRoot } from '../../../flint/package-root.ts';
import { userPaths } from '../app-paths.ts';
import { startNodeProcess } from '../processes.ts';
import type { AppPaths, Shell } from '../shell.ts';
import { openBrowser, systemdKeepAwake } from './desktop.ts';
import { namesOf, type Guard } from './guard.ts';
import { createWebServer } from './server.ts';

export interface ServeOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 7421; 0 takes any free one. */
  port?: number;
  /** Opens the browser where a display is. */
  open?: boolean;
  windowFolder?: string;
  paths?: AppPaths;
}
export interface ServedStudio {
  /** With the token: whoever has it has the studio. */
  url: string;
  token: string;
  port: number;
  /** True when a browser was told to open it. */
  opened: boolean;
  shell: Shell;
  close(): Promise<void>;
}

export const defaultPort = 7421;

export function webShell(appPaths: AppPaths): Shell {
  const keepAwake = systemdKeepAwake();
  return {
    capabilities: { shell: 'web', pickFolder: false, revealPath: false },
    appPaths,
    ...(keepAwake && { keepAwake }),
    startProcess: (request) => startNodeProcess(request),
  };
}

/** Starts the studio and resolves once it can be opened. A port in use is a StudioError with code "port-in-use". */
export async function serveStudio(options: ServeOptions = {}): Promise<ServedStudio> {
  const host = options.host ?? '127.0.0.1';
  const windowFolder = options.windowFolder ?? join(packageRoot(), 'out/renderer');
  if (!existsSync(join(windowFolder, 'index.html'))) {
    throw new StudioError('not-built', `The window is not built: ${windowFolder} has no index.html. Run "npm start".`);
  }
  const shell = webShell(options.paths ?? userPaths());
  const guard: Guard = {
    token: randomBytes(24).toString('base64url'),
    cookieName: 'flint',
    hosts: namesOf(host, ownAddresses(), hostname()),
  };
  const studio = await composeStudio(shell);
  const server = createWebServer({ guard, windowFolder, onClient: (transport) => studio.server.attach(transport) });
  let port: number;
  try {
    port = await listen(server, host, options.port ?? defaultPort);
  } catch (error) {
    await studio.close();
    throw error;
  }
  guard.cookieName = `flint-${port}`;
  const url = `http://${addressFor(host)}:${port}/?token=${guard.token}`;
  return {
    url,
    token: guard.token,
    port,
    opened: options.open === true && openBrowser(url),
    shell,
    async close() {
      await studio.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function listen(server: ReturnType<typeof createWebServer>, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'port-in-use' : 'cannot-listen';
      const hint = why === 'port-in-use' ? 'Is the studio open already? Choose another with --port.' : error.message;
      reject(new StudioError(why, `The studio cannot listen on ${host}:${port}. ${hint}`));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

const ownAddresses = () =>
  Object.values(networkInterfaces()).flatMap((cards) => (cards ?? []).map((card) => card.address));

function addressFor(host: string): string {
  if (['0.0.0.0', '::', ''].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

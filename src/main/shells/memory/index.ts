// The shell for tests: no desktop, no network; processes are real ones.
import { startNodeProcess } from '../processes.ts';
import type { AppPaths, ProcessRequest, Shell } from '../shell.ts';
import { memoryPair, type Transport } from '../../../shared/rpc/transport.ts';
import type { RpcServer } from '../../../shared/rpc/server.ts';

export function memoryShell(
  appPaths: AppPaths,
  desktop: Pick<Shell, 'dialogs' | 'revealPath' | 'keepAwake'> = {},
): Shell {
  return {
    capabilities: {
      shell: 'memory',
      pickFolder: desktop.dialogs !== undefined,
      revealPath: desktop.revealPath !== undefined,
    },
    appPaths,
    ...desktop,
    startProcess: (request: ProcessRequest) => startNodeProcess(request),
  };
}

/** A client of the studio inside this process. */
export function memoryClient(server: RpcServer): Transport {
  const [near, far] = memoryPair();
  server.attach(far);
  return near;
}

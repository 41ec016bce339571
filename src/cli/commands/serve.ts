// flint serve: the studio for a browser, on this machine or through a tunnel.
import { defaultPort, serveStudio } from '../../main/shells/web/index.ts';
import { wholeNumber, type Options, type Values } from '../arguments.ts';

export const serveOptions: Options = { host: { type: 'string' }, port: { type: 'string' }, open: { type: 'boolean' } };
export const serveHelp = `flint serve [--host 127.0.0.1] [--port ${defaultPort}] [--open]

Serves the studio to a browser and prints its address. Whoever has the address has the studio: it holds a token.

  --host   address to listen on; only this machine unless told otherwise
  --port   0 takes any free one
  --open   open the browser`;

export async function serveCommand(values: Values): Promise<number> {
  const studio = await serveStudio({
    ...(values.host !== undefined && { host: values.host as string }),
    ...(values.port !== undefined && { port: wholeNumber('port', values.port as string, 0, 65535) }),
    open: values.open === true,
  });
  console.log(studio.url);
  await new Promise<void>((done) => {
    process.once('SIGINT', () => done());
    process.once('SIGTERM', () => done());
  });
  // Runs go on; a studio that starts later finds them.
  await studio.close();
  return 0;
}

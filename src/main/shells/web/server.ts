// The studio over HTTP and one WebSocket: files of the window, and /rpc. Every request passes the guard first.
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Transport } from '../../../shared/rpc/transport.ts';
import { webSocketTransport, type SocketLike } from '../../../shared/rpc/web-socket.ts';
import { findWindowFile, securityHeaders } from '../window-files.ts';
import { judge, type Guard, type RequestHead } from './guard.ts';

export interface WebServerOptions {
  guard: Guard;
  /** Folder of the built window. */
  windowFolder: string;
  onClient(transport: Transport): void;
}

const heartbeatMs = 30_000;
const largestMessage = 64 * 1024 * 1024;

export function createWebServer(options: WebServerOptions): Server {
  const server = createServer((request, response) => void answer(options, request, response));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessage, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const verdict = judge(options.guard, headOf(request), true);
    if (!verdict.allowed) return refuse(socket, verdict.status, verdict.reason);
    if (pathOf(request) !== '/rpc') return refuse(socket, 404, 'There is nothing here.');
    sockets.handleUpgrade(request, socket, head, (webSocket) => void welcome(options, webSocket));
  });
  const beat = setInterval(() => sockets.clients.forEach(checkAlive), heartbeatMs);
  beat.unref();
  server.on('close', () => {
    clearInterval(beat);
    sockets.clients.forEach((client) => client.terminate());
  });
  return server;
}

const silent = new WeakSet<WebSocket>();
/** A window whose machine went to sleep leaves a socket that never closes: it must answer each ping. */
function checkAlive(socket: WebSocket): void {
  if (silent.has(socket)) return socket.terminate();
  silent.add(socket);
  socket.ping();
}

async function welcome(options: WebServerOptions, socket: WebSocket): Promise<void> {
  socket.on('pong', () => silent.delete(socket));
  socket.on('error', () => socket.terminate());
  try {
    options.onClient(await webSocketTransport(socket as unknown as SocketLike));
  } catch {
    socket.terminate();
  }
}

async function answer(options: WebServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const head = headOf(request);
    const verdict = judge(options.guard, head, false);
    for (const [name, value] of Object.entries(
      securityHeaders(socketOrigins(verdict.allowed ? head.host : undefined)),
    )) {
      response.setHeader(name, value);
    }
    if (!verdict.allowed) return say(response, verdict.status, verdict.reason);
    if (request.method !== 'GET' && request.method !== 'HEAD') return say(response, 405, 'Only GET is answered here.');
    if (verdict.setCookie) {
      const { cookieName, token } = options.guard;
      response.setHeader('Set-Cookie', `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`);
    }
    const file = await findWindowFile(options.windowFolder, pathOf(request));
    if (!file) return say(response, 404, 'There is no such file in the studio.');
    const etag = `"${file.modifiedAt.toString(36)}-${file.bytes.toString(36)}"`;
    response.setHeader('Content-Type', file.type);
    response.setHeader('ETag', etag);
    response.setHeader('Cache-Control', file.lasting ? 'private, max-age=31536000, immutable' : 'no-cache');
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
    response.setHeader('Content-Length', file.bytes);
    response.writeHead(200);
    if (request.method === 'HEAD') return void response.end();
    createReadStream(file.path)
      .on('error', () => response.destroy())
      .pipe(response);
  } catch {
    if (response.headersSent) response.destroy();
    else say(response, 500, 'The file could not be sent.');
  }
}

/** The Host was checked before, so it may stand in a header. */
const socketOrigins = (host: string | undefined) => (host ? [`ws://${host}`, `wss://${host}`] : []);

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`${text}\n`);
}

function refuse(socket: Duplex, status: number, reason: string): void {
  const body = `${reason}\n`;
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function headOf(request: IncomingMessage): RequestHead {
  const { host, origin, cookie } = request.headers;
  const fetchSite = request.headers['sec-fetch-site'];
  return { url: request.url ?? '/', host, origin, cookie, fetchSite: fetchSite?.toString() };
}

const pathOf = (request: IncomingMessage) => (request.url ?? '/').split(/[?#]/)[0]!;

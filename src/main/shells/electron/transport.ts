// Bytes between the window and main over Electron's ipc. Each load of the page is a new connection; messages count only
// from the top frame of the studio's own page.
import { ipcMain, type BrowserWindow, type IpcMainEvent } from 'electron';
import { bridgeChannels } from '../../../shared/rpc/bridge.ts';
import type { RpcServer } from '../../../shared/rpc/server.ts';
import { TransportInbox, type Transport } from '../../../shared/rpc/transport.ts';
import { isOwnPage } from './policy.ts';

export function serveWindow(window: BrowserWindow, server: RpcServer): void {
  const page = window.webContents;
  let inbox: TransportInbox | null = null;
  const fromOwnPage = (event: IpcMainEvent) =>
    event.sender === page && event.senderFrame === page.mainFrame && isOwnPage(event.senderFrame.url);

  const connect = (event: IpcMainEvent) => {
    if (!fromOwnPage(event)) return;
    inbox?.close('the page was loaded again');
    inbox = new TransportInbox();
    server.attach(pageTransport(inbox, page));
  };
  const deliver = (event: IpcMainEvent, bytes: unknown) => {
    if (fromOwnPage(event) && bytes instanceof Uint8Array) inbox?.deliver(bytes);
  };
  ipcMain.on(bridgeChannels.connect, connect);
  ipcMain.on(bridgeChannels.toMain, deliver);
  page.on('render-process-gone', () => inbox?.close('the page ended'));
  window.on('closed', () => {
    ipcMain.off(bridgeChannels.connect, connect);
    ipcMain.off(bridgeChannels.toMain, deliver);
    inbox?.close('the window was closed');
  });
}

function pageTransport(inbox: TransportInbox, page: Electron.WebContents): Transport {
  return {
    send(bytes) {
      if (inbox.closed || page.isDestroyed()) throw new Error('The connection is closed.');
      page.send(bridgeChannels.toPage, bytes);
    },
    onMessage: (listener) => inbox.setListener(listener),
    onClose: (listener) => inbox.addCloseListener(listener),
    close(reason = 'closed') {
      if (!inbox.closed && !page.isDestroyed()) page.send(bridgeChannels.closed);
      inbox.close(reason);
    },
  };
}

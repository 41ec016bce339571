// The bridge into the Electron window: bytes out, bytes in, nothing else. The sandbox lets it load only this one file.
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { bridgeChannels, type Bridge } from '../shared/rpc/bridge.ts';

const bridge = {
  send: (bytes: Uint8Array) => ipcRenderer.send(bridgeChannels.toMain, bytes),
  onMessage(listener: (bytes: Uint8Array) => void) {
    ipcRenderer.removeAllListeners(bridgeChannels.toPage);
    ipcRenderer.on(bridgeChannels.toPage, (_event, bytes: Uint8Array) => listener(bytes));
    ipcRenderer.send(bridgeChannels.connect);
  },
  onClose(listener: () => void) {
    ipcRenderer.removeAllListeners(bridgeChannels.closed);
    ipcRenderer.on(bridgeChannels.closed, () => listener());
  },
  pathOf: (file: object) => webUtils.getPathForFile(file as File),
} satisfies Bridge;

contextBridge.exposeInMainWorld('flintBridge', bridge);

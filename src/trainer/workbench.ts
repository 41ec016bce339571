// The workbench: a long-lived process that answers requests about data sets and exports. Its one argument is its job, as
// JSON. A request that fails answers an error; when the studio goes, so does this.
import { connect } from 'node:net';
import { ToWorkbench, WorkbenchJob, type FromWorkbench } from '../shared/contract/trainer.ts';
import { encodeFrame, FrameReader } from '../shared/rpc/frames.ts';
import { RequestLoop } from './jobs/request-loop.ts';

const { socket: path } = WorkbenchJob.parse(JSON.parse(process.argv[2] ?? '{}'));
const socket = connect(path);
const send = (message: FromWorkbench) => void socket.write(encodeFrame(message));
const loop = new RequestLoop(send);
const reader = new FrameReader();

socket.on('connect', () => send({ type: 'hello', pid: process.pid }));
socket.on('data', (piece) => {
  for (const message of reader.push(piece)) loop.receive(ToWorkbench.parse(message));
});
socket.on('error', () => process.exit(1));
socket.on('close', () => process.exit(0));

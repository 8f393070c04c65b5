import { parentPort } from 'node:worker_threads';
import { NodeFileSystem } from '../engine/index';
import { SessionService } from './service';
import type { ToWorker } from './wire';

const port = parentPort;
if (port === null) throw new Error('This is the worker of VHD Editor; it runs in a thread of its own.');

const service = new SessionService({
  fileSystem: new NodeFileSystem(),
  post: (message, transfer) => port.postMessage(message, [...transfer]),
  afterMessages: (callback) => setImmediate(callback),
  now: () => performance.now(),
});
port.on('message', (message: ToWorker) => service.receive(message));

import { parentPort, workerData } from 'node:worker_threads';
import { NodeFileSystem } from '../engine/index';
import { OperationService } from './operationService';
import type { ToOperationWorker } from './operationWire';
import type { WorkerRole } from './role';
import { SessionService } from './service';
import type { ToWorker } from './wire';

const port = parentPort;
if (port === null) throw new Error('This is the worker of VHD Editor; it runs in a thread of its own.');

const surroundings = {
  fileSystem: new NodeFileSystem(),
  post: (message: unknown, transfer: readonly ArrayBuffer[] = []) => port.postMessage(message, [...transfer]),
  afterMessages: (callback: () => void) => void setImmediate(callback),
  now: () => performance.now(),
};

// A role comes from our own clients only; one that shows an image names none.
const role = workerData as WorkerRole | null;
if (role === 'operation') {
  const service = new OperationService(surroundings);
  port.on('message', (message: ToOperationWorker) => service.receive(message));
} else {
  const service = new SessionService(surroundings);
  port.on('message', (message: ToWorker) => service.receive(message));
}

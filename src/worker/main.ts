import { parentPort, workerData } from 'node:worker_threads';
import { NodeFileSystem, runAsCopyLane, useTranslations } from '../engine/index';
import { CompareService } from './compareService';
import type { ToCompareWorker } from './compareWire';
import { FamilyIndex } from './familyIndex';
import type { FromFamilyWorker, KnownFamilies, ToFamilyWorker } from './familyWire';
import { OperationService } from './operationService';
import type { ToOperationWorker } from './operationWire';
import { SessionService } from './service';
import type { ThreadOrder } from './startThread';
import type { ToWorker } from './wire';

function serve(): void {
  const port = parentPort;
  if (port === null) throw new Error('This is the worker of VHD Editor; it runs in a thread of its own.');

  const surroundings = {
    fileSystem: new NodeFileSystem(__filename),
    post: (message: unknown, transfer: readonly ArrayBuffer[] = []) => port.postMessage(message, [...transfer]),
    afterMessages: (callback: () => void) => void setImmediate(callback),
    now: () => performance.now(),
  };

  // An order comes from our own clients only.
  const { role, translations } = workerData as ThreadOrder;
  useTranslations(translations);
  if (role === 'operation') {
    const service = new OperationService(surroundings);
    port.on('message', (message: ToOperationWorker) => service.receive(message));
  } else if (role === 'compare') {
    const service = new CompareService(surroundings);
    port.on('message', (message: ToCompareWorker) => service.receive(message));
  } else if (role === 'families') {
    const index = new FamilyIndex(surroundings.fileSystem);
    port.on('message', ({ id, order }: ToFamilyWorker) => {
      surroundings.post(answerOf(id, () => index.update(order)));
    });
  } else {
    const service = new SessionService(surroundings);
    port.on('message', (message: ToWorker) => service.receive(message));
  }
}

if (!runAsCopyLane()) serve();

function answerOf(id: number, known: () => KnownFamilies): FromFamilyWorker {
  try {
    return { id, known: known() };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

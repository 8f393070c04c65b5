import type { Image } from '../engine/image';
import {
  EditedImage,
  EngineError,
  exportRange,
  newImageFacts,
  saveCopy,
  type CheckStep,
  type Progress,
  t,
} from '../engine/index';
import type { Edit, HostEdit } from '../engine/editing/edit';
import type { Mismatch } from '../engine/editing/editedImage';
import type { FileSystem } from '../engine/storage/fileSystem';
import { editIn } from './editParams';
import type { EditRequests, EditState, RestoreReport } from './editWire';
import { keysIn, wholeNumber } from './params';
import { repairAnswer } from './repairPreview';
import { ImageSession } from './session';
import type { ChainFile, OpenReport } from './openReport';
import type { OpenOrder, RepairAnswer, WorkerRequests } from './wire';

type EditRequestName = keyof EditRequests;

/** Requests that write a new file: they take a while, and change nothing that is open. */
export type CopyRequestName = 'saveCopy' | 'exportRange';
type ChangeRequestName = Exclude<EditRequestName, CopyRequestName>;

/** Bytes of edits from which on they are made, or saved, in steps: less is done before anyone could have asked something else. */
const LONG_LENGTH = 4 * 1024 * 1024;

type EditAnswers = {
  readonly [Name in ChangeRequestName]: (params: EditRequests[Name]['params']) => EditRequests[Name]['result'];
};

type Copies = {
  readonly [Name in CopyRequestName]: (params: EditRequests[Name]['params']) => Iterator<unknown, unknown>;
};

/** An image that is open, with its edits: what changes it, and the session that answers questions about it as it is now. */
export class OpenDocument {
  readonly #image: EditedImage;
  /** Where files are written; the image itself may lie in another file system. */
  readonly #target: FileSystem;
  readonly #fileSystem: FileSystem;
  readonly #isLoaded: boolean;
  /** The files of the layers as they were when these were opened. */
  readonly #files = new WeakMap<Image, ChainFile>();
  #readOnlyReason: string | null;
  #session: ImageSession;

  readonly #answers: EditAnswers = {
    previewEdit: ({ edit }) => this.#editable().preview(editIn(edit)),
    planRelink: ({ parentPath }) => this.#editable().planRelink(parentPath),
    edit: ({ edit, memoryLimit }) => {
      const done = this.#editable().edit(hostEditIn(edit), memoryIn(memoryLimit));
      return { done, state: this.#renewed() };
    },
    undoEdit: ({ id }) => this.#changed(() => this.#image.undo(id)),
    redoEdit: ({ id }) => this.#changed(() => this.#image.redo(id)),
    saveEdits: () => this.#changed(() => this.#editable().save()),
    revertEdits: () => this.#changed(() => this.#image.revert()),
    backupEdits: () => ({ bytes: this.#image.backup() }),
    restoreEdits: ({ bytes }) => this.#report(() => this.#loadable().restore(bytes)),
    rebaseEdits: () => this.#report(() => this.#image.rebase()),
    applyFitting: () => this.#changed(() => this.#image.applyFitting()),
    describeEdits: () => ({ text: this.#image.describe() }),
    forgetKept: () => this.#changed(() => this.#image.forgetKept()),
  };

  readonly #copies: Copies = {
    saveCopy: ({ path, replace }) => saveCopy(this.#target, this.#image.chain, this.#target.resolve(path), replace),
    exportRange: ({ source: { kind, layer }, offset, length, path }) => {
      const source = { kind, layer: this.#session.layerNumber(layer) };
      return exportRange(this.#target, this.#image.chain, { source, offset, length }, this.#target.resolve(path));
    },
  };

  /** `fileSystem` holds the image, `target` is that of this computer. Throws EngineError where the leaf itself cannot be opened. */
  constructor(fileSystem: FileSystem, target: FileSystem, order: OpenOrder) {
    this.#fileSystem = fileSystem;
    this.#target = target;
    this.#isLoaded = order.loaded !== null;
    this.#readOnlyReason = order.readOnlyReason;
    this.#image = new EditedImage(fileSystem, order.path, order.policy);
    try {
      this.#session = this.#sessionOfNow();
    } catch (error) {
      this.#image.close();
      throw error;
    }
  }

  /** Another one after each change. */
  get session(): ImageSession {
    return this.#session;
  }

  /** True where the last change left every sector with its owner. */
  get keptOwners(): boolean {
    return this.#image.keptOwners;
  }

  get report(): OpenReport {
    return { image: this.#session.opened, files: this.#session.files, history: this.#image.history };
  }

  /** True where an order is for what is open already: then its edits stay. */
  isFor(order: OpenOrder): boolean {
    return !this.#isLoaded && order.loaded === null && this.#fileSystem.resolve(order.path) === this.#image.path;
  }

  /** Opens the chain anew as the order says; see `EditedImage.reopen`. */
  reopen(order: OpenOrder): void {
    this.#image.reopen(order.policy);
    this.#readOnlyReason = order.readOnlyReason;
    this.#session = this.#sessionOfNow();
  }

  /** Throws EngineError: `read-only` where nothing may be changed, and as `EditedImage`. */
  answer<Name extends ChangeRequestName>(
    name: Name,
    params: EditRequests[Name]['params'],
  ): EditRequests[Name]['result'] {
    try {
      return this.#answers[name](params);
    } finally {
      this.#renewIfChanged();
    }
  }

  /** True for the name of a request that `answer` answers. */
  answers(name: string): name is ChangeRequestName {
    return Object.hasOwn(this.#answers, name);
  }

  /** The steps of a copy; what is open must not be changed until they are done. */
  copy<Name extends CopyRequestName>(name: Name, params: EditRequests[Name]['params']): Iterator<unknown, unknown> {
    return this.#copies[name](params);
  }

  /** The steps of a change that takes a while; null for one that `answer` makes at once. What is open must not be changed until they are done. */
  longChange(name: string, params: object): Iterator<unknown, unknown> | null {
    if (name === 'edit') {
      const { edit, memoryLimit } = params as EditRequests['edit']['params'];
      const isLong = edit.kind === 'import' || (edit.kind === 'fill' && edit.length >= LONG_LENGTH);
      return isLong ? this.#editSteps(edit, memoryLimit) : null;
    }
    return name === 'saveEdits' && this.#image.memory >= LONG_LENGTH ? this.#saveSteps() : null;
  }

  /** Looks for what can be put right in what is shown; what is open must not be changed until it is done. */
  *planRepair({ only }: WorkerRequests['planRepair']['params']): Generator<CheckStep, RepairAnswer, void> {
    const options = { now: Date.now(), facts: newImageFacts() };
    const keys = only === null ? null : keysIn(only);
    return repairAnswer(yield* this.#image.planRepair({ ...options, only: keys, ignoresUnknown: true }));
  }

  close(): void {
    this.#image.close();
  }

  *#editSteps(edit: Edit | HostEdit, memoryLimit: number): Generator<Progress, EditRequests['edit']['result'], void> {
    try {
      const done = yield* this.#editable().editSteps(hostEditIn(edit), memoryIn(memoryLimit));
      return { done, state: this.#renewed() };
    } finally {
      this.#renewIfChanged();
    }
  }

  *#saveSteps(): Generator<Progress, EditState, void> {
    try {
      yield* this.#editable().saveSteps();
      return this.#renewed();
    } finally {
      this.#renewIfChanged();
    }
  }

  /** What failed may have found out about a change of the file first. */
  #renewIfChanged(): void {
    if (this.#session.chain !== this.#image.chain) this.#session = this.#sessionOfNow();
  }

  #editable(): EditedImage {
    if (this.#readOnlyReason !== null) throw readOnly(this.#image.path, this.#readOnlyReason);
    return this.#loadable();
  }

  /** An image that was loaded whole has no file that could be written. */
  #loadable(): EditedImage {
    if (this.#isLoaded) throw readOnly(this.#image.path, t('it does not lie on this computer'));
    return this.#image;
  }

  #changed(change: () => void): EditState {
    change();
    return this.#renewed();
  }

  #report(change: () => Mismatch | null): RestoreReport {
    const mismatch = change();
    const state = this.#renewed();
    return mismatch === null ? { outcome: 'restored', state } : { outcome: 'mismatch', ...mismatch, state };
  }

  #renewed(): EditState {
    this.#session = this.#sessionOfNow();
    return { ...this.report, isChanged: this.#image.isChanged, memory: this.#image.memory };
  }

  #sessionOfNow(): ImageSession {
    const { chain, file } = this.#image;
    const files = chain.layers.map(({ image }, layer): ChainFile =>
      layer === 0
        ? { path: image.path, size: file.size, modified: file.modified }
        : (this.#files.get(image) ?? this.#fileAsOpened(image)),
    );
    return new ImageSession(this.#fileSystem, chain, files, this.#readOnlyReason, this.#image.unsavedBytes);
  }

  #fileAsOpened(image: Image): ChainFile {
    const facts = this.#fileSystem.facts(this.#fileSystem.realPath(image.path) ?? image.path);
    if (facts === null) {
      throw new EngineError('file-not-found', {
        what: t('Opening {0}', image.path),
        why: t('the file went away meanwhile'),
        remedy: t('open it again'),
      });
    }
    const file = { path: image.path, size: facts.size, modified: facts.modified };
    this.#files.set(image, file);
    return file;
  }
}

function hostEditIn(edit: Edit | HostEdit): Edit | HostEdit {
  return edit.kind === 'import' || edit.kind === 'patch' ? edit : editIn(edit);
}

function memoryIn(memoryLimit: number): number {
  return wholeNumber(memoryLimit, 'Memory for edits', 0, Number.MAX_SAFE_INTEGER);
}

function readOnly(path: string, reason: string): EngineError {
  return new EngineError('read-only', {
    what: t('Changing {0}', path),
    why: reason.replace(/\.$/, ''),
    remedy: t('save a copy of it and change that'),
  });
}

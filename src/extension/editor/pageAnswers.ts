import * as vscode from 'vscode';
import type { Edit, PageEditRequests } from '../../protocol/editing';
import type {
  EngineRequests,
  HostRequests,
  LayerCommand,
  PageRequestName,
  PageRequests,
} from '../../protocol/messages';
import { editAnyway } from '../editing/editAnyway';
import { exportRange, importRange } from '../editing/rangeFiles';
import { PageRepairs } from '../repair/pageRepairs';
import type { PageRepairRequests } from '../../protocol/repair';
import type { ImageArgument } from '../operations/chosenImage';
import type { ImageDocument } from './imageDocument';
import { openInOurEditor } from './viewTypes';

type AnsweredHere = HostRequests & PageEditRequests & PageRepairRequests;

type HostAnswers = {
  readonly [Name in keyof AnsweredHere]: (
    params: AnsweredHere[Name]['params'],
  ) => Promise<AnsweredHere[Name]['result']>;
};

/** The engine's questions by name, so that a page can ask no others. */
const ENGINE_REQUESTS: Readonly<Record<keyof EngineRequests, true>> = {
  blockMap: true,
  blockDetail: true,
  readBytes: true,
  structureRoots: true,
  structureChildren: true,
  structureAt: true,
  structureOfBlock: true,
};

/** The commands that a page may begin. */
const LAYER_COMMANDS: Readonly<Record<LayerCommand, string>> = {
  createSnapshot: 'vhdEditor.createSnapshot',
  mergeSnapshot: 'vhdEditor.mergeSnapshot',
  revertToSnapshot: 'vhdEditor.revertToSnapshot',
  deleteSnapshot: 'vhdEditor.deleteSnapshot',
  compare: 'vhdEditor.compare',
  checkImage: 'vhdEditor.checkImage',
  repairImage: 'vhdEditor.repairImage',
  finishOperation: 'vhdEditor.finishOperation',
  locateParent: 'vhdEditor.locateParent',
  explainChangedParent: 'vhdEditor.explainChangedParent',
};

/** The edits that a page may ask for. */
const PAGE_EDITS: Readonly<Record<Edit['kind'], true>> = {
  overwrite: true,
  fill: true,
  field: true,
  makeConsistent: true,
  sectorBits: true,
};

/** Answers what a page asks: itself what is the host's business, and by the engine the rest. */
export class PageAnswers {
  readonly #document: ImageDocument;
  readonly #host: HostAnswers;

  constructor(document: ImageDocument, log: vscode.LogOutputChannel) {
    this.#document = document;
    const repairs = new PageRepairs(document);
    this.#host = {
      open: () => document.open(),
      copyText: async ({ text }) => {
        await vscode.env.clipboard.writeText(text);
        return null;
      },
      locateParent: () => {
        void vscode.commands.executeCommand('vhdEditor.locateParent', document.uri);
        return Promise.resolve(null);
      },
      openImage: async ({ path, beside }) => {
        await this.#openImage(path, beside);
        return null;
      },
      layerCommand: ({ command, path }) => {
        this.#begin(command, path);
        return Promise.resolve(null);
      },
      showLog: () => {
        log.show();
        return Promise.resolve(null);
      },
      previewEdit: ({ edit }) => document.edits.preview(requireEdit(edit)),
      edit: ({ edit }) => document.edits.edit(requireEdit(edit)),
      planRepair: ({ only }) => repairs.plan(only),
      repair: async ({ number }) => {
        await repairs.make(number);
        return null;
      },
      exportRange: async ({ source, offset, length }) => {
        await exportRange(document, { source, offset, length });
        return null;
      },
      importRange: async ({ target, offset }) => {
        await importRange(document, { target, offset });
        return null;
      },
      editAnyway: async () => {
        await editAnyway(document);
        return null;
      },
    };
  }

  /** Rejects with words for people, also where a page asks what nobody knows. */
  answer<Name extends PageRequestName>(
    name: Name,
    params: PageRequests[Name]['params'],
  ): Promise<PageRequests[PageRequestName]['result']> {
    // A name tells the type of its parameters; the compiler cannot follow that through a union.
    if (isEngineRequest(name)) return this.#document.ask(name, params as never);
    if (isHostRequest(this.#host, name)) return this.#host[name](params as never);
    return Promise.reject(new Error(vscode.l10n.t('The page asked for “{0}”, which is unknown', name)));
  }

  /** What comes of it is shown outside the page. */
  #begin(command: LayerCommand, path: string | null): void {
    const { image, source } = this.#document;
    // A file that is no image yet can be repaired.
    const leafPath = image?.layers[0]?.path ?? (command === 'repairImage' ? source.path : null);
    if (leafPath === null || !Object.hasOwn(LAYER_COMMANDS, command)) {
      throw new Error(vscode.l10n.t('The page asked for “{0}”, which is unknown', command));
    }
    if (path !== null) this.#requireInChain(path);
    const argument: ImageArgument = { uri: source.uriOf(path ?? leafPath), leafPath };
    void vscode.commands.executeCommand(LAYER_COMMANDS[command], argument);
  }

  /** Only images of the chain: the page names no other files. */
  async #openImage(path: string, beside: boolean): Promise<void> {
    this.#requireInChain(path);
    const column = beside ? { viewColumn: vscode.ViewColumn.Beside } : {};
    await openInOurEditor(this.#document.source.uriOf(path), { preview: false, ...column });
  }

  /** The chain may have become another one than the page shows. */
  #requireInChain(path: string): void {
    const layers = this.#document.image?.layers ?? [];
    if (!layers.some((layer) => layer.path === path)) {
      throw new Error(vscode.l10n.t('{0} is not an image of this chain', path));
    }
  }
}

/** Its content is checked by the engine; that it brings a file in is the user's word alone, in a dialog. */
function requireEdit(edit: Edit): Edit {
  if (Object.hasOwn(PAGE_EDITS, edit.kind)) return edit;
  throw new Error(vscode.l10n.t('The page asked for “{0}”, which is unknown', edit.kind));
}

function isEngineRequest(name: string): name is keyof EngineRequests {
  return Object.hasOwn(ENGINE_REQUESTS, name);
}

function isHostRequest(answers: HostAnswers, name: string): name is keyof HostAnswers {
  return Object.hasOwn(answers, name);
}

import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { Edit } from '../../protocol/editing';
import type { StructureNode } from '../../protocol/session';
import { consequences, isGrave } from '../editForms/consequences';
import { PreviewedEdit } from '../editForms/previewedEdit';
import { t } from '../l10n';
import { icon } from '../layout/icon';
import type { RoomContext } from '../room';
import { fieldInput, inputHint } from './fieldInput';

/** What is being changed: a field to a text, or a whole structure to what follows from its other fields. */
interface Draft {
  readonly node: StructureNode;
  readonly kind: 'field' | 'makeConsistent';
  readonly text: string;
  /** Whether what depends on the field is left as it is. */
  readonly alone: boolean;
}

export interface FieldEditorEvents {
  /** There is something else to draw. */
  readonly onChange: () => void;
  /** The editor was left; `made`: with an edit that was made. */
  readonly onClose: () => void;
}

let editorCount = 0;

/** Changes one field of the leaf's structures, or makes a structure consistent, after showing what comes of it. */
export class FieldEditor {
  readonly #context: RoomContext;
  readonly #events: FieldEditorEvents;
  readonly #edit: PreviewedEdit;
  readonly #wordsId: string;
  #draft: Draft | null = null;

  constructor(context: RoomContext, events: FieldEditorEvents) {
    editorCount += 1;
    this.#wordsId = `field-words-${String(editorCount)}`;
    this.#context = context;
    this.#events = events;
    this.#edit = new PreviewedEdit(context.editing, events.onChange);
  }

  /** The node that is being edited. */
  get node(): StructureNode | null {
    return this.#draft?.node ?? null;
  }

  /** Whether a node of a layer's file can be edited; the user is told why not. Fields of other kinds are never asked for. */
  mayEdit(layer: number): boolean {
    const { editing } = this.#context;
    const refusal = editing.refusal({ kind: 'file', layer });
    if (refusal !== null) editing.tell(refusal);
    return refusal === null;
  }

  /** Begins to edit a field, with its own text or another one. */
  begin(node: StructureNode, text: string = node.editText ?? ''): void {
    this.#take({ node, kind: 'field', text, alone: false });
  }

  /** Shows what would have to change for a structure to be consistent. */
  beginConsistent(node: StructureNode): void {
    this.#take({ node, kind: 'makeConsistent', text: '', alone: false });
  }

  close(): void {
    if (this.#draft === null) return;
    this.#draft = null;
    this.#edit.mean(null);
    this.#events.onClose();
  }

  template(): TemplateResult | typeof nothing {
    const draft = this.#draft;
    if (draft === null) return nothing;
    return html`<form
      class="edit-form field-form"
      aria-label=${draft.kind === 'field' ? t('Edit {0}', draft.node.name) : t('Make {0} Consistent', draft.node.name)}
      @submit=${(event: Event) => this.#submit(event)}
      @keydown=${(event: KeyboardEvent) => this.#key(event)}
    >
      ${draft.kind === 'field' ? this.#field(draft) : this.#consistent(draft)}
    </form>`;
  }

  #field(draft: Draft): TemplateResult {
    const { node, text } = draft;
    const kind = node.editableAs;
    const { state } = this.#edit;
    const reason = state.kind === 'refused' && this.#isChanged(draft) ? state.reason : null;
    const preview = state.kind === 'shown' && this.#isChanged(draft) ? state.preview : null;
    const hint = kind === null ? '' : inputHint(kind);
    return html`<b class="form-title">${node.name}</b>
      ${
        kind === null
          ? nothing
          : fieldInput({
              ...{ kind, text, name: node.name, refused: reason !== null, wordsId: this.#wordsId },
              onText: (changed) => this.#take({ ...draft, text: changed }),
            })
      }
      ${this.#buttons(preview !== null && isGrave(preview) ? t('Change Anyway') : t('Change'))}
      <div id=${this.#wordsId} class="form-words" role="status">
        ${
          reason !== null
            ? html`<p class="problem">${icon('error')} ${reason}</p>`
            : hint === ''
              ? nothing
              : html`<p class="dim">${hint}</p>`
        }
        ${preview === null ? nothing : consequences(preview, this.#layerNames, node.id)}
      </div>
      <label class="check expert"
        ><input
          type="checkbox"
          .checked=${draft.alone}
          @change=${(event: Event) => {
            this.#take({ ...draft, alone: (event.currentTarget as HTMLInputElement).checked });
          }}
        />${t('Leave what depends on it alone')}</label
      >`;
  }

  #consistent({ node }: Draft): TemplateResult {
    const { state } = this.#edit;
    const preview = state.kind === 'shown' ? state.preview : null;
    const isDone = preview?.fields.length === 0;
    return html`<b class="form-title">${t('Make {0} Consistent', node.name)}</b>
      ${isDone ? this.#closeButton() : this.#buttons(t('Make Consistent'))}
      <div id=${this.#wordsId} class="form-words" role="status">
        ${state.kind === 'refused' ? html`<p class="problem">${icon('error')} ${state.reason}</p>` : nothing}
        ${isDone ? html`<p>${icon('pass')} ${t('All in it that follows from other fields is right.')}</p>` : nothing}
        ${preview === null || isDone ? nothing : consequences(preview, this.#layerNames, null)}
      </div>`;
  }

  #buttons(verb: string): TemplateResult {
    return html`<span class="form-buttons"
      ><button class="button" type="submit">${verb}</button
      ><button class="button secondary" type="button" @click=${() => this.close()}>${t('Cancel')}</button></span
    >`;
  }

  #closeButton(): TemplateResult {
    return html`<span class="form-buttons"
      ><button class="button" type="button" @click=${() => this.close()}>${t('Close')}</button></span
    >`;
  }

  get #layerNames(): readonly string[] {
    return this.#context.store.state.image?.layers.map(({ name }) => name) ?? [];
  }

  /** A text as the field has it already changes nothing, unless what depends on it would be put right. */
  #isChanged({ kind, node, text }: Draft): boolean {
    return kind !== 'field' || text !== node.editText;
  }

  #take(draft: Draft): void {
    this.#draft = draft;
    this.#edit.mean(this.#isChanged(draft) ? editOf(draft) : null);
    this.#events.onChange();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const draft = this.#draft;
    if (draft === null) return;
    if (!this.#isChanged(draft)) {
      this.close();
      return;
    }
    void this.#edit.make().then((made) => {
      if (made && this.#draft === draft) this.close();
    });
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }
}

function editOf({ kind, node, text, alone }: Draft): Edit {
  return kind === 'field' ? { kind, node: node.id, text, alone } : { kind, node: node.id };
}

import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { isUnfinished, REPAIRABLE_FINDINGS } from '../../protocol/repair';
import type { Finding, OpenedImage } from '../../protocol/session';
import { t } from '../l10n';
import { icon, severityIcon } from '../layout/icon';
import { part } from '../layout/part';
import { pathName } from '../layout/pathName';
import { ScrollKeeper } from '../layout/scrollKeeper';
import type { Room } from '../layout/tabs';
import { grouped, hexadecimal } from '../numbers';
import type { RoomContext } from '../room';
import { RepairView } from './repairView';

/** Findings drawn at once; a badly damaged image has thousands. */
const SHOWN_AT_ONCE = 100;

const ORDER: readonly Finding['severity'][] = ['error', 'warning', 'note'];

/** Findings that say, or may mean, that a parent was changed after its child was made. */
const DOUBTFUL_TIES: ReadonlySet<string> = new Set([
  'parent-id-mismatch',
  'parent-size-mismatch',
  'parent-modified-later',
  'sectors-at-risk',
]);

/** What looking at the image brought up, the gravest first; and what can be put right, in a view of its own. */
export class FindingsRoom implements Room {
  readonly element: HTMLElement;
  readonly #context: RoomContext;
  readonly #list: HTMLElement;
  readonly #repair: RepairView;
  #drawn: OpenedImage | null = null;
  #sorted: readonly Finding[] = [];
  #shownCount = SHOWN_AT_ONCE;

  constructor(context: RoomContext) {
    this.#context = context;
    this.element = document.createElement('section');
    this.element.tabIndex = 0;
    ScrollKeeper.mark(this.element, 'findings');
    this.#list = part('findings-place');
    this.#repair = new RepairView(context, () => this.#leaveRepair());
    this.element.append(this.#list, this.#repair.element);
  }

  update(): void {
    const { image } = this.#context.store.state;
    if (image === null || image === this.#drawn) return;
    this.#drawn = image;
    this.#shownCount = SHOWN_AT_ONCE;
    this.#sorted = [...image.findings].sort(
      (one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity),
    );
    this.#draw(image);
    this.#repair.update();
  }

  focus(): void {
    if (this.#repair.isOpen) this.#repair.focus();
    else (this.#list.querySelector<HTMLElement>('button') ?? this.element).focus();
  }

  /** Shows what can be put right, before anything is changed. `finding`: the id of the one that is meant; null for all. */
  showRepairs(finding: string | null): void {
    this.#list.hidden = true;
    this.#repair.open(finding);
    this.element.scrollTop = 0;
  }

  /** How far the engine is in looking for repairs. */
  hearProgress(done: number, total: number): void {
    this.#repair.hearProgress(done, total);
  }

  #leaveRepair(): void {
    const hadFocus = this.element.contains(document.activeElement);
    this.#list.hidden = false;
    if (hadFocus) this.focus();
  }

  #draw(image: OpenedImage): void {
    if (this.#sorted.length === 0) {
      render(
        html`<p class="empty">${icon('pass')} ${t('Nothing was found to be wrong.')} ${this.#checkButton()}</p>`,
        this.#list,
      );
      return;
    }
    const rest = this.#sorted.length - this.#shownCount;
    render(
      html`<div class="room-bar">
          ${
            this.#sorted.some((finding) => this.#isRepairable(finding, image))
              ? html`<button class="button" @click=${() => this.#openRepair(null)}>${t('Repair Image…')}</button>`
              : nothing
          }${this.#checkButton()}
        </div>
        <ul class="findings">
          ${this.#sorted.slice(0, this.#shownCount).map((finding) => this.#finding(finding, image))}
        </ul>
        ${
          rest > 0
            ? html`<button
                class="text-button more"
                @click=${() => {
                  this.#shownCount += SHOWN_AT_ONCE;
                  this.#draw(image);
                }}
              >
                ${t('Show more ({0} are left)', grouped(rest))}
              </button>`
            : nothing
        }`,
      this.#list,
    );
  }

  /** Opening looks at the structures alone. */
  #checkButton(): TemplateResult {
    return html`<button
      class="text-button"
      title=${t('Looks at every block and at the parents too')}
      @click=${() => this.#context.navigation.layerCommand('checkImage', null)}
    >
      ${t('Check Image')}
    </button>`;
  }

  #openRepair(finding: string | null): void {
    this.showRepairs(finding);
    this.#repair.focus();
  }

  /** Whether a repair may end it that is made in this editor. */
  #isRepairable({ id, path }: Finding, image: OpenedImage): boolean {
    return REPAIRABLE_FINDINGS.has(id) && path === image.layers[0]?.path;
  }

  /** What can be done about a finding; nothing where that is not known. */
  #wayOut({ id, path }: Finding, layer: number, image: OpenedImage): TemplateResult | typeof nothing {
    const { navigation } = this.#context;
    const name = image.layers[layer]?.name;
    if (name === undefined) return nothing;
    if (isUnfinished(id)) {
      const text = id === 'unfinished-merge' ? t('Resume Merge') : t('Finish It Now');
      return wayButton(text, () => navigation.layerCommand('finishOperation', path));
    }
    if (id === 'parent-not-found') return wayButton(t('Locate Parent…'), () => navigation.locateParent());
    if (id === 'parent-found-by-id') {
      return wayButton(t('Locate Parent…'), () => navigation.layerCommand('locateParent', path));
    }
    if (DOUBTFUL_TIES.has(id)) {
      return wayButton(t('Explain Changed Parent'), () => navigation.layerCommand('explainChangedParent', null));
    }
    if (!REPAIRABLE_FINDINGS.has(id)) return nothing;
    return layer === 0
      ? wayButton(t('Repair…'), () => this.#openRepair(id))
      : wayButton(t('Repair {0}…', name), () => navigation.layerCommand('repairImage', path));
  }

  #finding(finding: Finding, image: OpenedImage): TemplateResult {
    const layer = image.layers.findIndex(({ path }) => path === finding.path);
    const { found, expected } = finding;
    return html`<li class="finding ${finding.severity}">
      ${severityIcon(finding.severity)}
      <div>
        <p class="finding-message">${finding.message}</p>
        ${
          found === '' && expected === ''
            ? nothing
            : html`<dl class="finding-values">
                ${
                  found === ''
                    ? nothing
                    : html`<dt>${t('found')}</dt>
                        <dd class="mono">${found}</dd>`
                }
                ${
                  expected === ''
                    ? nothing
                    : html`<dt>${t('expected')}</dt>
                        <dd class="mono">${expected}</dd>`
                }
              </dl>`
        }
        <p class="finding-place">
          ${layer < 0 ? html`<span>${pathName(finding.path)}</span>` : this.#places(finding, layer)}
          ${finding.windowsError === null ? nothing : html`<span class="windows-error">${finding.windowsError}</span>`}
          <span class="finding-id">${finding.id}</span> ${this.#wayOut(finding, layer, image)}
        </p>
      </div>
    </li>`;
  }

  #places(finding: Finding, layer: number): TemplateResult {
    const { navigation } = this.#context;
    const { path, offset, length } = finding;
    const place = t('{0} at {1}', pathName(path), hexadecimal(offset));
    return html`<button
        class="link"
        title=${t('Show these bytes ({0})', grouped(length))}
        @click=${() => navigation.showFileBytes(layer, offset, length)}
      >
        ${place}</button
      ><button class="link" @click=${() => this.#context.showStructureAt(layer, offset)}>${t('in Structure')}</button>`;
  }
}

function wayButton(text: string, run: () => void): TemplateResult {
  return html`<button class="text-button way" @click=${run}>${text}</button>`;
}

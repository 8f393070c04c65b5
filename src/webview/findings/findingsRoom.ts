import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { Finding, OpenedImage } from '../../protocol/session';
import { t } from '../l10n';
import { icon, severityIcon } from '../layout/icon';
import { pathName } from '../layout/pathName';
import { ScrollKeeper } from '../layout/scrollKeeper';
import type { Room } from '../layout/tabs';
import { grouped, hexadecimal } from '../numbers';
import type { RoomContext } from '../room';

/** Findings drawn at once; a badly damaged image has thousands. */
const SHOWN_AT_ONCE = 100;

const ORDER: readonly Finding['severity'][] = ['error', 'warning', 'note'];

/** What looking at the image brought up, the gravest first. */
export class FindingsRoom implements Room {
  readonly element: HTMLElement;
  readonly #context: RoomContext;
  #drawn: OpenedImage | null = null;
  #sorted: readonly Finding[] = [];
  #shownCount = SHOWN_AT_ONCE;

  constructor(context: RoomContext) {
    this.#context = context;
    this.element = document.createElement('section');
    this.element.tabIndex = 0;
    ScrollKeeper.mark(this.element, 'findings');
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
  }

  focus(): void {
    (this.element.querySelector<HTMLElement>('button') ?? this.element).focus();
  }

  #draw(image: OpenedImage): void {
    if (this.#sorted.length === 0) {
      render(html`<p class="empty">${icon('pass')} ${t('Nothing was found to be wrong.')}</p>`, this.element);
      return;
    }
    const rest = this.#sorted.length - this.#shownCount;
    render(
      html`<ul class="findings">
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
      this.element,
    );
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
          <span class="finding-id">${finding.id}</span>
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

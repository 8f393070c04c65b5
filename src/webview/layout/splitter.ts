import { t } from '../l10n';

/** Shares of the whole that a drag or a key cannot go beyond. */
const SMALLEST_SHARE = 0.15;
const LARGEST_SHARE = 0.85;
const KEY_STEP = 0.02;

/** What a splitter divides. */
export interface SplitterOptions {
  /** Whether the parts lie side by side now. */
  readonly sideBySide: () => boolean;
  /** Tells what the first part is, for screen readers. */
  readonly label: string;
  readonly initialShare: number;
  readonly onChange: (share: number) => void;
}

/** The line between two parts of a flex container; sets `--share` on it, the first part's share of the room. */
export class Splitter {
  readonly element: HTMLElement;
  readonly #container: HTMLElement;
  readonly #options: SplitterOptions;
  #share: number;

  constructor(container: HTMLElement, options: SplitterOptions) {
    this.#container = container;
    this.#options = options;
    this.#share = options.initialShare;
    this.element = document.createElement('div');
    this.element.className = 'splitter';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'separator');
    this.element.setAttribute('aria-label', options.label);
    this.element.setAttribute('aria-valuemin', String(SMALLEST_SHARE * 100));
    this.element.setAttribute('aria-valuemax', String(LARGEST_SHARE * 100));
    this.element.title = t('Drag to resize, double-click or Enter to reset');
    this.element.addEventListener('pointerdown', (event) => this.#press(event));
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('dblclick', () => this.#change(options.initialShare));
    this.show(options.initialShare);
  }

  /** Takes over a share from outside; tells nobody. */
  show(share: number): void {
    this.#share = Math.max(SMALLEST_SHARE, Math.min(LARGEST_SHARE, share));
    this.#container.style.setProperty('--share', String(this.#share));
    this.element.setAttribute('aria-valuenow', String(Math.round(this.#share * 100)));
    this.element.setAttribute('aria-orientation', this.#options.sideBySide() ? 'vertical' : 'horizontal');
  }

  #change(share: number): void {
    this.show(share);
    this.#options.onChange(this.#share);
  }

  #key(event: KeyboardEvent): void {
    const shares: Readonly<Record<string, number>> = {
      ArrowLeft: this.#share - KEY_STEP,
      ArrowUp: this.#share - KEY_STEP,
      ArrowRight: this.#share + KEY_STEP,
      ArrowDown: this.#share + KEY_STEP,
      Home: SMALLEST_SHARE,
      End: LARGEST_SHARE,
      Enter: this.#options.initialShare,
    };
    const share = shares[event.key];
    if (share === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#change(share);
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.element.focus();
    const drag = ({ clientX, clientY }: PointerEvent): void => {
      const box = this.#container.getBoundingClientRect();
      const share = this.#options.sideBySide() ? (clientX - box.left) / box.width : (clientY - box.top) / box.height;
      this.#change(share);
    };
    const end = (): void => {
      this.element.removeEventListener('pointermove', drag);
      this.element.removeEventListener('pointerup', end);
      this.element.removeEventListener('pointercancel', end);
      this.element.classList.remove('dragged');
    };
    this.element.setPointerCapture(event.pointerId);
    this.element.classList.add('dragged');
    this.element.addEventListener('pointermove', drag);
    this.element.addEventListener('pointerup', end);
    this.element.addEventListener('pointercancel', end);
  }
}

import { html, nothing, render } from 'lit/html.js';
import { t } from '../l10n';

/** One line of a menu; null for a line between groups. */
export type MenuItem = { readonly label: string; readonly keys?: string; readonly run: () => void } | null;

let close: (() => void) | null = null;

/**
 * Opens a menu at a point of the window, or under the focused element when the keyboard asked for it. Escape, a choice or a click
 * elsewhere ends it, and the focus goes back to where it was.
 */
export function openContextMenu(event: MouseEvent, anchor: Element, items: readonly MenuItem[]): void {
  event.preventDefault();
  close?.();
  const before = document.activeElement;
  const menu = document.createElement('div');
  menu.className = 'menu';
  menu.setAttribute('role', 'menu');
  menu.setAttribute('aria-label', t('Context menu'));
  const end = (): void => {
    if (close !== end) return;
    close = null;
    menu.remove();
    window.removeEventListener('pointerdown', outside, true);
    window.removeEventListener('blur', end);
    if (before instanceof HTMLElement) before.focus();
  };
  const outside = ({ target }: Event): void => {
    if (!(target instanceof Node) || !menu.contains(target)) end();
  };
  render(
    items.map((item) =>
      item === null
        ? html`<div class="menu-line" role="separator"></div>`
        : html`<button
            class="menu-item"
            role="menuitem"
            tabindex="-1"
            @click=${() => {
              end();
              item.run();
            }}
          >
            <span>${item.label}</span>${
              item.keys === undefined ? nothing : html`<span class="menu-keys">${item.keys}</span>`
            }
          </button>`,
    ),
    menu,
  );
  menu.addEventListener('keydown', (key) => moveInMenu(menu, key, end));
  menu.addEventListener('contextmenu', (again) => again.preventDefault());
  document.body.append(menu);
  placeMenu(menu, event, anchor);
  close = end;
  window.addEventListener('pointerdown', outside, true);
  window.addEventListener('blur', end);
  menuItems(menu)[0]?.focus();
}

function menuItems(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
}

function moveInMenu(menu: HTMLElement, event: KeyboardEvent, end: () => void): void {
  const items = menuItems(menu);
  const at = items.findIndex((item) => item === document.activeElement);
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at + items.length - 1) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  if (event.key === 'Escape' || event.key === 'Tab') end();
  else if (targets[event.key] !== undefined) items[targets[event.key] ?? 0]?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function placeMenu(menu: HTMLElement, event: MouseEvent, anchor: Element): void {
  const box = anchor.getBoundingClientRect();
  const byMouse = event.button === 2;
  const x = byMouse ? event.clientX : box.left;
  const y = byMouse ? event.clientY : box.bottom;
  const left = Math.max(0, Math.min(x, window.innerWidth - menu.offsetWidth));
  const top = y + menu.offsetHeight <= window.innerHeight ? y : Math.max(0, y - menu.offsetHeight);
  menu.style.left = `${String(left)}px`;
  menu.style.top = `${String(top)}px`;
}

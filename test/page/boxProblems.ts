import type { Page } from 'playwright-core';

/**
 * Whether all there is can be got at: a page that is wider than its window, parts that lie beyond an edge where nothing scrolls, and controls that
 * lie upon each other; each with some words to find it by. Empty for a page that is laid out well. For texts see `layoutProblems`.
 */
export function boxProblems(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const problems: string[] = [];
    const root = document.documentElement;
    const window = { left: 0, top: 0, right: root.clientWidth, bottom: root.clientHeight };
    if (root.scrollWidth > root.clientWidth) problems.push(`the page is ${String(root.scrollWidth)} pixels wide`);

    const name = (element: Element): string => {
      const words = element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 30);
      return `${element.tagName.toLowerCase()}.${[...element.classList].join('.')} “${words}”`;
    };

    /** By how much an element is cut off for good on one axis, in pixels. */
    const lost = (element: Element, axis: 'x' | 'y'): number => {
      const [start, end] = axis === 'x' ? (['left', 'right'] as const) : (['top', 'bottom'] as const);
      const box = element.getBoundingClientRect();
      // What floats over the page is cut off by its window alone.
      const isFloating = getComputedStyle(element).position === 'fixed';
      for (let at = isFloating ? null : element.parentElement; at !== null; at = at.parentElement) {
        const style = getComputedStyle(at);
        const overflow = axis === 'x' ? style.overflowX : style.overflowY;
        if (overflow === 'auto' || overflow === 'scroll' || at.matches('.scroller, .row-list')) return 0;
        if (overflow === 'visible') continue;
        const frame = at.getBoundingClientRect();
        const over = Math.max(frame[start] - box[start], box[end] - frame[end]);
        if (over > 1) return over;
      }
      return Math.max(window[start] - box[start], box[end] - window[end]);
    };

    const controls = [
      ...document.querySelectorAll(
        'button, input, select, textarea, a, canvas, table, [role=tree], [role=grid], [role=tooltip], [role=menu], [role=application]',
      ),
    ].filter((element) => {
      if (element.closest('.unseen, .block-map-unseen, .hex-probe, .block-map-probe') !== null) return false;
      const { width, height } = element.getBoundingClientRect();
      return width > 0 && height > 0 && element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true });
    });
    for (const control of controls) {
      for (const axis of ['x', 'y'] as const) {
        const over = lost(control, axis);
        if (over > 1) problems.push(`cut off by ${String(Math.round(over))} (${axis}): ${name(control)}`);
      }
    }

    // What floats lies upon others for a moment, and is meant to.
    const settled = controls.filter(
      (each) =>
        each.matches('button, input, select, textarea, a') && each.closest('[role=tooltip], [role=menu]') === null,
    );
    settled.forEach((one, index) => {
      const box = one.getBoundingClientRect();
      for (const other of settled.slice(index + 1)) {
        if (one.contains(other) || other.contains(one)) continue;
        const next = other.getBoundingClientRect();
        const width = Math.min(box.right, next.right) - Math.max(box.left, next.left);
        const height = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
        const scrolls =
          one.closest('.scroller, .chain-scroll, .table-scroll') !==
          other.closest('.scroller, .chain-scroll, .table-scroll');
        if (width > 1.5 && height > 1.5 && !scrolls) problems.push(`upon each other: ${name(one)} | ${name(other)}`);
      }
    });
    return [...new Set(problems)];
  });
}

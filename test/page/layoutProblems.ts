import type { Page } from 'playwright-core';

/**
 * Texts that are cut off where nothing tells so (no ellipsis, no scroll bar), and texts that lie upon each other; each with some words to find it by.
 * Empty for a page that is laid out well.
 */
export function layoutProblems(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Line {
      readonly text: string;
      readonly node: Text;
      readonly box: DOMRect;
    }
    const problems: string[] = [];
    const lines: Line[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode() !== null) {
      const node = walker.currentNode as Text;
      const parent = node.parentElement;
      const text = node.data.trim();
      if (parent === null || text === '' || parent.closest('script, select, .unseen, .hex-probe') !== null) continue;
      if (!parent.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        const seen = visiblePart(parent, box, text);
        if (seen !== null) lines.push({ text, node, box: seen });
      }
    }

    /** What clipping leaves of a line; null where it is scrolled out. Tells of what is lost for good. */
    function visiblePart(parent: Element, line: DOMRect, text: string): DOMRect | null {
      let { left, right, top, bottom } = line;
      for (let at: Element | null = parent; at !== null; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (style.clipPath !== 'none') return null;
        const clips = style.overflowX !== 'visible' || at === document.documentElement;
        if (!clips) continue;
        const box = at.getBoundingClientRect();
        const scrolls = style.overflowX === 'auto' || style.overflowX === 'scroll' || at.matches('.scroller');
        const tells = style.textOverflow === 'ellipsis';
        if (!scrolls && !tells && (right > box.right + 1 || left < box.left - 1)) {
          problems.push(`cut off: ${text.slice(0, 40)}`);
        }
        left = Math.max(left, box.left);
        right = Math.min(right, box.right);
        top = Math.max(top, box.top);
        bottom = Math.min(bottom, box.bottom);
        if (right - left < 1 || bottom - top < 1) return null;
      }
      return new DOMRect(left, top, right - left, bottom - top);
    }

    lines.forEach((one, index) => {
      for (const other of lines.slice(index + 1)) {
        if (other.node === one.node) continue;
        const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        // Lines may touch: a font is taller than what it draws.
        if (width > 1.5 && height > 4) {
          problems.push(`upon each other: ${one.text.slice(0, 40)} | ${other.text.slice(0, 40)}`);
        }
      }
    });
    return [...new Set(problems)];
  });
}

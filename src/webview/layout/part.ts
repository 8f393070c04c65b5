/** An element that only holds others. */
export function part(className: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  return element;
}

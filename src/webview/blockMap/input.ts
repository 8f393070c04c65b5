/** What a key asks for. */
export type KeyCommand =
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'previousChange'
  | 'nextChange'
  | 'pageUp'
  | 'pageDown'
  | 'first'
  | 'last'
  | 'zoomIn'
  | 'zoomOut'
  | 'fit'
  | 'activate'
  | 'dismiss';

/** What the input turns into. Points are CSS pixels from the upper left corner of the map. */
export interface InputActions {
  /** The pointer is over the map, or (null) not. */
  hover(point: { x: number; y: number } | null): void;
  /** The first point of a drag. */
  grab(x: number, y: number): void;
  drag(x: number, y: number): void;
  drop(): void;
  select(x: number, y: number): void;
  activate(x: number, y: number): void;
  /** Steps in (positive) or out. */
  zoom(steps: number, x: number, y: number): void;
  /** Rows down (positive) or up. */
  scroll(rows: number): void;
  /** Returns false where there is nothing to do, so that the key may do its usual work. */
  key(command: KeyCommand): boolean;
}

/** CSS pixels that the pointer moves before a click becomes a drag. */
const DRAG_THRESHOLD = 4;
/** Wheel deltas in CSS pixels that make one step: a mouse's notch is 100 or 120, a touchpad's swipe comes in small pieces. */
const WHEEL_STEP = 100;
const PINCH_STEP = 12;
const LINE_HEIGHT = 40;
const ROWS_A_NOTCH = 3;

const KEYS: Readonly<Record<string, KeyCommand>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'first',
  End: 'last',
  '+': 'zoomIn',
  '=': 'zoomIn',
  '-': 'zoomOut',
  _: 'zoomOut',
  '0': 'fit',
  Enter: 'activate',
  Escape: 'dismiss',
};

/** With Shift or Ctrl the arrows leap over blocks of the same owners; what is not here ignores those keys. */
const LEAPS: Readonly<Record<string, KeyCommand>> = {
  ArrowLeft: 'previousChange',
  ArrowUp: 'previousChange',
  ArrowRight: 'nextChange',
  ArrowDown: 'nextChange',
  Home: 'first',
  End: 'last',
};

/** Turns pointer, wheel and keys on an element into calls. Returns what ends it. */
export function listen(element: HTMLElement, actions: InputActions): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  listenToPointer(element, actions, signal);
  listenToWheel(element, actions, signal);
  element.addEventListener(
    'keydown',
    (event) => {
      const command = commandOf(event);
      if (command !== undefined && actions.key(command)) event.preventDefault();
    },
    { signal },
  );
  return () => ending.abort();
}

function commandOf(event: KeyboardEvent): KeyCommand | undefined {
  if (event.altKey) return undefined;
  const leaps = event.ctrlKey || event.metaKey || (event.shiftKey && event.key.startsWith('Arrow'));
  return leaps ? LEAPS[event.key] : KEYS[event.key];
}

function listenToPointer(element: HTMLElement, actions: InputActions, signal: AbortSignal): void {
  let pressed: { x: number; y: number; pointer: number } | null = null;
  let dragging = false;

  const release = (): void => {
    if (dragging) actions.drop();
    pressed = null;
    dragging = false;
  };

  const listenTo = (
    name: 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel' | 'pointerleave',
    react: (event: PointerEvent, x: number, y: number) => void,
  ): void => {
    element.addEventListener(name, (event) => react(event, ...pointIn(element, event)), { signal });
  };

  listenTo('pointerdown', (event, x, y) => {
    if (event.button !== 0 || !event.isPrimary) return;
    pressed = { x, y, pointer: event.pointerId };
    element.setPointerCapture(event.pointerId);
  });
  listenTo('pointermove', (_event, x, y) => {
    if (pressed === null) {
      actions.hover({ x, y });
      return;
    }
    if (!dragging && Math.hypot(x - pressed.x, y - pressed.y) >= DRAG_THRESHOLD) {
      dragging = true;
      actions.grab(pressed.x, pressed.y);
    }
    if (dragging) actions.drag(x, y);
  });
  listenTo('pointerup', (event, x, y) => {
    if (pressed?.pointer !== event.pointerId) return;
    if (!dragging) actions.select(pressed.x, pressed.y);
    release();
    actions.hover({ x, y });
  });
  listenTo('pointercancel', release);
  listenTo('pointerleave', () => actions.hover(null));
  element.addEventListener('dblclick', (event) => actions.activate(...pointIn(element, event)), { signal });
  // The menu of a right click is about the block under it; that of the keyboard, which has no place, about the selected one.
  element.addEventListener(
    'contextmenu',
    (event) => {
      if (event.button === 2 || event.ctrlKey) actions.select(...pointIn(element, event));
    },
    { signal },
  );
}

function listenToWheel(element: HTMLElement, actions: InputActions, signal: AbortSignal): void {
  const swipe = new StepCounter(WHEEL_STEP);
  const pinch = new StepCounter(PINCH_STEP);
  const rows = new StepCounter(WHEEL_STEP / ROWS_A_NOTCH);
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_HEIGHT;
      if (event.shiftKey) {
        // With Shift some systems turn the wheel sideways.
        const steps = rows.add((event.deltaY === 0 ? event.deltaX : event.deltaY) * unit);
        if (steps !== 0) actions.scroll(steps);
        return;
      }
      // A pinch on a touchpad comes as a wheel with Ctrl and in small pieces; a real wheel with Ctrl has whole notches.
      const isPinch = event.ctrlKey && Math.abs(event.deltaY * unit) < WHEEL_STEP / 2;
      const steps = (isPinch ? pinch : swipe).add(-event.deltaY * unit);
      if (steps !== 0) actions.zoom(steps, ...pointIn(element, event));
    },
    { signal, passive: false },
  );
}

/** Makes whole steps of wheel deltas: a notch is one by itself, the pieces of a swipe are added up. */
class StepCounter {
  readonly #step: number;
  #collected = 0;

  constructor(step: number) {
    this.#step = step;
  }

  add(delta: number): number {
    if (Math.abs(delta) >= this.#step / 2) {
      this.#collected = 0;
      return Math.sign(delta) * Math.max(1, Math.round(Math.abs(delta) / this.#step));
    }
    const turned = Math.sign(this.#collected) === -Math.sign(delta);
    const sum = turned ? delta : this.#collected + delta;
    const steps = Math.trunc(sum / this.#step);
    this.#collected = sum - steps * this.#step;
    return steps;
  }
}

function pointIn(element: HTMLElement, event: MouseEvent): [x: number, y: number] {
  const box = element.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

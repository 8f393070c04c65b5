/** Where an element is looked for, and where in it. */
export interface Target {
  /** `editor`: inside the page of a visible custom editor. `workbench`: VS Code around it. */
  readonly area: 'editor' | 'workbench';
  /** CSS; open shadow roots are looked into. */
  readonly selector: string;
  /** Only elements that contain this text. */
  readonly text?: string;
  /** Pixels from the element's top left corner; its middle when left out. */
  readonly position?: Point;
  /** Which of several visible editors, from the left; 0 when left out. */
  readonly editor?: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export type Modifier = 'Alt' | 'Control' | 'Meta' | 'Shift';

export interface Click extends Target {
  readonly button?: 'left' | 'middle' | 'right';
  readonly clickCount?: number;
  readonly modifiers?: readonly Modifier[];
}

export interface Wheel extends Target {
  /** Pixels; positive scrolls down. */
  readonly deltaY: number;
  readonly modifiers?: readonly Modifier[];
}

export interface Wait extends Target {
  /** `visible` when left out. */
  readonly state?: 'visible' | 'hidden' | 'attached' | 'detached';
}

export interface Picture {
  /** Of the file, without extension; it lands in `test-output/` below the release's name. */
  readonly name: string;
  /** The whole window when left out. */
  readonly of?: 'window' | 'editor';
}

export interface Evaluation {
  readonly area: 'editor' | 'workbench';
  readonly editor?: number;
  /** Source of a function of one argument. */
  readonly source: string;
  readonly argument: unknown;
}

export interface AccessibilityFault {
  /** Of axe's rule. */
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  /** The elements' HTML and what is wrong with each. */
  readonly elements: readonly string[];
}

/** A line of the browser's console that tells of trouble, or an error that nobody caught. */
export interface PageTrouble {
  readonly kind: 'console' | 'uncaught' | 'contentSecurity';
  readonly text: string;
  /** Of the script or document that it came from; may be empty. */
  readonly url: string;
}

/**
 * What a test may ask of the browser that shows VS Code. Every action waits until its element is there and can be acted on,
 * and rejects after 30 seconds.
 */
export interface BrowserActions {
  hover(target: Target): Promise<void>;
  click(click: Click): Promise<void>;
  wheel(wheel: Wheel): Promise<void>;
  drag(from: Target, to: Target): Promise<void>;
  /** A key to whatever has the focus, in Playwright's words: `ArrowRight`, `Control+G`. */
  press(key: string): Promise<void>;
  /** Text to whatever has the focus. */
  type(text: string): Promise<void>;
  waitFor(wait: Wait): Promise<void>;
  /** The visible text of an element. */
  textOf(target: Target): Promise<string>;
  count(target: Target): Promise<number>;
  /** Place and size in the window, in pixels. */
  boxOf(target: Target): Promise<Box>;
  evaluate(evaluation: Evaluation): Promise<unknown>;
  /** Returns the file's absolute path. */
  screenshot(picture: Picture): Promise<string>;
  /** What axe finds in an editor's page, or below `selector` in it. */
  accessibilityFaults(selector?: string): Promise<readonly AccessibilityFault[]>;
  /** What came up in the pages of our editors since the last call. Trouble of VS Code's own is not among it. */
  takeTroubles(): Promise<readonly PageTrouble[]>;
  /** Watches the tasks of the pages that are loaded from now on. */
  startTracing(): Promise<void>;
  /** How long one task kept the main thread of an editor's page busy, at most, since then: milliseconds of the processor. Ends it. */
  longestTask(): Promise<number>;
  resize(width: number, height: number): Promise<void>;
  emulate(media: { readonly reducedMotion?: 'reduce' | null; readonly forcedColors?: 'active' | null }): Promise<void>;
}

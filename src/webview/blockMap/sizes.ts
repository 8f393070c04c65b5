/** Device pixels. */
export interface DeviceSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Tells the sizes of elements now and whenever they change, also when only the window's scale does; all those that changed at once in one
 * call, before the frame is shown. An element without a size, as on a hidden page, is left out. Returns what ends it.
 */
export function watchSizes(
  elements: readonly HTMLElement[],
  changed: (sizes: ReadonlyMap<Element, DeviceSize>) => void,
): () => void {
  const observer = new ResizeObserver((entries) => {
    const sizes = new Map<Element, DeviceSize>();
    for (const entry of entries) {
      const size = deviceSize(entry);
      if (size.width > 0 && size.height > 0) sizes.set(entry.target, size);
    }
    if (sizes.size > 0) changed(sizes);
  });
  for (const element of elements) observer.observe(element, { box: 'device-pixel-content-box' });
  return () => observer.disconnect();
}

/** Where the browser snaps an element to the device's pixels it says so itself; an emulated scale is not in what it says. */
function deviceSize(entry: ResizeObserverEntry): DeviceSize {
  const { inlineSize: width = 0, blockSize: height = 0 } = entry.contentBoxSize[0] ?? {};
  const scaled = { width: Math.round(width * devicePixelRatio), height: Math.round(height * devicePixelRatio) };
  const snapped = entry.devicePixelContentBoxSize[0];
  const isTrue = snapped !== undefined && Math.abs(snapped.inlineSize - scaled.width) <= 1;
  return isTrue ? { width: snapped.inlineSize, height: snapped.blockSize } : scaled;
}

/** How much a run may take: `small` while developing, `ci` for every push, `full` before a release. */
type TestSize = 'small' | 'ci' | 'full';

/** From `VHD_TEST_SIZE`; `small` when it is not set. */
function testSize(): TestSize {
  const size = process.env['VHD_TEST_SIZE'] ?? 'small';
  if (size === 'small' || size === 'ci' || size === 'full') return size;
  throw new Error(`VHD_TEST_SIZE is ${size}; it can be small, ci or full`);
}

/** The count for this run: `sized({ small: 100, ci: 1_000, full: 20_000 })`. */
export function sized(counts: Readonly<Record<TestSize, number>>): number {
  return counts[testSize()];
}

import assert from 'node:assert/strict';

/** Compares disks sector by sector, and names the first that differs. */
export function assertSameContent(actual: Uint8Array, expected: Uint8Array, what: string): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  for (let lba = 0; lba * 512 < expected.length; lba++) {
    const isSame =
      Buffer.compare(actual.subarray(lba * 512, (lba + 1) * 512), expected.subarray(lba * 512, (lba + 1) * 512)) === 0;
    if (!isSame) assert.fail(`${what}: sector ${lba} differs`);
  }
}

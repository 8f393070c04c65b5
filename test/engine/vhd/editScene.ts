import assert from 'node:assert/strict';
import { changeImage } from '../../../src/engine/changeImage';
import { EngineError, type EngineErrorCode } from '../../../src/engine/errors';
import type { Image } from '../../../src/engine/image';
import type { ImageChanger } from '../../../src/engine/imageChanger';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';
import type { StructureNode } from '../../../src/engine/structure';
import { findNode } from '../../../src/engine/vhd/structureNodes';
import { openVhdImage } from '../../../src/engine/vhd/vhdImage';
import { buildVhd } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';

const PATH = '/images/edited.vhd';

/** An image in memory that is edited. Below its leaf every byte is 0xbb. */
export class EditScene {
  readonly storage: MemoryStorage;
  changer: ImageChanger;

  constructor(spec: VhdSpec | Uint8Array) {
    this.storage = new MemoryStorage(spec instanceof Uint8Array ? spec.slice() : buildVhd(spec), 'write');
    this.changer = this.reopened();
  }

  reopened(): ImageChanger {
    this.changer = changeImage(this.storage, PATH, { read: (_, target) => target.fill(0xbb) });
    return this.changer;
  }

  get image(): Image {
    return openVhdImage(this.storage, PATH);
  }

  node(id: string): StructureNode {
    const node = findNode(this.image.structure, id);
    assert.ok(node !== null, `no node ${id}`);
    return node;
  }

  value(id: string): string | null {
    return this.node(id).value;
  }

  /** Ids of the findings. */
  get findings(): readonly string[] {
    return this.image.findings.map(({ id }) => id);
  }

  /** Asserts that `edit` is refused and leaves every byte as it is. */
  refuses(edit: (changer: ImageChanger) => void, code: EngineErrorCode, why: RegExp): void {
    const before = this.storage.bytes();
    assert.throws(
      () => edit(this.changer),
      (error) => {
        assert.ok(EngineError.is(error, code), String(error));
        assert.match(error.message, why);
        return true;
      },
    );
    assert.ok(Buffer.from(this.storage.bytes()).equals(before), 'nothing is changed');
  }
}

import { BlockIndex } from './blockIndex.ts';
import type { PeerSet } from './peerSpec.ts';

/**
 * What policies ask of pods: label keys that a selector mentions, names of ports that a rule mentions
 * (`protocol/name`), ipBlocks. Pods that agree on all of these are one class. Immutable.
 */
export class Features {
  readonly labelKeys: ReadonlySet<string>;
  readonly portNames: ReadonlySet<string>;
  readonly blocks: ReadonlySet<PeerSet>;
  #index: BlockIndex | undefined;

  constructor(labelKeys: ReadonlySet<string>, portNames: ReadonlySet<string>, blocks: ReadonlySet<PeerSet>) {
    this.labelKeys = labelKeys;
    this.portNames = portNames;
    this.blocks = blocks;
  }

  static readonly NONE = new Features(new Set(), new Set(), new Set());

  get blockIndex(): BlockIndex {
    return (this.#index ??= new BlockIndex([...this.blocks]));
  }

  /** Itself where nothing is new. Features are never dropped: classes that are too fine are still right. */
  with(more: Features): Features {
    const labelKeys = joined(this.labelKeys, more.labelKeys);
    const portNames = joined(this.portNames, more.portNames);
    const blocks = joined(this.blocks, more.blocks);
    if (labelKeys === this.labelKeys && portNames === this.portNames && blocks === this.blocks) return this;
    return new Features(labelKeys, portNames, blocks);
  }
}

function joined<T>(known: ReadonlySet<T>, more: ReadonlySet<T>): ReadonlySet<T> {
  let result: Set<T> | undefined;
  for (const item of more) {
    if (!known.has(item)) (result ??= new Set(known)).add(item);
  }
  return result ?? known;
}

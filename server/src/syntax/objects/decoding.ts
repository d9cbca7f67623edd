import type { FieldPath } from '../../model/manifest.ts';
import type { Labels } from '../../model/labels.ts';
import type { ContainerPort } from '../../model/workload.ts';
import type { Interner } from './interner.ts';

/** What the decoders of one object share: where placeholders stand, and what equal objects share. */
export class Decoding {
  /** Paths in the object. */
  readonly placeholders: FieldPath[] = [];
  readonly #interner: Interner | undefined;

  constructor(interner?: Interner) {
    this.#interner = interner;
  }

  placeholder(path: FieldPath): void {
    this.placeholders.push(path);
  }

  text(text: string): string {
    return this.#interner?.text(text) ?? text;
  }

  labels(labels: Labels): Labels {
    return this.#interner?.labels(labels) ?? labels;
  }

  ports(ports: readonly ContainerPort[]): readonly ContainerPort[] {
    return this.#interner?.ports(ports) ?? ports;
  }
}

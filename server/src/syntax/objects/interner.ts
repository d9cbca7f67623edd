import type { Labels } from '../../model/labels.ts';
import type { ContainerPort } from '../../model/workload.ts';

/** Shares equal label maps, port lists and names of nodes, which keeps 150,000 pods small. One for each source. */
export class Interner {
  readonly #labels = new Map<string, Labels>();
  readonly #ports = new Map<string, readonly ContainerPort[]>();
  readonly #texts = new Map<string, string>();

  text(text: string): string {
    return shared(this.#texts, text, text);
  }

  labels(labels: Labels): Labels {
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    return shared(this.#labels, key, labels);
  }

  ports(ports: readonly ContainerPort[]): readonly ContainerPort[] {
    return shared(this.#ports, JSON.stringify(ports), ports);
  }
}

function shared<T>(known: Map<string, T>, key: string, value: T): T {
  const first = known.get(key);
  if (first !== undefined) return first;
  known.set(key, value);
  return value;
}

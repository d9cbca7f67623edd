import type { PolicyPort, Protocol } from '../model/networkPolicy.ts';
import { effectiveProtocol } from './defaulting.ts';
import { quote } from './labelSelector.ts';
import type { NamedPorts } from './podClass.ts';
import { ALL_PORTS, LAST_PORT, NO_PORTS, type PortSetId, type PortSets } from './portSets.ts';

/** The ports of a rule: numbers, and names that stand for a number only on a given destination. */
export interface PortSpec {
  readonly id: number;
  /** The ports that hold on every destination, certainly and at most. */
  readonly numbers: PortRange;
  /** `protocol/name`. */
  readonly names: readonly PortName[];
}

/** What is certainly open and what may be; `certain` is part of `possible`. */
export interface PortRange {
  readonly certain: PortSetId;
  readonly possible: PortSetId;
}

export interface PortName {
  readonly protocol: Protocol;
  readonly name: string;
  readonly text: string;
}

export const EVERY_PORT: PortRange = { certain: ALL_PORTS, possible: ALL_PORTS };

/** Interns the ports of rules and resolves their names on destinations. */
export class PortSpecs {
  readonly #ports: PortSets;
  readonly #isEndKnown: boolean;
  readonly #byText = new Map<string, PortSpec>();
  readonly #resolved = new Map<number, PortRange>();

  /** @param endPort whether the last port of a range is known to whoever enforces it */
  constructor(ports: PortSets, endPort?: 'ignored') {
    this.#ports = ports;
    this.#isEndKnown = endPort === undefined;
  }

  /** An absent or empty list means every port of every protocol. */
  compile(entries: readonly PolicyPort[] | undefined): PortSpec {
    if (entries === undefined || entries.length === 0) return this.#intern(EVERY_PORT, []);
    let certain = NO_PORTS;
    let possible = NO_PORTS;
    const names = new Map<string, PortName>();
    for (const entry of entries) {
      if (entry.incomplete === true) possible = this.#ports.union(possible, this.#mayBe(entry));
      else if (typeof entry.port === 'string') {
        const name = portName(effectiveProtocol(entry), entry.port);
        names.set(name.text, name);
      } else certain = this.#ports.union(certain, this.#numeric(entry));
    }
    return this.#intern({ certain, possible: this.#ports.union(certain, possible) }, [...names.values()]);
  }

  /** A name is the first container port of that name and protocol; where the destination has none, no port. */
  resolve(spec: PortSpec, destination: NamedPorts): PortRange {
    if (spec.names.length === 0 || (destination.numbers.size === 0 && !destination.incomplete)) return spec.numbers;
    const key = spec.id * 2 ** 26 + destination.id;
    const known = this.#resolved.get(key);
    if (known !== undefined) return known;
    let { certain, possible } = spec.numbers;
    for (const { protocol, text } of spec.names) {
      const number = destination.numbers.get(text);
      if (destination.incomplete) possible = this.#ports.union(possible, this.#ports.range(protocol, 1, LAST_PORT));
      else if (number !== undefined) certain = this.#ports.union(certain, this.#ports.range(protocol, number, number));
    }
    const resolved = { certain, possible: this.#ports.union(certain, possible) };
    this.#resolved.set(key, resolved);
    return resolved;
  }

  /** The ports that an entry with a placeholder may open: bounded by the protocol where that is written. */
  #mayBe({ protocol }: PolicyPort): PortSetId {
    return protocol === undefined ? ALL_PORTS : this.#ports.range(protocol, 1, LAST_PORT);
  }

  #numeric(entry: PolicyPort): PortSetId {
    const { port, endPort } = entry;
    if (typeof port !== 'number') return this.#ports.range(effectiveProtocol(entry), 1, LAST_PORT);
    return this.#ports.range(effectiveProtocol(entry), port, (this.#isEndKnown ? endPort : undefined) ?? port);
  }

  #intern(numbers: PortRange, names: readonly PortName[]): PortSpec {
    const texts = names.map(({ text }) => quote(text)).sort();
    const key = `${numbers.certain} ${numbers.possible} ${texts.join('')}`;
    let spec = this.#byText.get(key);
    if (spec === undefined) {
      spec = { id: this.#byText.size, numbers, names };
      this.#byText.set(key, spec);
    }
    return spec;
  }
}

export function portName(protocol: Protocol, name: string): PortName {
  return { protocol, name, text: `${protocol}/${name}` };
}

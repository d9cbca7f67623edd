import { ALL_ADDRESSES, NO_ADDRESSES, addressText, subtract, unionAll, type AddressSet } from './addressSet.ts';
import type { IdSet } from './idSet.ts';
import { quote, type CompiledSelector } from './labelSelector.ts';
import { MAYBE, type Match } from './match.ts';

/** Whom a peer, a whole rule or a policy's podSelector means. */
export type PeerSpec =
  /** A rule without peers: every pod and every address. */
  | { readonly kind: 'everyone' }
  /** A peer that the API server refuses for being empty. */
  | { readonly kind: 'nobody' }
  /** A placeholder stands where the peer is: anyone or no one. */
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'pods';
      /** Pods of this namespace alone; otherwise `namespaces` says which. */
      readonly namespace?: string;
      readonly namespaces?: CompiledSelector;
      readonly pods?: CompiledSelector;
    }
  | { readonly kind: 'block'; readonly addresses: AddressSet; readonly incomplete: boolean }
  /** The peers of one rule: any of them. */
  | { readonly kind: 'anyOf'; readonly members: readonly PeerSet[] };

/** The classes and addresses that a spec means. The sets of classes are brought up to date by `Peers`. */
export interface PeerSet {
  readonly id: number;
  readonly spec: PeerSpec;
  /** What holds for every class and address that the sets do not name. */
  readonly others: Match;
  readonly yes: IdSet;
  readonly maybe: IdSet;
  readonly addresses: AddressSet;
  /** Disjoint from `addresses`. */
  readonly maybeAddresses: AddressSet;
}

/** Whether what the spec does not name may be meant all the same. */
export function mayBeAnyone(spec: PeerSpec): boolean {
  return spec.kind === 'unknown' || (spec.kind === 'anyOf' && spec.members.some(({ others }) => others === MAYBE));
}

const NOWHERE = { addresses: NO_ADDRESSES, maybeAddresses: NO_ADDRESSES };

/** The addresses outside that a spec means, and those that it may mean. */
export function addressesOf(spec: PeerSpec): Pick<PeerSet, 'addresses' | 'maybeAddresses'> {
  switch (spec.kind) {
    case 'everyone':
      return { addresses: ALL_ADDRESSES, maybeAddresses: NO_ADDRESSES };
    case 'unknown':
      return { addresses: NO_ADDRESSES, maybeAddresses: ALL_ADDRESSES };
    case 'nobody':
    case 'pods':
      return NOWHERE;
    case 'block':
      return spec.incomplete
        ? { addresses: NO_ADDRESSES, maybeAddresses: spec.addresses }
        : { addresses: spec.addresses, maybeAddresses: NO_ADDRESSES };
    case 'anyOf': {
      if (spec.members.every((member) => member.spec.kind === 'pods')) return NOWHERE;
      const addresses = unionAll(spec.members.map((member) => member.addresses));
      const possible = unionAll(spec.members.map((member) => member.maybeAddresses));
      return { addresses, maybeAddresses: subtract(possible, addresses) };
    }
  }
}

/** Canonical: equal for specs of equal meaning. */
export function specText(spec: PeerSpec): string {
  switch (spec.kind) {
    case 'everyone':
    case 'nobody':
    case 'unknown':
      return spec.kind;
    case 'pods': {
      const where = spec.namespace === undefined ? '*' : quote(spec.namespace);
      return `pods ${where}/${textOf(spec.namespaces)}/${textOf(spec.pods)}`;
    }
    case 'block':
      return `block ${spec.incomplete ? '?' : ''}${addressText(spec.addresses)}`;
    case 'anyOf':
      return `anyOf ${spec.members.map(({ id }) => id).join(',')}`;
  }
}

/** An absent selector and an empty one match the same. */
function textOf(selector: CompiledSelector | undefined): string {
  return selector === undefined ? '0:' : quote(selector.text);
}

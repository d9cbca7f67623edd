import type { Wording } from './names.ts';

/** How an API server of some version words and gates its validation (semantics of 1.36 and the versions before). */
export interface ServerRules {
  readonly wording: Wording;
  /** The gate StrictIPCIDRValidation: on by default from 1.36. */
  readonly strictCidrs: boolean;
  /** Non-standard CIDRs are warned about, from 1.33; undefined: not at all. */
  readonly cidrWarning: 'is invalid' | 'will be considered invalid in a future Kubernetes release' | undefined;
}

export const DEFAULT_TARGET_VERSION = '1.36';

/** @param version such as `1.36` or `v1.36.3`; anything else counts as the default. */
export function serverRules(version: string): ServerRules {
  const minor = Number(/^v?1\.(\d+)/.exec(version)?.[1] ?? DEFAULT_TARGET_VERSION.slice(2));
  return {
    wording: { labels: minor >= 34 ? 'label key' : 'qualified name' },
    strictCidrs: minor >= 36,
    cidrWarning:
      minor >= 36
        ? 'is invalid'
        : minor >= 33
          ? 'will be considered invalid in a future Kubernetes release'
          : undefined,
  };
}

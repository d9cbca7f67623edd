import type { OffsetRange } from './sourceRange.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** Which judge a finding comes from: YAML itself, the API server's three layers, or our semantics. */
export type Layer = 'syntax' | 'decode' | 'strict' | 'validation' | 'semantic';

/** A fault in one document, in offsets relative to the document's text. */
export interface Problem {
  readonly layer: Layer;
  readonly severity: Severity;
  /** Stable, kebab-case; the faults of the API server's layers carry the layer's own name. */
  readonly code: string;
  /** The API server's own words where it is the judge. */
  readonly message: string;
  /** The API server's field path (`spec.ingress[0].ports[1].port`); empty where there is none. */
  readonly path: string;
  readonly range: OffsetRange;
  /** `decode`: the API server would stop before it reaches this fault. */
  readonly behind?: 'decode';
}

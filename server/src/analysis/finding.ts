import type { Layer, Severity } from '../model/finding.ts';
import type { OffsetRange } from '../model/sourceRange.ts';

/** What a check or the API server's rules say of one place in one file. Offsets are the file's. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly layer: Layer;
  /** The API server's own words where it is the judge; else what happens to traffic. */
  readonly message: string;
  /** The API server's field path (`spec.egress`); empty where there is none. */
  readonly path: string;
  readonly file: string;
  readonly range: OffsetRange;
  /** `namespace/name` of the policy concerned. */
  readonly policy?: string;
  readonly behind?: 'decode';
  readonly related?: readonly RelatedPlace[];
  /** Worked out when they are first asked for. */
  readonly fixes?: readonly Fix[];
}

export interface RelatedPlace {
  readonly file: string;
  readonly range: OffsetRange;
  readonly message: string;
}

export interface Fix {
  /** What a person chooses: a sentence in the imperative. */
  readonly title: string;
  /** The one right fix, offered first. */
  readonly preferred?: true;
  /** It takes traffic away: a person sees first which, and agrees. */
  readonly confirm?: true;
  /** It changes what is said of a text, not what the text does. */
  readonly quiet?: true;
  readonly edits: readonly FileEdit[];
}

export interface FileEdit {
  readonly file: string;
  readonly range: OffsetRange;
  readonly newText: string;
  /** The file does not exist yet: the edit makes it. */
  readonly create?: true;
}

/** A finding whose fixes are worked out when they are first asked for. */
export function withFixes(finding: Omit<Finding, 'fixes'>, fixes: () => readonly Fix[]): Finding {
  let known: readonly Fix[] | undefined;
  return {
    ...finding,
    get fixes() {
      return (known ??= fixes());
    },
  };
}

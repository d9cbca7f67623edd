import type { Problem } from '../model/finding.ts';
import { DEFAULT_TARGET_VERSION } from '../syntax/apiServer/serverVersion.ts';
import { validateObject } from '../syntax/apiServer/validateObject.ts';
import type { ManifestDocument, ManifestObject } from '../syntax/manifestDocument.ts';
import { isHeldState } from './heldDocument.ts';

export type ServerProblems = (document: ManifestDocument, object: ManifestObject) => readonly Problem[];

/** What the API server says of objects, asked once per object: documents that did not change are not judged again. */
export interface ProblemCache {
  /**
   * The same function for the same rules.
   *
   * @param targetVersion such as `1.36`; empty: the default
   */
  of(targetVersion: string, fragment: boolean): ServerProblems;
}

export function problemCache(): ProblemCache {
  const judges = new Map<string, ServerProblems>();
  const known = new WeakMap<ManifestObject, { readonly rules: string; readonly problems: readonly Problem[] }>();
  return {
    of: (targetVersion, fragment) => {
      const version = targetVersion === '' ? DEFAULT_TARGET_VERSION : targetVersion;
      const rules = `${version} ${fragment ? 'fragment' : 'object'}`;
      let judge = judges.get(rules);
      if (judge === undefined) {
        judge = (document, object) => {
          // It was accepted when it was written; asking again would judge it by the present text.
          if (isHeldState(document)) return [];
          const cached = known.get(object);
          if (cached?.rules === rules) return cached.problems;
          const problems = validateObject(document, object, { targetVersion: version, fragment });
          known.set(object, { rules, problems });
          return problems;
        };
        judges.set(rules, judge);
      }
      return judge;
    },
  };
}

/** Where the cursor stands in the active editor. */
export interface CursorParams {
  readonly uri: string;
  /** 0-based. */
  readonly line: number;
}

/** Which list: a selector by its field path, a policy's targets, or a rule's peers. */
export interface MatchesParams {
  readonly uri: string;
  /**
   * `Deployment/shop/web`: the policies that isolate or admit this workload, Service or Namespace (`Namespace//shop`).
   * `policy` and `path` are empty then.
   */
  readonly object?: string;
  /** `namespace/name` of the policy, which finds it again also where the text above it has changed since. */
  readonly policy: string;
  /**
   * Field path in the policy's object: `spec.podSelector`, `spec.ingress[0]`, `spec.ingress[0].from[1].podSelector`.
   * Behind a selector `#key` stands for the values of that label among the pods that it looks at, `#key=value` for the
   * pods that have one of them.
   */
  readonly path: string;
}

export interface MatchList {
  /** One line for the picker's title, such as `5 pods of 2 workloads`. */
  readonly title: string;
  readonly items: readonly MatchItem[];
}

export interface MatchItem {
  /** Name of a workload, or an address range. */
  readonly label: string;
  /** Kind and number of pods. */
  readonly description: string;
  readonly detail?: string;
  /** The manifest, where one is known. */
  readonly location?: { readonly uri: string; readonly line: number; readonly character: number };
}

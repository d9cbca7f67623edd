/** A policy of a document: the one of a key (`shop/web`), else the one at a position. */
export interface LivePolicyParams {
  readonly uri: string;
  readonly policy?: string;
  /** 0-based, in UTF-16 code units. */
  readonly position?: { readonly line: number; readonly character: number };
}

/** The same policy as the chosen cluster or snapshot has it, or why there is nothing to show. */
export type LivePolicy =
  /** One sentence. */
  | { readonly problem: string }
  | {
      /** `shop/web`. */
      readonly name: string;
      /** The name of the cluster or the snapshot. */
      readonly source: string;
      /** Address of a read-only view of it. */
      readonly view: string;
      /** Address of a read-only view of the whole document with this policy as the cluster has it. */
      readonly inDocument: string;
      /** The document says the same. */
      readonly same: boolean;
    };

/** A chart or an overlay that a person wants to see rendered. */
export interface RenderParams {
  /** The document at which the person asked. */
  readonly uri: string;
  /** Path of the folder with the `Chart.yaml` or `kustomization.yaml`. */
  readonly folder: string;
  readonly kind: 'chart' | 'kustomization';
  /** Paths of values files of a chart, the later one over the earlier. */
  readonly values: readonly string[];
}

export type RenderOutcome =
  /** `uri` of a read-only document with the text. */
  | { readonly uri: string; readonly text: string }
  /** One sentence: what, where, how to mend. */
  | { readonly problem: string };

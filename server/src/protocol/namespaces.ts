/** The namespaces that a folder's answers know of, for the picker. */
export interface NamespaceList {
  readonly namespaces: readonly NamespaceSummary[];
}

export interface NamespaceSummary {
  readonly name: string;
  readonly pods: number;
  readonly policies: number;
}

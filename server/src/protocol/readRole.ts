/** Which rights a person asks for. */
export interface ReadRoleParams {
  readonly folder: string;
  /** `namespaces`: a Role in each that the folder's manifests and settings name. */
  readonly of: 'cluster' | 'namespaces';
}

export interface ReadRole {
  /** YAML for kubectl; empty where no namespace is known. */
  readonly text: string;
}

/** The files of the repository that are made from other files of it. */
export interface GeneratedFile {
  /** Relative to the repository. */
  readonly path: string;
  /** The whole text that the file should have. */
  readonly make: () => string | Promise<string>;
}

export const GENERATED: readonly GeneratedFile[] = [];

/** A connection that was tried step by step. */
export interface Diagnosis {
  /** Plain text without secrets, to read and to paste. */
  readonly text: string;
  readonly failures: number;
}

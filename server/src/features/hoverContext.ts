import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import type { HoverTarget } from './hoverTarget.ts';

/** What a hover's lines are made with. */
export interface HoverContext {
  readonly snapshot: WorkspaceSnapshot;
  readonly target: HoverTarget;
  /** Words that open the list behind a field; plain words where the client runs no commands. */
  readonly listLink: (words: string, path: string) => string;
  /** A link that runs a command of ours; empty where the client runs none. */
  readonly commandLink: (words: string, command: string, argument: unknown) => string;
}

/** Said in place of an answer about what was never decodable. */
export const NOT_READABLE = '**Not known yet**: the text cannot be read as it stands';

import type { PathAsked } from '../../../server/src/protocol/path.ts';
import { portOf, type PathQuestionText } from '../panel.ts';

/** A question as the server takes it: what is empty is left out, a port that is none as well. */
export function askedOf({ from, to, port, error }: PathQuestionText): Omit<PathAsked, 'folder' | 'uri'> {
  const wanted = portOf(port);
  return {
    ...(from.trim() !== '' && { from: from.trim() }),
    ...(to.trim() !== '' && { to: to.trim() }),
    ...(wanted !== undefined && { port: wanted.port }),
    ...(wanted?.protocol !== undefined && { protocol: wanted.protocol }),
    ...(error.trim() !== '' && { error: error.trim() }),
  };
}

import { hover } from '../../server/src/features/hover.ts';
import { fixture } from './fixture.ts';
import { snapshotOf, uriOf, type SnapshotOptions } from './snapshotOf.ts';

export interface Hovers {
  /** The hover where `$0` stands in a file beside the others, as Markdown; undefined where there is none. */
  readonly hoverAt: (marked: string, options?: SnapshotOptions, commandLinks?: boolean) => string | undefined;
  /** The answer alone, without the documentation and the source below it. */
  readonly answerAt: (marked: string, options?: SnapshotOptions) => string | undefined;
}

/** @param others what else is in the folder */
export function hoversIn(others: ReadonlyMap<string, string>, pageOf?: (code: string) => string | undefined): Hovers {
  const hoverAt: Hovers['hoverAt'] = (marked, options = {}, commandLinks = false) => {
    const { files, cursor } = fixture(marked);
    if (cursor === undefined) throw new Error('the text has no $0');
    const snapshot = snapshotOf(new Map([...others, ...files]), options);
    const asked = { commandLinks, ...(pageOf === undefined ? {} : { pageOf }) };
    const found = hover(snapshot, uriOf(cursor.file), cursor.offset, asked);
    return found === null ? undefined : (found.contents as { readonly value: string }).value;
  };
  return { hoverAt, answerAt: (marked, options) => hoverAt(marked, options)?.split('\n\n---')[0] };
}

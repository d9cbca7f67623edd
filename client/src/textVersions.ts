import { workspace } from 'vscode';
import { visible } from './hostileText.ts';

/** Which states of the open documents an answer was made from. */
export interface TextVersions {
  /** Whether one of these documents has been edited since. */
  changed(uris: readonly string[]): boolean;
}

export function textVersions(): TextVersions {
  const before = new Map(workspace.textDocuments.map(({ uri, version }) => [uri.toString(), version]));
  return {
    changed: (uris) =>
      workspace.textDocuments.some(({ uri, version, isDirty }) => {
        const known = before.get(uri.toString());
        return uris.includes(uri.toString()) && (known === undefined ? isDirty : known !== version);
      }),
  };
}

/** The names of those among these documents that the disk has otherwise. */
export function unsavedNames(uris: readonly string[]): readonly string[] {
  return workspace.textDocuments
    .filter(({ uri, isDirty }) => isDirty && uris.includes(uri.toString()))
    .map(({ uri }) => visible(uri.path.slice(uri.path.lastIndexOf('/') + 1)));
}

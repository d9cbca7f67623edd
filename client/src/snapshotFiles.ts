import { open } from 'node:fs/promises';
import { workspace } from 'vscode';

/** JSON files of a workspace that are looked at; more than a person would read through. */
const MOST = 200;
/** `kubectl` and we write `apiVersion` first, so that the beginning of a file tells. */
const HEAD = 512;

/** Paths of the workspace's files that could be a saved cluster, in order. */
export async function snapshotFiles(): Promise<string[]> {
  const found = await workspace.findFiles('**/*.json', '**/{node_modules,.git,out,dist}/**', MOST);
  const paths = found.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
  const heads = await Promise.all(paths.map(headOf));
  return paths.filter((_, index) => beginsLikeSnapshot(heads[index] ?? '')).sort();
}

/** Whether a JSON text begins like an object of the Kubernetes API. */
export function beginsLikeSnapshot(head: string): boolean {
  return /^\ufeff?\s*\{\s*"(?:apiVersion|kind)"\s*:/.test(head);
}

async function headOf(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return '';
  }
}

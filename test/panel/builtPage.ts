/** Before all suites of the panel: the page and the server are built. */
import { build } from '../scripts/build.ts';
import { ROOT } from '../scripts/manifest.ts';

export default function setup(): Promise<void> {
  return build(ROOT);
}

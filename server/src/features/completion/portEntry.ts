import type { Protocol } from '../../model/networkPolicy.ts';
import { mapOf, type Template } from './template.ts';

/** An entry of a rule's ports. */
export function portEntry({
  port,
  protocol,
}: {
  readonly port: number | string;
  readonly protocol: Protocol;
}): Template {
  return mapOf({ protocol, port });
}

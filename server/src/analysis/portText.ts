import type { PolicyPort } from '../model/networkPolicy.ts';
import { listSome } from './wording.ts';

/** Ports as a rule writes them: `8080/TCP, http/TCP`, `1024-65535/UDP`, `every TCP port`; without any `every port`. */
export function portsAsWritten(ports: readonly PolicyPort[] = []): string {
  if (ports.length === 0) return 'every port';
  const texts = ports.map(({ protocol = 'TCP', port, endPort, incomplete }) => {
    if (incomplete === true) return 'ports that are not known';
    if (port === undefined) return `every ${protocol} port`;
    return `${endPort === undefined ? port : `${port}-${endPort}`}/${protocol}`;
  });
  return listSome([...new Set(texts)], 3);
}

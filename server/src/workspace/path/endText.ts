import { listSome, nameSome } from '../../analysis/wording.ts';
import type { EndGroup } from './pathAnswer.ts';

/** `web` of `shop/web[Deployment]`; an address as it is. */
export function shortEnd(name: string): string {
  if (name === 'internet') return 'the internet';
  if (name.endsWith('/*')) return `any pod of ${name.slice(0, -2)}`;
  const kind = name.endsWith('[Service]') ? 'Service ' : '';
  return `${kind}${name.slice(name.indexOf('/') + 1).replace(/\[\w*\]$/, '')}`;
}

/** The pods of a group as a sentence names them. */
export function groupName({ workloads, workloadCount, cidrs }: EndGroup, end: string): string {
  if (cidrs !== undefined) {
    const isWhole = end === 'internet' && cidrs.every((cidr) => cidr === '0.0.0.0/0' || cidr === '::/0');
    return isWhole || end !== 'internet' ? shortEnd(end) : listSome(cidrs, 2);
  }
  const [only] = workloads;
  if (only === undefined || workloadCount > 1) {
    return workloadCount > 1
      ? nameSome([shortEnd(only?.id ?? ''), ...Array.from({ length: workloadCount - 1 }, () => '')], 'workload')
      : shortEnd(end);
  }
  return end.endsWith('[Service]') || end.endsWith('*') || end === 'any pod' ? shortEnd(only.id) : shortEnd(end);
}

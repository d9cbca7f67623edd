import { podsAt, singleAddress } from '../addressUse.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import type { Check } from '../check.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { lastingLabels, peerOfPods } from '../peerOfPods.ts';
import { nameSome } from '../wording.ts';
import { writtenPeers, writtenRules } from '../writtenRules.ts';

export const addressOfAPod: Check = {
  code: 'address-of-a-pod',
  severity: 'information',
  title: 'A rule names the address of a pod, which the next pod will not have',
  docs: `A pod's address is its own only until it is replaced: after the next rollout the rule lets in another pod, or nobody. Some network plug-ins (Cilium and those built on it) never match pods by address at all.

\`\`\`yaml
from: [{ ipBlock: { cidr: 10.244.1.17/32 } }]   # prometheus, today
\`\`\`

What to do: select the pods by their labels.

It needs pods with addresses, so it speaks with a cluster or a snapshot as the source. It looks at blocks of one address; pods on their node's network share the node's address and do not count.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      for (const { peer, path } of writtenPeers(rule)) {
        const address = peer.ipBlock === undefined ? undefined : singleAddress(peer.ipBlock.cidr);
        const pods = address === undefined ? [] : podsAt(context, address);
        if (address === undefined || pods.length === 0) continue;
        const names = new Set(pods.map(({ workload }) => `${workload.namespace}/${workload.name}`));
        const way = rule.direction === 'ingress' ? 'comes in' : 'is reached';
        yield {
          policy: rule.written,
          path: [...path, 'ipBlock', 'cidr'],
          part: 'value',
          message: `${address} is a pod of ${nameSome([...names], 'workload')} today; once it is replaced, whoever has the address then ${way} instead`,
          fixes: () => {
            const [pod] = pods;
            const labels = pod === undefined ? {} : lastingLabels(context, pod);
            if (pod === undefined || Object.keys(labels).length === 0) return [];
            const { written } = rule;
            const peer = peerOfPods(written.policy.namespace, pod.workload.namespace, labels);
            const change = setField(written.placed.document, fieldPath(written, path), peer);
            return fixOf(written, `Select the pods of ${pod.workload.name} by their labels`, change);
          },
        };
      }
    }
  },
};

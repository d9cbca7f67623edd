import { describe, expect, test } from 'vitest';
import { restoreNesting } from '../../../server/src/syntax/lostIndentation.ts';

/** Takes every leading space away, as a web page does. */
const flat = (text: string): string => text.replace(/^[ ]+/gm, '');

describe('nesting is read back from the field names', () => {
  test.each([
    [
      'two rules with peers and ports',
      `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  labels:
    app: web
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
  - Ingress
  - Egress
  ingress:
  - from:
    - podSelector:
        matchLabels:
          app: frontend
      namespaceSelector: {}
    - ipBlock:
        cidr: 10.0.0.0/8
        except:
        - 10.1.0.0/16
    ports:
    - protocol: TCP
      port: 80
      endPort: 90
    - port: http
  egress:
  - to:
    - podSelector:
        matchExpressions:
        - key: tier
          operator: In
          values:
          - db
          - cache
`,
    ],
    [
      'comments go with the line below them',
      `kind: NetworkPolicy
# who
metadata:
  # the name
  name: x
spec:
  podSelector: {}
`,
    ],
  ])('%s', (_name, text) => {
    expect(restoreNesting(flat(text))).toBe(text.replace(/^ +# the name/m, '  # the name'));
  });

  test('a line that fits nowhere is no reason to guess', () => {
    expect(restoreNesting('kind: NetworkPolicy\nspec:\nreplicas: 3\n')).toBeUndefined();
  });

  test('an empty item after several open lists could belong to each of them', () => {
    expect(restoreNesting('spec:\ningress:\n- {}\n')).toBe('spec:\n  ingress:\n  - {}\n');
    expect(restoreNesting('spec:\ningress:\n- ports:\n- port: 80\n- {}\n')).toBeUndefined();
  });

  test('a key is not given twice: the second one would take the place of the first', () => {
    expect(restoreNesting('kind: NetworkPolicy\nkind: NetworkPolicy\n')).toBeUndefined();
  });
});

/** A small API server on the loopback address: lists and watches, refusals, and a cut of every connection. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ClusterServer {
  readonly url: string;
  /** A kubeconfig whose only context, `prod-eu`, leads here. */
  readonly kubeconfig: string;
  /** Every request's path, in order. */
  readonly requests: readonly string[];
  /** Adds a pod and tells everyone who watches. */
  readonly addPod: (pod: object) => void;
  readonly close: () => Promise<void>;
}

export interface ClusterObjects {
  readonly namespaces?: readonly object[];
  readonly pods?: readonly object[];
  readonly networkpolicies?: readonly object[];
  /** Resources that may not be listed: `pods`. */
  readonly forbidden?: readonly string[];
}

export async function clusterServer(objects: ClusterObjects): Promise<ClusterServer> {
  const pods = [...(objects.pods ?? [])];
  const requests: string[] = [];
  const watchers = new Set<ServerResponse>();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    requests.push(pathname);
    const send = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (pathname === '/version') return send(200, { major: '1', minor: '36', gitVersion: 'v1.36.0' });
    if (pathname === '/apis') return send(200, { kind: 'APIGroupList', groups: [] });
    const resource = pathname.slice(pathname.lastIndexOf('/') + 1);
    if (objects.forbidden?.includes(resource) === true) {
      return send(403, { kind: 'Status', status: 'Failure', code: 403, reason: 'Forbidden', message: 'no' });
    }
    const items = resource === 'pods' ? pods : (objects[resource as 'namespaces' | 'networkpolicies'] ?? []);
    if (searchParams.get('watch') !== null) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      if (searchParams.get('sendInitialEvents') === 'true') {
        for (const object of items) response.write(line({ type: 'ADDED', object }));
        response.write(line(INITIAL_EVENTS_END));
      }
      if (resource === 'pods') watchers.add(response);
      return;
    }
    send(200, { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items });
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    kubeconfig: kubeconfigOf(url),
    requests,
    addPod: (pod) => {
      pods.push(pod);
      for (const watcher of watchers) watcher.write(line({ type: 'ADDED', object: pod }));
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Ends the objects that a watch begins with (KEP-3157). */
const INITIAL_EVENTS_END = {
  type: 'BOOKMARK',
  object: { metadata: { resourceVersion: '1', annotations: { 'k8s.io/initial-events-end': 'true' } } },
};

function line(event: object): string {
  return `${JSON.stringify(event)}\n`;
}

function kubeconfigOf(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'prod-eu',
    clusters: [{ name: 'c', cluster: { server } }],
    users: [
      { name: 'u', user: { token: 't' } },
      { name: 'plug-in', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/bin/false' } } },
    ],
    contexts: [
      { name: 'prod-eu', context: { cluster: 'c', user: 'u', namespace: 'shop' } },
      { name: 'signs-in', context: { cluster: 'c', user: 'plug-in' } },
    ],
  });
}

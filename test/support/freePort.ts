/** Loopback ports that nobody listens on at the moment. */
import { createServer, type AddressInfo } from 'node:net';

export function freePort(): Promise<number> {
  return listenOnce(0);
}

/** A free port whose next one is free too. */
export async function freePortPair(): Promise<number> {
  for (;;) {
    const first = await freePort();
    const second = await listenOnce(first + 1).catch(() => undefined);
    if (second !== undefined) return first;
  }
}

/** The port that was given, or that the system chose for 0; rejects where another process has it. */
function listenOnce(wanted: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** From the start of the language server's process to its answer to `initialize`, and the memory that it holds then. */
import { readFileSync } from 'node:fs';
import { startServer } from './startServer.ts';
import { median, milliseconds, told, type BenchRow } from './benchRow.ts';

const RUNS = 7;

export async function serverBench(): Promise<BenchRow[]> {
  const times: Start[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const time = await initialize();
    if (run > 0) times.push(time);
  }
  const rows = [told('server start and initialize, median', milliseconds(median(times.map(({ time }) => time))))];
  const memory = times.flatMap((run) => run.memory ?? []);
  return memory.length === 0 ? rows : [...rows, told('memory of an idle server', `${median(memory).toFixed(0)} MB`)];
}

interface Start {
  readonly time: number;
  /** Resident, in MB; told by Linux alone. */
  readonly memory: number | undefined;
}

/** What Linux says that a process holds; undefined elsewhere. */
export function residentMegabytes(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

function initialize(): Promise<Start> {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { processId: process.pid, rootUri: null, capabilities: {} },
  });
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const server = startServer();
    server.on('error', reject);
    server.on('exit', (status) => reject(new Error(`the server ended with ${status}`)));
    let answer = '';
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
      if (!answer.includes('"id":1')) return;
      const time = performance.now() - start;
      server.removeAllListeners('exit');
      const memory = residentMegabytes(server.pid);
      server.kill();
      resolve({ time, memory });
    });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  });
}

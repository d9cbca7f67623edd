/** From the start of the language server's process to its answer to `initialize`. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, milliseconds, told, type BenchRow } from './benchRow.ts';

const SERVER = fileURLToPath(new URL('../../out/server.cjs', import.meta.url));
const RUNS = 7;

export async function serverBench(): Promise<BenchRow[]> {
  const times: number[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const time = await initialize();
    if (run > 0) times.push(time);
  }
  return [told('server start and initialize, median', milliseconds(median(times)))];
}

function initialize(): Promise<number> {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { processId: process.pid, rootUri: null, capabilities: {} },
  });
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const server = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
    server.on('error', reject);
    server.on('exit', (status) => reject(new Error(`the server ended with ${status}`)));
    let answer = '';
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
      if (!answer.includes('"id":1')) return;
      const time = performance.now() - start;
      server.removeAllListeners('exit');
      server.kill();
      resolve(time);
    });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  });
}

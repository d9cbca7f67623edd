import type { Connection } from 'vscode-languageserver/node';

/** The server's log: the client shows it in its output channel. Standard output belongs to the protocol. */
export interface Log {
  trace(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export function connectionLog(connection: Connection): Log {
  return {
    trace: (message) => connection.console.debug(message),
    info: (message) => connection.console.info(message),
    warn: (message) => connection.console.warn(message),
    error: (message) => connection.console.error(message),
  };
}

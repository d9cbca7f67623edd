/** Calls again and again, whether the call before has ended or not, until the function that is returned is called. */
export function repeat(ms: number, action: () => Promise<unknown>): () => void {
  const timer = setInterval(() => void action(), ms);
  return () => clearInterval(timer);
}

/** Calls again and again until the function that is returned is called. */
export function repeat(ms: number, action: () => void): () => void {
  const timer = setInterval(action, ms);
  return () => clearInterval(timer);
}

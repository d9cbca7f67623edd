/** Whether a path names a file of intent tests: `shop.bulkhead-test.yaml`, or `bulkhead-test.yaml` alone. */
export function isIntentPath(path: string): boolean {
  return /(?:^|[\\/.])bulkhead-test\.ya?ml$/.test(path);
}

/** Where a folder's pods come from. A live context is chosen through `bulkhead/connect`. */
export type SourceChoice =
  | { readonly folder: string; readonly kind: 'files' }
  | { readonly folder: string; readonly kind: 'snapshot'; readonly path: string };

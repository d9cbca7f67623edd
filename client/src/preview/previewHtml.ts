/** What the page of a preview panel is made of. */
export interface PreviewPage {
  /** `Webview.cspSource`. */
  readonly source: string;
  readonly script: string;
  readonly style: string;
  /** Fresh for every page. */
  readonly nonce: string;
  /** The editor's language, for screen readers. */
  readonly language: string;
}

/**
 * The page: no data is in it, so that nothing has to be escaped. It may run its own script, take its own style sheet,
 * and draw what it has made itself as a picture, and nothing else: no connection, no frame, no form, no inline code.
 */
export function previewHtml({ source, script, style, nonce, language }: PreviewPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    'img-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${attribute(language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bulkhead</title>
<link rel="stylesheet" href="${attribute(style)}">
</head>
<body>
<div id="root"></div>
<script nonce="${attribute(nonce)}" src="${attribute(script)}"></script>
</body>
</html>
`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

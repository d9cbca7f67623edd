/**
 * The window of VS Code as a person sees and uses it. Every answer is read from the rendered page; everything waits for
 * what it needs instead of for a time.
 */
import type { FrameLocator, Locator, Page } from 'playwright-core';

const TIMEOUT_MS = 30_000;
const KEY_MISSED_MS = 5_000;

export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(TIMEOUT_MS);
  }

  /** The window is restored. */
  async ready(): Promise<void> {
    await this.page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 2 * TIMEOUT_MS });
  }

  /** Opens a file of the folder by its name and waits for its text. */
  async openFile(name: string): Promise<void> {
    await this.quickPick('Control+P', name, name.split('/').at(-1) ?? name);
    await this.page
      .locator('.editor-group-container.active .tab.active')
      .filter({ hasText: name.split('/').at(-1) ?? name })
      .waitFor();
    await this.lines().first().waitFor();
    // Not by a click: a code lens may be under it.
    await this.page.keyboard.press('Control+1');
  }

  /** A new, unsaved document of that language. */
  async newDocument(language: string): Promise<void> {
    await this.command('File: New Untitled Text File');
    await this.lines().first().waitFor();
    await this.command('Change Language Mode');
    await this.choose(language);
  }

  /** Runs a command by its title in the palette. */
  async command(title: string): Promise<void> {
    await this.quickPick('F1', `>${title}`, title);
  }

  /** Types at the cursor, a key at a time, as a person does: the editor indents and completes. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Inserts at the cursor as it is, as a paste does. */
  async insert(text: string): Promise<void> {
    await this.page.keyboard.insertText(text);
  }

  /** Puts the cursor; both 1-based, as the status bar shows them. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press('Control+G');
    const input = this.quickInput();
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
    await this.page
      .locator('.statusbar-item')
      .filter({ hasText: `Ln ${line}, Col ${column}` })
      .waitFor();
  }

  /** The hover over the last visible occurrence of a word, once it has loaded. */
  async hover(text: string): Promise<string> {
    await this.word(text).hover();
    return this.shownHover();
  }

  /** The hover of the cursor's place. */
  async hoverAt(line: number, column: number): Promise<string> {
    await this.goTo(line, column);
    await this.page.keyboard.press('Control+K');
    await this.page.keyboard.press('Control+I');
    return this.shownHover();
  }

  /** The last visible piece of the editor's text that contains `text`. */
  word(text: string): Locator {
    return this.lines().locator('span > span').filter({ hasText: text }).last();
  }

  /** The visible lines of the active editor. */
  lines(): Locator {
    return this.page.locator('.editor-group-container.active .monaco-editor .view-line');
  }

  /** What the visible lines of the active editor say, from top to bottom. */
  async text(): Promise<string> {
    const rows = await this.page
      .locator('.editor-group-container.active .monaco-editor .view-lines')
      .first()
      .locator('.view-line')
      .evaluateAll((lines) =>
        lines
          .map((line) => ({ top: line.getBoundingClientRect().top, text: line.textContent ?? '' }))
          .sort((a, b) => a.top - b.top)
          .map(({ text }) => text),
      );
    return rows.join('\n').replaceAll('\u00a0', ' ');
  }

  /** The rows of the list of suggestions at the cursor, asked for if they are not there by themselves. */
  async suggestions(): Promise<Locator> {
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row');
    if ((await rows.count()) === 0) await this.page.keyboard.press('Control+Space');
    await rows.first().waitFor();
    return rows;
  }

  /** Takes the suggestion of that name. */
  async complete(label: string): Promise<void> {
    const rows = await this.suggestions();
    const name = rows.locator('.label-name').getByText(label, { exact: true });
    await name.first().waitFor();
    const focused = this.page.locator('.suggest-widget.visible .monaco-list-row.focused');
    for (let step = 100; step > 0 && (await focused.locator('.label-name').innerText()) !== label; step--) {
      await this.page.keyboard.press('ArrowDown');
    }
    await this.page.keyboard.press('Enter');
    await focused.waitFor({ state: 'hidden' });
  }

  /** The code lenses above the visible lines, from top to bottom. */
  codeLenses(): Locator {
    return this.page.locator('.editor-group-container.active .codelens-decoration:visible');
  }

  async codeLensTexts(): Promise<string[]> {
    return texts(this.codeLenses());
  }

  /** Inlay hints of the visible lines: VS Code renders each as injected text with a style of its own. */
  inlayHints(): Locator {
    return this.lines().locator('span[class*="dyn-rule"], span[class*="inlay"]');
  }

  async inlayHintTexts(): Promise<string[]> {
    return texts(this.inlayHints());
  }

  squiggles(severity: 'error' | 'warning' | 'info' | 'hint'): Locator {
    return this.page.locator(`.editor-group-container.active .squiggly-${severity}`);
  }

  /** The rows of the Problems view, opened for it. */
  async problems(): Promise<Locator> {
    await this.command('Problems: Focus on Problems View');
    return this.page.locator('.markers-panel .monaco-list-row');
  }

  /** The titles of the quick fixes at the cursor. */
  async quickFixes(): Promise<Locator> {
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    // A slow machine may have none yet: then a person presses again.
    for (let attempt = 1; ; attempt += 1) {
      await this.page.keyboard.press('Control+.');
      try {
        await rows.first().waitFor({ timeout: 6_000 });
        return rows;
      } catch (error) {
        if (attempt === 5) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  async applyQuickFix(title: string): Promise<void> {
    const rows = await this.quickFixes();
    await rows.filter({ hasText: title }).first().waitFor();
    const focused = this.page.locator('.action-widget .monaco-list-row.action.focused');
    // By keys: the list ignores the mouse until it has moved.
    for (let step = await rows.count(); step > 0 && !(await focused.innerText()).includes(title); step--) {
      await this.page.keyboard.press('ArrowDown');
    }
    await this.page.keyboard.press('Enter');
    await rows.first().waitFor({ state: 'hidden' });
  }

  /** A notification with that text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
  }

  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text });
  }

  /**
   * The hover of a status bar item, once it says that. One that was open goes when the item changes; then the mouse
   * comes again.
   */
  async statusHover(item: string | RegExp, says: string | RegExp): Promise<Locator> {
    const hover = this.page.locator('.workbench-hover-container');
    for (let attempt = 1; ; attempt++) {
      await this.lines().first().hover();
      await this.statusItem(item).hover();
      const isLast = attempt === TIMEOUT_MS / KEY_MISSED_MS;
      try {
        await hover.getByText(says).first().waitFor({ timeout: KEY_MISSED_MS });
        return hover;
      } catch (error) {
        if (isLast) throw error;
      }
    }
  }

  /** The row of a language status item; the braces of the status bar open the list. */
  async languageStatus(text: string | RegExp): Promise<Locator> {
    await this.page.locator('[id="status.languageStatus"]').first().hover();
    return this.page.locator('.hover-language-status .element').filter({ hasText: text });
  }

  /** The rows of the open quick pick. */
  picks(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  }

  /** Accepts the first row of the open quick pick that has that text. */
  async choose(text: string): Promise<void> {
    const input = this.quickInput();
    await input.fill(text);
    await this.picks().filter({ hasText: text }).first().click();
  }

  /** The document inside a webview: the outer frame is VS Code's host page, the inner one the extension's. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** The text of an output channel. */
  async output(channel: string): Promise<Locator> {
    await this.command('Output: Show Output Channels...');
    await this.picks().filter({ hasText: channel }).first().click();
    return this.page.locator('.output-view .view-lines');
  }

  private quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-box input');
  }

  private async quickPick(key: string, filter: string, row: string): Promise<void> {
    // A palette that opens while the window's extensions are still being read never gets their commands.
    for (let attempt = 1; ; attempt++) {
      const input = await this.openQuickInput(key);
      await input.fill(filter);
      const isLast = attempt === TIMEOUT_MS / KEY_MISSED_MS;
      const found = this.picks().filter({ hasText: row }).first();
      const shown = await found.waitFor({ timeout: isLast ? TIMEOUT_MS : KEY_MISSED_MS }).then(
        () => true,
        (error: unknown) => {
          if (isLast) throw error;
          return false;
        },
      );
      if (shown) break;
      await this.page.keyboard.press('Escape');
    }
    // By keys: the list draws itself anew while more rows come in, and a click would meet a row that is gone. The
    // first row may be another that the filter also lets through.
    const focused = this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row.focused');
    for (let step = await this.picks().count(); step > 0 && !(await focused.innerText()).includes(row); step--) {
      await this.page.keyboard.press('ArrowDown');
    }
    await this.page.keyboard.press('Enter');
  }

  /** A window that has just come up may miss a key: it is pressed again until the input is there. */
  private async openQuickInput(key: string): Promise<Locator> {
    const input = this.quickInput();
    for (let attempt = 0; attempt < TIMEOUT_MS / KEY_MISSED_MS; attempt++) {
      await this.page.keyboard.press(key);
      const shown = await input.waitFor({ timeout: KEY_MISSED_MS }).then(
        () => true,
        () => false,
      );
      if (shown) break;
    }
    await input.waitFor();
    return input;
  }

  private async shownHover(): Promise<string> {
    const hover = this.page
      .locator('.monaco-hover:visible')
      .filter({ hasNotText: /^Loading/ })
      .first();
    await hover.waitFor();
    return hover.innerText();
  }
}

/** VS Code renders spaces as non-breaking ones, so that they keep their width. */
async function texts(locator: Locator): Promise<string[]> {
  return (await locator.allInnerTexts())
    .map((text) => text.replaceAll('\u00a0', ' ').trim())
    .filter((text) => text !== '');
}

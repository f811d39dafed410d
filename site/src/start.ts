// What every page does first: read the configuration, then show itself, or say
// plainly why it cannot.

import { ConfigError, loadConfig } from './config.ts';
import type { SiteConfig } from './config.ts';
import { ask, element } from './ui/dom.ts';
import { showBroken } from './ui/broken.ts';

// Asked for at once, while the rest of the page's program still arrives.
const loading = loadConfig();
loading.catch(() => undefined); // reported by start, once there is a page to show it on

// Back from another page, the browser may show this one as it was left: its forms
// sent, its user perhaps gone.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});

/** Runs page with the configuration and then shows it. A page that goes elsewhere returns false and stays hidden. */
export async function start(page: (config: SiteConfig) => Promise<boolean | void> | boolean | void): Promise<void> {
  try {
    const config = await loading;
    showEnvironment(config);
    if ((await page(config)) === false) return;
    document.documentElement.dataset['state'] = 'ready';
    ask('[data-autofocus]')?.focus();
  } catch (error) {
    if (!(error instanceof ConfigError)) console.error(error);
    showBroken(error);
  }
}

function showEnvironment(config: SiteConfig): void {
  element('environment').textContent = `${config.project} · ${config.environment}`;
  if (config.userPoolEndpoint !== undefined) element('local').hidden = false;
  if (!config.selfSignUp) document.documentElement.dataset['register'] = 'closed';
}

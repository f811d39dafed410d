// The front page. It loads Amplify only for somebody who may be signed in.

import { explain } from '../auth/errors.ts';
import { browserTokenStorage } from '../auth/storage.ts';
import type { SiteConfig } from '../config.ts';
import { start } from '../start.ts';
import { element } from '../ui/dom.ts';
import { notice, refusal } from '../ui/message.ts';
import { take } from '../nav.ts';

await start(async (config) => {
  const news = take('notice');
  if (news !== '') notice(news);
  try {
    const email = await signedInAs(config);
    if (email === undefined) return;
    element('who').textContent = email;
    document.body.dataset['gate'] = 'open';
    document.documentElement.dataset['signed'] = 'in';
  } catch (error) {
    refusal(explain(error, 'session'));
  }
});

async function signedInAs(config: SiteConfig): Promise<string | undefined> {
  if (!browserTokenStorage().hasTokens) return undefined;
  const { Session } = await import('../auth/session.ts');
  const tokens = await new Session(config).tokens();
  return tokens && String(tokens.idToken?.payload['email'] ?? tokens.accessToken.payload['username']);
}

// Where the tokens are kept.
//
// By default in sessionStorage: they end with the tab, so nothing that signs a
// person in is left behind on a shared computer. Who ticks "Stay signed in on this
// device" gets localStorage: all tabs, until signing out or until the refresh
// token expires. Not in cookies: no server of ours reads them, and a cookie would
// be sent along with every request for a picture.
//
// Either is readable by a script in the page. That is why the pages load no script
// but their own, and why the Content-Security-Policy forbids any other.

import type { KeyValueStorageInterface } from '@aws-amplify/core';

/** Present in localStorage when the tokens are to be kept there. */
const STAY_KEY = 'gatehouse.stay';

/** What Amplify's keys for a user pool's tokens begin with. */
const TOKEN_PREFIX = 'CognitoIdentityServiceProvider.';

/** The tokens' place, as Amplify wants it: setKeyValueStorage of its token provider. */
export class TokenStorage implements KeyValueStorageInterface {
  constructor(
    private readonly session: Storage,
    private readonly local: Storage,
  ) {}

  /** Whether people stay signed in after the tab is closed. */
  get stay(): boolean {
    return this.local.getItem(STAY_KEY) !== null;
  }

  /** Whether there are tokens at all, good or not: without any, nobody is signed in. */
  get hasTokens(): boolean {
    return Object.keys(this.place).some((key) => key.startsWith(TOKEN_PREFIX));
  }

  /** Chooses the place for the sign-in that follows, and forgets any earlier one. */
  choose(stay: boolean): void {
    this.forget();
    if (stay) this.local.setItem(STAY_KEY, '1');
  }

  /** Removes all tokens from this device. */
  forget(): void {
    this.local.removeItem(STAY_KEY);
    for (const place of [this.session, this.local]) {
      for (const key of Object.keys(place)) {
        if (key.startsWith(TOKEN_PREFIX)) place.removeItem(key);
      }
    }
  }

  async setItem(key: string, value: string): Promise<void> {
    this.place.setItem(key, value);
  }

  async getItem(key: string): Promise<string | null> {
    return this.place.getItem(key);
  }

  async removeItem(key: string): Promise<void> {
    this.place.removeItem(key);
  }

  async clear(): Promise<void> {
    this.forget();
  }

  private get place(): Storage {
    return this.stay ? this.local : this.session;
  }
}

/**
 * The browser's token storage.
 * @throws when the browser lets this site store nothing, as some do with cookies blocked.
 */
export function browserTokenStorage(): TokenStorage {
  try {
    return new TokenStorage(sessionStorage, localStorage);
  } catch (cause) {
    throw new Error('This browser lets the site store nothing, so nobody can be signed in. Allow it site data, and try again.', { cause });
  }
}

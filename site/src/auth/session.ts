// Amplify, set up for these pages; and the two ways to end a session.

import { Amplify } from 'aws-amplify';
import { fetchAuthSession, signOut as amplifySignOut } from 'aws-amplify/auth';
import type { AuthSession } from 'aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';
import { parseAmplifyConfig } from 'aws-amplify/utils';
import type { SiteConfig } from '../config.ts';
import { withTimeout } from './errors.ts';
import { browserTokenStorage } from './storage.ts';

/** The signed-in user's tokens, as Amplify decoded them. */
export type Tokens = NonNullable<AuthSession['tokens']>;

/** A session with the user pool that config names. */
export class Session {
  readonly storage = browserTokenStorage();
  private readonly endpoint: string;

  constructor(config: SiteConfig) {
    const resources = parseAmplifyConfig(config.outputs);
    const auth = resources.Auth;
    if (auth === undefined) throw new Error('reading the configuration: Amplify found no user pool in it');
    // The file's format has no place for an endpoint; Amplify's own setting has.
    if (config.userPoolEndpoint !== undefined) auth.Cognito.userPoolEndpoint = config.userPoolEndpoint;
    cognitoUserPoolsTokenProvider.setAuthConfig(auth);
    cognitoUserPoolsTokenProvider.setKeyValueStorage(this.storage);
    Amplify.configure(resources, { Auth: { tokenProvider: cognitoUserPoolsTokenProvider } });

    const region = config.userPoolId.slice(0, config.userPoolId.indexOf('_'));
    this.endpoint = config.userPoolEndpoint ?? `https://cognito-idp.${region}.amazonaws.com/`;
  }

  /** The tokens, refreshed if they are about to expire; undefined when nobody is signed in. */
  async tokens(): Promise<Tokens | undefined> {
    const session = await withTimeout(fetchAuthSession());
    return session.tokens;
  }

  /**
   * Ends the session on this device. The tokens are gone from it even when
   * Cognito cannot be reached to revoke them.
   */
  async signOut(): Promise<void> {
    try {
      await withTimeout(amplifySignOut());
    } finally {
      this.storage.forget(); // Amplify does not wait for its own removal
    }
  }

  /**
   * Ends the user's sessions on all devices.
   * @throws when Cognito did not do so: Amplify's signOut({ global: true }) would
   * hide that, and people would believe that a lost phone is signed out.
   */
  async signOutEverywhere(): Promise<void> {
    const tokens = await this.tokens();
    if (tokens !== undefined) await withTimeout(this.globalSignOut(tokens.accessToken.toString()));
    await this.signOut();
  }

  // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html
  private async globalSignOut(accessToken: string): Promise<void> {
    let response: Response;
    try {
      response = await fetch(this.endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'AWSCognitoIdentityProviderService.GlobalSignOut',
        },
        body: JSON.stringify({ AccessToken: accessToken }),
        referrerPolicy: 'no-referrer',
      });
    } catch (cause) {
      throw named('NetworkError', 'calling GlobalSignOut', cause);
    }
    if (response.ok) return;
    const problem = (await response.json().catch(() => ({}))) as { __type?: string; message?: string };
    const name = problem.__type?.replace(/^.*#/, '') ?? 'InternalErrorException';
    throw named(name, problem.message ?? `HTTP ${response.status}`);
  }
}

function named(name: string, message: string, cause?: unknown): Error {
  const error = new Error(message, { cause });
  error.name = name;
  return error;
}

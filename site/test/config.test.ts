import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG_URL, ConfigError, loadConfig, parseConfig } from '../src/config.ts';

const valid = {
  version: '1.4',
  auth: {
    aws_region: 'eu-central-1',
    user_pool_id: 'eu-central-1_AbCdEf123',
    user_pool_client_id: '5k2example0client',
    password_policy: {
      min_length: 12,
      require_lowercase: true,
      require_uppercase: true,
      require_numbers: true,
      require_symbols: false,
    },
    standard_required_attributes: ['email', 'given_name', 'sub'],
  },
  custom: { gatehouse: { project: 'shop', environment: 'prod', selfSignUp: true, verification: 'code' } },
};

/** The valid file with one member replaced; undefined removes it. */
function withMember(path: string, value: unknown): string {
  const copy = structuredClone(valid) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() as string;
  let at = copy;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  at[last] = value;
  return JSON.stringify(copy);
}

function problems(text: string): readonly string[] {
  try {
    parseConfig(text);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError, `want a ConfigError; got ${error}`);
    return error.problems;
  }
}

test('a whole configuration is read', () => {
  assert.deepEqual(parseConfig(JSON.stringify(valid)), {
    project: 'shop',
    environment: 'prod',
    selfSignUp: true,
    verification: 'code',
    passwordPolicy: { minLength: 12, lowercase: true, uppercase: true, numbers: true, symbols: false },
    requiredAttributes: ['given_name'],
    userPoolId: 'eu-central-1_AbCdEf123',
    userPoolClientId: '5k2example0client',
    outputs: valid,
  });
});

test('the local cloud is known by its endpoint', () => {
  const config = parseConfig(withMember('custom.gatehouse.userPoolEndpoint', 'http://localhost:4566'));
  assert.equal(config.userPoolEndpoint, 'http://localhost:4566');
});

const wrong: Record<string, { text: string; want: readonly string[] }> = {
  'text that is not JSON': { text: '{', want: [`${CONFIG_URL} is not valid JSON.`] },
  'a page from a rewrite rule': {
    text: '<!doctype html>',
    want: [`${CONFIG_URL} is a web page, not JSON: a rewrite rule answers for the missing file.`],
  },
  'JSON of another kind': { text: '[]', want: [`${CONFIG_URL} is not a JSON object.`] },
  'a version as a number': { text: withMember('version', 1), want: ['version: want a text that starts with 1; got 1.'] },
  'no auth: its members are not complained about': {
    text: withMember('auth', undefined),
    want: ['auth is missing: want an object.'],
  },
  'no gatehouse': { text: withMember('custom.gatehouse', undefined), want: ['custom.gatehouse is missing: want an object.'] },
  'a pool id without a region': {
    text: withMember('auth.user_pool_id', 'AbCdEf123'),
    want: ['auth.user_pool_id: want an id such as eu-central-1_AbCdEf123; got "AbCdEf123".'],
  },
  'an empty client id': {
    text: withMember('auth.user_pool_client_id', ''),
    want: ['auth.user_pool_client_id: want the id of a user pool client; got "".'],
  },
  'a password too short for Cognito': {
    text: withMember('auth.password_policy.min_length', 5),
    want: ['auth.password_policy.min_length: want a whole number from 6 to 99; got 5.'],
  },
  'a flag as text': {
    text: withMember('custom.gatehouse.selfSignUp', 'yes'),
    want: ['custom.gatehouse.selfSignUp: want true or false; got "yes".'],
  },
  'an unknown way to verify': {
    text: withMember('custom.gatehouse.verification', 'sms'),
    want: ['custom.gatehouse.verification: want "code" or "link"; got "sms".'],
  },
  'an endpoint that runs script': {
    text: withMember('custom.gatehouse.userPoolEndpoint', 'javascript:alert(1)'),
    want: ['custom.gatehouse.userPoolEndpoint: want an http or https address; got "javascript:alert(1)".'],
  },
  'a list of attributes that holds a number': {
    text: withMember('auth.standard_required_attributes', ['email', 7]),
    want: ['auth.standard_required_attributes: want a list of texts; got ["email",7].'],
  },
  'a long value is shortened': {
    text: withMember('custom.gatehouse.verification', 'x'.repeat(80)),
    want: [`custom.gatehouse.verification: want "code" or "link"; got "${'x'.repeat(58)}….`],
  },
};

for (const [name, { text, want }] of Object.entries(wrong)) {
  test(`refused: ${name}`, () => assert.deepEqual(problems(text), want));
}

test('every problem is reported at once', () => {
  assert.deepEqual(problems(JSON.stringify({ version: '2', auth: {}, custom: {} })), [
    'version: want a text that starts with 1; got "2".',
    'auth.password_policy is missing: want an object.',
    'custom.gatehouse is missing: want an object.',
    'auth.user_pool_id is missing: want an id such as eu-central-1_AbCdEf123.',
    'auth.user_pool_client_id is missing: want the id of a user pool client.',
  ]);
});

test('it is asked for anew every time', async () => {
  const asked: [string, RequestCache | undefined][] = [];
  await loadConfig(async (url, init) => {
    asked.push([String(url), init?.cache]);
    return Response.json(valid);
  });
  assert.deepEqual(asked, [['/amplify_outputs.json', 'no-cache']]);
});

const unreachable: Record<string, { answer: () => Promise<Response>; want: string }> = {
  'not there': {
    answer: async () => new Response('', { status: 404 }),
    want: '/amplify_outputs.json is not there (HTTP 404).',
  },
  'not there, as a private bucket says it': {
    answer: async () => new Response('', { status: 403 }),
    want: '/amplify_outputs.json is not there (HTTP 403).',
  },
  'a server in trouble': {
    answer: async () => new Response('', { status: 503 }),
    want: '/amplify_outputs.json could not be fetched (HTTP 503).',
  },
  'no connection': {
    answer: () => Promise.reject(new TypeError('Failed to fetch')),
    want: '/amplify_outputs.json could not be fetched. Is the connection up?',
  },
  'no answer in time': {
    answer: () => Promise.reject(new DOMException('signal timed out', 'TimeoutError')),
    want: '/amplify_outputs.json did not arrive within 10 seconds.',
  },
};

for (const [name, { answer, want }] of Object.entries(unreachable)) {
  test(`said plainly: ${name}`, async () => {
    await assert.rejects(loadConfig(answer), new ConfigError([want]));
  });
}

// What a deployment hands over, read by those it is for: aws-amplify's
// parseAmplifyConfig and amazon-cognito-identity-js, unmodified.
//
//   node outputs.mjs FOLDER EXPECTED
//
// FOLDER holds the files that `gatehouse outputs --format all` writes. EXPECTED is
// JSON: {pool, client, minLength, classes, required, verification, groups}. It prints
// one line for each claim and fails at the first that does not hold.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { runInNewContext } from 'node:vm';

import { Amplify } from 'aws-amplify';
import { parseAmplifyConfig } from 'aws-amplify/utils';
import cij from 'amazon-cognito-identity-js';

const [folder, expected] = process.argv.slice(2);
const want = JSON.parse(expected);
const text = (name) => readFile(`${folder}/${name}`, 'utf8');

// What both files must come to.
const common = {
  userPoolId: want.pool,
  userPoolClientId: want.client,
  passwordFormat: {
    minLength: want.minLength,
    requireLowercase: want.classes,
    requireUppercase: want.classes,
    requireNumbers: want.classes,
    requireSpecialCharacters: want.classes,
  },
  userAttributes: Object.fromEntries(['email', ...want.required].map((name) => [name, { required: true }])),
};

// only takes the keys of wanted from got, so that what a reader adds by itself is no mistake.
const only = (got, wanted) => Object.fromEntries(Object.keys(wanted).map((key) => [key, got[key]]));

const outputs = parseAmplifyConfig(JSON.parse(await text('amplify_outputs.json'))).Auth.Cognito;
assert.deepEqual(only(outputs, common), common);
assert.equal(outputs.loginWith.email, true);
assert.equal(outputs.allowGuestAccess ?? false, false);
assert.equal(outputs.identityPoolId, undefined);
assert.deepEqual((outputs.groups ?? []).map((group) => Object.keys(group)[0]), want.groups);
assert.equal(outputs.mfa?.status ?? 'off', 'off');
console.log('parseAmplifyConfig reads amplify_outputs.json');

// A bundler would import the file; it is the module's default export.
const module = await import('data:text/javascript,' + encodeURIComponent(await text('aws-exports.js')));
const legacy = parseAmplifyConfig(module.default).Auth.Cognito;
const legacyFormat = Object.fromEntries(Object.entries(common.passwordFormat).filter(([, value]) => value !== false));
const legacyWant = { ...common, passwordFormat: legacyFormat };
assert.deepEqual(
  { ...only(legacy, common), passwordFormat: Object.fromEntries(Object.entries(legacy.passwordFormat).filter(([, value]) => value !== false)) },
  legacyWant,
);
assert.equal(legacy.loginWith.email, true);
assert.equal(legacy.signUpVerificationMethod, want.verification);
assert.equal(legacy.allowGuestAccess ?? false, false);
console.log('parseAmplifyConfig reads aws-exports.js, and it says the same');

Amplify.configure(JSON.parse(await text('amplify_outputs.json')));
assert.equal(Amplify.getConfig().Auth.Cognito.userPoolId, want.pool);
console.log('Amplify.configure takes amplify_outputs.json');

const window = {};
runInNewContext(await text('config.js'), { window });
const { userPoolId, userPoolClientId, region } = window._config.cognito;
const pool = new cij.CognitoUserPool({ UserPoolId: userPoolId, ClientId: userPoolClientId });
assert.equal(pool.getUserPoolName(), want.pool.split('_')[1]);
assert.equal(pool.getClientId(), want.client);
assert.equal(region, want.pool.split('_')[0]);
console.log('amazon-cognito-identity-js takes what config.js says');

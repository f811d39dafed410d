// Cognito's own clients, unmodified, against a user pool of the local cloud:
// amazon-cognito-identity-js, aws-amplify and aws-jwt-verify. Whoever runs this
// names the pool on the command line:
//
//   node cognito_clients.mjs ENDPOINT POOL_ID CLIENT_ID MAILBOX
//
// GET MAILBOX/?to=ADDRESS answers with the code that was mailed to ADDRESS last.
// It prints one line for each claim and fails at the first that does not hold.
import assert from 'node:assert/strict';

import { Amplify } from 'aws-amplify';
import * as amplify from 'aws-amplify/auth';
import cij from 'amazon-cognito-identity-js';
import { CognitoJwtVerifier } from 'aws-jwt-verify';

const [endpoint, userPoolId, clientId, mailbox] = process.argv.slice(2);
const password = 'Grüße-Horse-パス-9!';
const nextPassword = 'Better-Horse-10!';

async function code(to) {
  const response = await fetch(`${mailbox}/?to=${encodeURIComponent(to)}`);
  assert.equal(response.status, 200, `no code was mailed to ${to}`);
  return response.text();
}

async function claim(text, check) {
  await check();
  console.log(text);
}

const verifiers = Object.fromEntries(
  ['access', 'id'].map((tokenUse) => [tokenUse, CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse })]),
);
const jwks = await (await fetch(`${endpoint}/${userPoolId}/.well-known/jwks.json`)).json();
for (const verifier of Object.values(verifiers)) {
  verifier.cacheJwks(jwks);
}

// ---- amazon-cognito-identity-js

const email = 'Identity.JS@example.com';
const pool = new cij.CognitoUserPool({ UserPoolId: userPoolId, ClientId: clientId, endpoint });
const user = () => new cij.CognitoUser({ Username: email, Pool: pool });
const called = (start) =>
  new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))));
const signIn = (secret, who = user()) =>
  new Promise((onSuccess, onFailure) => {
    who.authenticateUser(new cij.AuthenticationDetails({ Username: email, Password: secret }), { onSuccess, onFailure });
  });

await claim('amazon-cognito-identity-js signs up', async () => {
  const result = await called((done) => pool.signUp(email, password, [], [], done));
  assert.equal(result.userConfirmed, false);
  assert.equal(result.codeDeliveryDetails.Destination, 'I***@e***');
});
await claim('amazon-cognito-identity-js is told that the user is not confirmed', () =>
  assert.rejects(signIn(password), { name: 'UserNotConfirmedException', message: 'User is not confirmed.' }));
await claim('amazon-cognito-identity-js confirms', async () => {
  const right = await code(email);
  await assert.rejects(called((done) => user().confirmRegistration('x' + right, true, done)), { name: 'CodeMismatchException' });
  assert.equal(await called((done) => user().confirmRegistration(right, true, done)), 'SUCCESS');
});
await claim('amazon-cognito-identity-js does not sign in with a wrong password', () =>
  assert.rejects(signIn(password + 'x'), { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }));

const signedIn = user();
let session;
await claim('amazon-cognito-identity-js signs in over SRP', async () => {
  session = await signIn(password, signedIn);
  assert.equal(session.getIdToken().payload.email, email);
});
await claim('aws-jwt-verify accepts both tokens, and no altered one', async () => {
  const access = session.getAccessToken().getJwtToken();
  assert.equal((await verifiers.access.verify(access)).token_use, 'access');
  assert.equal((await verifiers.id.verify(session.getIdToken().getJwtToken())).email, email);
  await assert.rejects(verifiers.id.verify(access));
  const [header, , signature] = access.split('.');
  const forged = Buffer.from(JSON.stringify({ ...session.getAccessToken().payload, username: 'root' })).toString('base64url');
  await assert.rejects(verifiers.access.verify(`${header}.${forged}.${signature}`));
});
await claim('amazon-cognito-identity-js reads the user', async () => {
  const data = await called((done) => signedIn.getUserData(done, { bypassCache: true }));
  assert.equal(data.UserAttributes.find((a) => a.Name === 'email_verified').Value, 'true');
});
await claim('amazon-cognito-identity-js refreshes', async () => {
  const fresh = await called((done) => signedIn.refreshSession(session.getRefreshToken(), done));
  await verifiers.access.verify(fresh.getAccessToken().getJwtToken());
});
await claim('amazon-cognito-identity-js changes the password', async () => {
  await called((done) => signedIn.changePassword(password, nextPassword, done));
  await signIn(nextPassword);
  await assert.rejects(signIn(password), { name: 'NotAuthorizedException' });
});
await claim('amazon-cognito-identity-js signs out everywhere', async () => {
  const result = await new Promise((onSuccess, onFailure) => signedIn.globalSignOut({ onSuccess, onFailure }));
  assert.equal(result, 'SUCCESS');
  await assert.rejects(called((done) => user().refreshSession(session.getRefreshToken(), done)), { message: 'Refresh Token has been revoked' });
});

// ---- aws-amplify

const username = 'amplify@example.com';
Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId: clientId, userPoolEndpoint: endpoint } } });

await claim('aws-amplify signs up and confirms', async () => {
  const { nextStep } = await amplify.signUp({ username, password, options: { userAttributes: { email: username } } });
  assert.equal(nextStep.signUpStep, 'CONFIRM_SIGN_UP');
  await assert.rejects(amplify.signUp({ username, password }), { name: 'UsernameExistsException' });
  assert.equal((await amplify.signIn({ username, password })).nextStep.signInStep, 'CONFIRM_SIGN_UP');
  await amplify.resendSignUpCode({ username });
  assert.equal((await amplify.confirmSignUp({ username, confirmationCode: await code(username) })).isSignUpComplete, true);
});
await claim('aws-amplify does not sign in with a wrong password', () =>
  assert.rejects(amplify.signIn({ username, password: nextPassword }), { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }));
await claim('aws-amplify signs in, and its tokens verify', async () => {
  assert.equal((await amplify.signIn({ username, password })).isSignedIn, true);
  const { tokens } = await amplify.fetchAuthSession();
  await verifiers.access.verify(tokens.accessToken.toString());
  await verifiers.id.verify(tokens.idToken.toString());
});
await claim('aws-amplify refreshes', async () => {
  const before = (await amplify.fetchAuthSession()).tokens.accessToken.toString();
  const after = (await amplify.fetchAuthSession({ forceRefresh: true })).tokens.accessToken.toString();
  assert.notEqual(before, after);
  await verifiers.access.verify(after);
});
await claim('aws-amplify reads and writes attributes', async () => {
  await amplify.updateUserAttributes({ userAttributes: { given_name: 'Mary' } });
  assert.deepEqual(
    Object.keys(await amplify.fetchUserAttributes()).sort(),
    ['email', 'email_verified', 'given_name', 'sub'],
  );
});
await claim('aws-amplify changes the password', () => amplify.updatePassword({ oldPassword: password, newPassword: nextPassword }));
await claim('aws-amplify signs out, which revokes the tokens', async () => {
  const access = (await amplify.fetchAuthSession()).tokens.accessToken.toString();
  await amplify.signOut();
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSCognitoIdentityProviderService.GetUser' },
    body: JSON.stringify({ AccessToken: access }),
  });
  assert.equal((await response.json()).message, 'Access Token has been revoked');
});
await claim('aws-amplify resets the password', async () => {
  await amplify.resetPassword({ username });
  await amplify.confirmResetPassword({ username, confirmationCode: await code(username), newPassword: password });
  assert.equal((await amplify.signIn({ username, password })).isSignedIn, true);
});
await claim('aws-amplify deletes the user', async () => {
  await amplify.deleteUser();
  await assert.rejects(amplify.signIn({ username, password }), { name: 'NotAuthorizedException' });
});

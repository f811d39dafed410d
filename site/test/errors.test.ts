import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimeoutError, explain, isSessionOver, withTimeout } from '../src/auth/errors.ts';
import type { Operation } from '../src/auth/errors.ts';

/** An exception as Amplify throws it. */
function exception(name: string, message = ''): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

const cases: readonly [Operation, string, string, { field?: string; text: RegExp; href?: string }][] = [
  ['signUp', 'UsernameExistsException', 'User already exists', { field: 'email', text: /already an account/, href: '/signin' }],
  ['signUp', 'AliasExistsException', 'An account with the email already exists.', { field: 'email', text: /already an account/, href: '/signin' }],
  ['signUp', 'InvalidPasswordException', 'Password did not conform with policy: Password not long enough', { field: 'password', text: /too short/ }],
  ['signUp', 'InvalidPasswordException', 'Password did not conform with policy: Password must have symbol characters', { field: 'password', text: /needs a symbol/ }],
  ['signUp', 'InvalidPasswordException', 'Password did not conform with policy: Password must have numeric characters', { field: 'password', text: /needs a number/ }],
  ['signUp', 'InvalidPasswordException', 'Password did not conform with policy: Password must have uppercase characters', { field: 'password', text: /upper-case/ }],
  ['signUp', 'InvalidPasswordException', 'Password did not conform with policy: Password must have lowercase characters', { field: 'password', text: /lower-case/ }],
  ['signUp', 'InvalidPasswordException', 'Password is on a list', { field: 'password', text: /Password is on a list/ }],
  ['signUp', 'InvalidParameterException', "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6", { field: 'password', text: /not accepted/ }],
  ['signUp', 'InvalidParameterException', 'Username should be an email.', { field: 'email', text: /e-mail address/ }],
  ['signUp', 'InvalidParameterException', 'Invalid email address format.', { field: 'email', text: /e-mail address/ }],
  ['signUp', 'InvalidParameterException', 'Invalid phone number format.', { field: 'phone_number', text: /country code/ }],
  ['signUp', 'InvalidParameterException', 'Attributes did not conform to the schema: given_name: The attribute is required', { field: 'given_name', text: /needed/ }],
  ['signUp', 'InvalidParameterException', 'Attributes did not conform to the schema: name.formatted: The attribute is required', { field: 'name', text: /needed/ }],
  ['signUp', 'CodeDeliveryFailureException', '', { field: 'email', text: /could not be delivered/ }],
  ['signUp', 'UserLambdaValidationException', 'PreSignUp failed with error Only for members.', { text: /^Only for members\.$/ }],
  ['signUp', 'NotAuthorizedException', 'SignUp is not permitted for this user pool', { text: /Registration is closed/ }],
  ['signUp', 'LimitExceededException', 'Exceeded daily email limit for the operation or the account.', { text: /tomorrow/ }],
  ['confirmSignUp', 'CodeMismatchException', 'Invalid verification code provided, please try again.', { field: 'code', text: /not the code/ }],
  ['confirmSignUp', 'ExpiredCodeException', 'Invalid code provided, please request a code again.', { field: 'code', text: /expired/ }],
  ['confirmSignUp', 'NotAuthorizedException', 'User cannot be confirmed. Current status is CONFIRMED', { text: /verified already/, href: '/signin' }],
  ['resend', 'InvalidParameterException', 'User is already confirmed.', { text: /verified already/, href: '/signin' }],
  ['resend', 'LimitExceededException', 'Attempt limit exceeded, please try after some time.', { text: /Too many attempts/ }],
  ['signIn', 'NotAuthorizedException', 'Incorrect username or password.', { field: 'password', text: /not right/ }],
  ['signIn', 'NotAuthorizedException', 'Password attempts exceeded', { text: /Too many wrong passwords/ }],
  ['signIn', 'NotAuthorizedException', 'User is disabled.', { text: /disabled/ }],
  ['signIn', 'NotAuthorizedException', 'Invalid session for the user, session is expired.', { text: /took too long/, href: '/signin' }],
  ['signIn', 'UserNotFoundException', 'User does not exist.', { field: 'email', text: /no account/ }],
  ['signIn', 'UserNotConfirmedException', 'User is not confirmed.', { text: /not verified/, href: '/verify' }],
  ['signIn', 'PasswordResetRequiredException', '', { text: /reset/, href: '/reset' }],
  ['signIn', 'ResourceNotFoundException', 'User pool client abc does not exist.', { text: /configuration.*client abc/ }],
  ['signIn', 'TooManyRequestsException', '', { text: /Wait a moment/ }],
  ['signIn', 'NetworkError', 'A network error has occurred.', { text: /cannot be reached/ }],
  ['signIn', 'InternalErrorException', '', { text: /problem of its own/ }],
  ['signIn', 'EmulatorUnimplemented', 'SELECT_CHALLENGE is not implemented', { text: /SELECT_CHALLENGE/ }],
  ['resetRequest', 'InvalidParameterException', 'Cannot reset password for the user as there is no registered/verified email or phone_number', { field: 'email', text: /not verified/, href: '/verify' }],
  ['resetConfirm', 'CodeMismatchException', 'Invalid verification code provided, please try again.', { field: 'code', text: /not the code/ }],
  ['resetConfirm', 'InvalidPasswordException', 'Password did not conform with policy: Password not long enough', { field: 'new-password', text: /too short/ }],
  ['resetConfirm', 'PasswordHistoryPolicyViolationException', '', { field: 'new-password', text: /used this password before/ }],
  ['changePassword', 'NotAuthorizedException', 'Incorrect username or password.', { field: 'password', text: /current password/ }],
  ['changePassword', 'InvalidParameterException', "1 validation error detected: Value at 'previousPassword' failed to satisfy constraint", { field: 'password', text: /current password/ }],
  ['changePassword', 'NotAuthorizedException', 'Access Token has been revoked', { text: /no longer signed in/, href: '/signin' }],
  ['changePassword', 'LimitExceededException', 'Attempt limit exceeded, please try after some time.', { text: /Too many attempts/ }],
  ['updateAttributes', 'NotAuthorizedException', 'A client attempted to write unauthorized attribute', { text: /unauthorized attribute/ }],
  ['deleteUser', 'UserUnAuthenticatedException', '', { text: /no longer signed in/, href: '/signin' }],
];

for (const [operation, name, message, want] of cases) {
  test(`${operation}: ${name} ${message}`, () => {
    const got = explain(exception(name, message), operation);
    assert.deepEqual({ field: got.field, href: got.link?.href }, { field: want.field, href: want.href });
    assert.match(got.text, want.text);
  });
}

test('what is not an error is explained too', () => {
  assert.equal(explain('out of cheese', 'signIn').text, 'This did not work: out of cheese');
});

test('a session is over when Cognito says so, not when it is out of reach', () => {
  assert.equal(isSessionOver(exception('NotAuthorizedException', 'Access Token has been revoked')), true);
  assert.equal(isSessionOver(exception('NotAuthorizedException', 'Access Token has expired')), true);
  assert.equal(isSessionOver(exception('UserNotFoundException', 'User does not exist.')), true);
  assert.equal(isSessionOver(exception('NetworkError')), false);
  assert.equal(isSessionOver(new TimeoutError()), false);
  assert.equal(isSessionOver(exception('NotAuthorizedException', 'User is disabled.')), false);
});

test('waiting ends', async () => {
  await assert.rejects(withTimeout(new Promise(() => undefined), 1), TimeoutError);
  assert.equal(await withTimeout(Promise.resolve('in time'), 1000), 'in time');
});

// Cognito's refusals in plain words, each with the field it belongs to.
//
// The exceptions' names are Cognito's API; a few cases differ only in the text of
// the message, which is then compared as Cognito words it.

/** What was attempted: the same exception can mean different things. */
export type Operation =
  | 'signUp'
  | 'confirmSignUp'
  | 'resend'
  | 'signIn'
  | 'newPassword'
  | 'resetRequest'
  | 'resetConfirm'
  | 'changePassword'
  | 'updateAttributes'
  | 'signOut'
  | 'deleteUser'
  | 'session';

/** What to tell whoever attempted it. */
export interface Explanation {
  readonly text: string;
  /** Id of the field that the text belongs to; undefined: to the whole page. */
  readonly field?: string;
  /** Where to go on from here. */
  readonly link?: { readonly text: string; readonly href: string };
}

/** Thrown by {@link withTimeout}; its name is one that {@link explain} knows. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** How long to wait for Cognito, its client's own three retries included. */
export const TIMEOUT_MS = 20_000;

/** Gives up waiting for work after ms; Amplify itself would wait for ever. */
export async function withTimeout<T>(work: Promise<T>, ms = TIMEOUT_MS): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const SIGN_IN = { text: 'Sign in', href: '/signin' };
const VERIFY = { text: 'Verify your address', href: '/verify' };

/** Says what error means to somebody who attempted operation. */
export function explain(error: unknown, operation: Operation): Explanation {
  const name = error instanceof Error ? error.name : '';
  const message = error instanceof Error ? error.message : String(error);
  switch (name) {
    case 'NetworkError':
      return { text: 'The sign-in service cannot be reached. Check your connection and try again.' };
    case 'TimeoutError':
      return { text: 'The sign-in service has not answered in time. Try again in a moment.' };
    case 'UsernameExistsException':
    case 'AliasExistsException':
      return { field: 'email', text: 'There is already an account with this address.', link: SIGN_IN };
    case 'UserNotFoundException':
      return operation === 'session' ? sessionEnded : { field: 'email', text: 'There is no account with this address.' };
    case 'UserNotConfirmedException':
      return { text: 'This address is not verified yet.', link: VERIFY };
    case 'PasswordResetRequiredException':
      return { text: 'The password has to be reset before you can sign in.', link: { text: 'Reset it', href: '/reset' } };
    case 'CodeMismatchException':
      return { field: 'code', text: 'This is not the code we sent. Only the newest one works.' };
    case 'ExpiredCodeException':
      return { field: 'code', text: 'This code has expired, or none was asked for. Have a new one sent.' };
    case 'CodeDeliveryFailureException':
      return { field: 'email', text: 'The message could not be delivered to this address.' };
    case 'InvalidPasswordException':
      return { field: newPasswordField(operation), text: explainPolicy(message) };
    case 'PasswordHistoryPolicyViolationException':
      return { field: newPasswordField(operation), text: 'You have used this password before. Choose another one.' };
    case 'InvalidParameterException':
      return explainParameter(message, operation);
    case 'NotAuthorizedException':
      return explainRefusal(message, operation);
    case 'LimitExceededException':
      return /email limit/i.test(message)
        ? { text: 'No more messages can be sent today. Try again tomorrow.' }
        : { text: 'Too many attempts. Wait a while, up to an hour, and try again.' };
    case 'TooManyRequestsException':
    case 'TooManyFailedAttemptsException':
      return { text: 'Too many attempts at once. Wait a moment and try again.' };
    case 'UserLambdaValidationException':
      // The text is the site owner's own; Cognito puts the trigger's name before it.
      return { text: message.replace(/^\w+ failed with error /, '') };
    case 'ResourceNotFoundException':
      return { text: `This site's configuration names something that does not exist. ${message}` };
    case 'InternalErrorException':
    case 'ServiceUnavailable':
      return { text: 'The sign-in service has a problem of its own. Try again in a moment.' };
    case 'UserUnAuthenticatedException':
    case 'RefreshTokenReuseException':
    case 'TokenRevokedException':
      return sessionEnded;
    default:
      return { text: `This did not work: ${message || 'no reason was given'}` };
  }
}

const sessionEnded: Explanation = { text: 'You are no longer signed in.', link: SIGN_IN };

/** Whether error says that the session is over, so that only signing in again helps. */
export function isSessionOver(error: unknown): boolean {
  return explain(error, 'session') === sessionEnded;
}

function newPasswordField(operation: Operation): string {
  return operation === 'signUp' ? 'password' : 'new-password';
}

// "Password did not conform with policy: Password must have symbol characters": one reason at a time.
function explainPolicy(message: string): string {
  if (/not long enough/.test(message)) return 'This password is too short.';
  const kind = /must have (uppercase|lowercase|numeric|symbol) characters/.exec(message)?.[1];
  switch (kind) {
    case 'uppercase':
      return 'The password needs an upper-case letter.';
    case 'lowercase':
      return 'The password needs a lower-case letter.';
    case 'numeric':
      return 'The password needs a number.';
    case 'symbol':
      return 'The password needs a symbol.';
    default:
      return `This password is not accepted. ${message}`;
  }
}

function explainParameter(message: string, operation: Operation): Explanation {
  const attribute = /did not conform to the schema: ([\w:]+)(?:\.\w+)?: (.+)/.exec(message);
  if (attribute?.[1] !== undefined) {
    const text = /required/.test(attribute[2] ?? '') ? 'This is needed.' : `This is not accepted. ${attribute[2]}`;
    return { field: attribute[1], text };
  }
  if (/Username should be|Invalid email address|Value at 'username'/i.test(message)) {
    return { field: 'email', text: 'This does not look like an e-mail address.' };
  }
  if (/Invalid phone number/i.test(message)) {
    return { field: 'phone_number', text: 'Begin with + and the country code: +491701234567.' };
  }
  if (/Value at '(password|proposedPassword)'/i.test(message)) {
    return { field: newPasswordField(operation), text: 'This password is not accepted: it is too short, too long, or has spaces at an end.' };
  }
  if (/Value at 'previousPassword'/i.test(message)) return notCurrentPassword;
  if (/Value at 'confirmationCode'/i.test(message)) {
    return { field: 'code', text: 'This does not look like a code.' };
  }
  if (/already confirmed/i.test(message)) return alreadyVerified;
  if (/no registered\/verified/i.test(message)) {
    return { field: 'email', text: 'This address is not verified yet, so no code can be sent to it.', link: VERIFY };
  }
  return { text: `This was not accepted: ${message}` };
}

const notCurrentPassword: Explanation = { field: 'password', text: 'This is not your current password.' };

const alreadyVerified: Explanation = { text: 'This address is verified already.', link: SIGN_IN };

function explainRefusal(message: string, operation: Operation): Explanation {
  if (/Password attempts exceeded/i.test(message)) {
    return { text: 'Too many wrong passwords. Wait a while, up to 15 minutes, and try again.' };
  }
  if (/User is disabled/i.test(message)) {
    return { text: 'This account is disabled. Ask whoever runs this site.' };
  }
  if (/Current status is CONFIRMED/i.test(message)) return alreadyVerified;
  if (/SignUp is not permitted/i.test(message)) {
    return { text: 'Registration is closed: accounts are made by whoever runs this site.' };
  }
  if (/Invalid session for the user/i.test(message)) {
    return { text: 'This took too long. Sign in again.', link: SIGN_IN };
  }
  if (operation === 'session' || /(Access|Refresh) Token|Invalid (Access|Refresh)/i.test(message)) return sessionEnded;
  if (/Incorrect username or password/i.test(message)) {
    return operation === 'changePassword'
      ? notCurrentPassword
      : { field: 'password', text: 'The e-mail address or the password is not right.' };
  }
  return { text: `This is not allowed: ${message}` };
}

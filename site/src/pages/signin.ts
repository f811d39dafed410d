// Sign in, over SRP: the password is not sent.

import { confirmSignIn, signIn } from 'aws-amplify/auth';
import type { SignInOutput } from 'aws-amplify/auth';
import { attributeField as attributeSpec } from '../auth/attributes.ts';
import { explain } from '../auth/errors.ts';
import { Session } from '../auth/session.ts';
import type { SiteConfig } from '../config.ts';
import { carried, carry, safeNext, take } from '../nav.ts';
import { start } from '../start.ts';
import { element } from '../ui/dom.ts';
import { attributeField, currentPasswordField, emailField } from '../ui/field.ts';
import { onSubmit } from '../ui/form.ts';
import { clearMessage, notice, refusal } from '../ui/message.ts';
import { newPasswordField, showPasswordsOnDemand } from '../ui/password.ts';

await start(async (config) => {
  const next = safeNext(new URLSearchParams(location.search).get('next'), location.origin);
  const session = new Session(config);
  try {
    if ((await session.tokens()) !== undefined) {
      location.replace(next);
      return false;
    }
  } catch (error) {
    refusal(explain(error, 'session'));
  }

  showPasswordsOnDemand();
  const email = emailField();
  const password = currentPasswordField();
  const stay = element<HTMLInputElement>('stay');
  email.input.value = carried('email');
  (email.input.value === '' ? email : password).input.dataset['autofocus'] = '';
  const news = take('notice');
  if (news !== '') notice(news);

  onSubmit({
    form: element<HTMLFormElement>('signin-form'),
    operation: 'signIn',
    fields: [email, password],
    busy: 'Signing in…',
    async send() {
      session.storage.choose(stay.checked);
      carry('email', email.value);
      return follow(
        await signIn({ username: email.value, password: password.value, options: { authFlowType: 'USER_SRP_AUTH' } }),
      );
    },
  });
  return;

  /** Goes where Cognito's answer leads. */
  function follow({ nextStep }: SignInOutput): string | undefined {
    switch (nextStep.signInStep) {
      case 'DONE':
        return next;
      case 'CONFIRM_SIGN_UP':
        carry('notice', 'This address is not verified yet.');
        return '/verify';
      case 'RESET_PASSWORD':
        carry('notice', 'The password has to be reset before you can sign in.');
        return '/reset';
      case 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED':
        askForNewPassword(config, email.value, nextStep.missingAttributes ?? [], follow);
        return undefined;
      default:
        refusal({ text: `This account asks for a step that these pages do not have: ${nextStep.signInStep}.` });
        return undefined;
    }
  }
});

/** The second step for accounts that were made with a first password: choose one's own. */
function askForNewPassword(
  config: SiteConfig,
  email: string,
  missing: readonly string[],
  follow: (answer: SignInOutput) => string | undefined,
): void {
  clearMessage();
  element('title').textContent = 'Choose your own password';
  element('lead').textContent = 'The one you were given works only once.';
  element('signin-form').hidden = true;
  const form = element<HTMLFormElement>('new-password-form');
  form.hidden = false;
  element<HTMLInputElement>('new-password-form-email').value = email; // for password managers
  const password = newPasswordField('new-password', config.passwordPolicy);
  const attributes = missing.map((name) => attributeField(attributeSpec(name), element('attributes')));
  password.input.focus();

  onSubmit({
    form,
    operation: 'newPassword',
    fields: [password, ...attributes],
    busy: 'Signing in…',
    send: async () =>
      follow(
        await confirmSignIn({
          challengeResponse: password.value,
          options: { userAttributes: Object.fromEntries(attributes.map((field) => [field.id, field.value])) },
        }),
      ),
  });
}

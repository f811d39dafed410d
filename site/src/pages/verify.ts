// Verify: the code (or the link) that shows whose address it is.

import { confirmSignUp, resendSignUpCode } from 'aws-amplify/auth';
import { withTimeout } from '../auth/errors.ts';
import { Session } from '../auth/session.ts';
import { carried, carry, drop, take } from '../nav.ts';
import { start } from '../start.ts';
import { rest } from '../ui/cooldown.ts';
import { element } from '../ui/dom.ts';
import { codeField, emailField } from '../ui/field.ts';
import { onSubmit, showError } from '../ui/form.ts';
import { clearMessage, notice } from '../ui/message.ts';

await start((config) => {
  new Session(config);
  document.documentElement.dataset['verification'] = config.verification;
  const email = emailField();
  const code = codeField();
  email.input.value = carried('email');
  if (email.input.value === '') email.input.dataset['autofocus'] = '';
  else if (config.verification === 'code') code.input.dataset['autofocus'] = '';
  const news = take('notice');
  if (news !== '') notice(news);

  onSubmit({
    form: element<HTMLFormElement>('verify-form'),
    operation: 'confirmSignUp',
    fields: config.verification === 'code' ? [email, code] : [email],
    busy: 'Verifying…',
    async send() {
      if (config.verification === 'link') return send(); // Enter in the only field
      await confirmSignUp({ username: email.value, confirmationCode: code.value });
      drop('sentAt');
      carry('email', email.value);
      carry('notice', 'Your address is verified. Sign in to come in.');
      return '/signin';
    },
  });

  const resend = element<HTMLButtonElement>('resend');
  const wait = element('resend-wait');
  rest(resend, wait, Number(carried('sentAt')));
  resend.addEventListener('click', async () => {
    clearMessage();
    if (!email.validate()) {
      email.input.focus();
      return;
    }
    resend.disabled = true;
    try {
      await withTimeout(send());
    } catch (error) {
      resend.disabled = false;
      showError(error, 'resend', [email]);
    }
  });

  async function send(): Promise<void> {
    await resendSignUpCode({ username: email.value });
    const now = Date.now();
    carry('email', email.value);
    carry('sentAt', String(now));
    rest(resend, wait, now);
    // Cognito does not tell who exists, so neither does the page.
    notice('If this address is registered and not yet verified, a new message is on its way.');
    code.input.focus();
  }
});

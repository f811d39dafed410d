// Reset the password: ask for a code, then use it.

import { confirmResetPassword, resetPassword } from 'aws-amplify/auth';
import { Session } from '../auth/session.ts';
import { carried, carry, take } from '../nav.ts';
import { start } from '../start.ts';
import { element } from '../ui/dom.ts';
import { codeField, emailField } from '../ui/field.ts';
import { onSubmit } from '../ui/form.ts';
import { clearMessage, notice } from '../ui/message.ts';
import { newPasswordField, showPasswordsOnDemand } from '../ui/password.ts';

await start((config) => {
  new Session(config);
  showPasswordsOnDemand();
  const request = element<HTMLFormElement>('reset-request-form');
  const confirm = element<HTMLFormElement>('reset-confirm-form');
  const lead = element('lead');
  const beginning = lead.textContent;
  const email = emailField();
  const code = codeField();
  const password = newPasswordField('new-password', config.passwordPolicy);
  email.input.value = carried('email');
  const news = take('notice');
  if (news !== '') notice(news);

  function askForCode(): void {
    clearMessage();
    lead.textContent = beginning;
    confirm.hidden = true;
    request.hidden = false;
    email.input.focus();
  }

  function askForPassword(): void {
    clearMessage();
    carry('email', email.value);
    element<HTMLInputElement>('reset-email').value = email.value;
    lead.textContent = 'Type the code from the message, and choose a new password.';
    request.hidden = true;
    confirm.hidden = false;
    code.clear();
    code.input.value = '';
    code.input.focus();
  }

  onSubmit({
    form: request,
    operation: 'resetRequest',
    fields: [email],
    busy: 'Sending…',
    async send() {
      const { nextStep } = await resetPassword({ username: email.value });
      if (nextStep.resetPasswordStep === 'DONE') return '/signin';
      askForPassword();
      // Cognito does not tell who exists, so neither does the page.
      notice('If there is an account with this address, a code is on its way to it.');
      return undefined;
    },
  });

  onSubmit({
    form: confirm,
    operation: 'resetConfirm',
    fields: [code, password],
    busy: 'Setting it…',
    async send() {
      await confirmResetPassword({ username: email.value, confirmationCode: code.value, newPassword: password.value });
      carry('notice', 'Your new password is set. Sign in with it.');
      return '/signin';
    },
  });

  element('start-over').addEventListener('click', askForCode);
  element('have-code').addEventListener('click', () => {
    if (email.validate()) askForPassword();
    else email.input.focus();
  });
});

// The account: who you are, your tokens, your settings, and the ways out.

import { deleteUser, fetchUserAttributes, updatePassword, updateUserAttributes } from 'aws-amplify/auth';
import { NAME_ATTRIBUTES, attributeField as attributeSpec, attributeLabel } from '../auth/attributes.ts';
import { explain, isSessionOver, withTimeout } from '../auth/errors.ts';
import type { Operation } from '../auth/errors.ts';
import { Session } from '../auth/session.ts';
import type { Tokens } from '../auth/session.ts';
import type { SiteConfig } from '../config.ts';
import { carry, drop, signInFor } from '../nav.ts';
import { start } from '../start.ts';
import { element, make } from '../ui/dom.ts';
import { Field, attributeField, currentPasswordField } from '../ui/field.ts';
import { onSubmit, showError } from '../ui/form.ts';
import { clearMessage, notice, refusal } from '../ui/message.ts';
import { newPasswordField, showPasswordsOnDemand } from '../ui/password.ts';
import { tokenView } from '../ui/tokens.ts';

type Attributes = Readonly<Record<string, string>>;

await start(async (config) => {
  const session = new Session(config);
  let tokens: Tokens | undefined;
  let attributes: Attributes = {};
  try {
    tokens = await session.tokens();
    if (tokens !== undefined) attributes = await userAttributes();
  } catch (error) {
    if (isSessionOver(error)) {
      session.storage.forget();
      carry('notice', 'Your session has ended. Sign in again.');
      tokens = undefined;
    } else if (tokens === undefined) {
      throw new Error(explain(error, 'session').text, { cause: error });
    } else {
      // The tokens tell who it is; what Cognito knows beyond that is missing.
      refusal(explain(error, 'session'));
    }
  }
  if (tokens === undefined) {
    location.replace(signInFor(location.pathname + location.search));
    return false;
  }

  const email = attributes['email'] ?? String(tokens.idToken?.payload['email'] ?? tokens.accessToken.payload['username']);
  element('account-email').textContent = email;
  showPerson(attributes, email);
  showGroups(tokens);
  showTokens(tokens);
  showPasswordsOnDemand();
  editName(config, attributes);
  changePassword(config, email);
  waysOut(session, email);
  leaveTogether();
  return;
});

async function userAttributes(): Promise<Attributes> {
  const all = await withTimeout(fetchUserAttributes());
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function showPerson(attributes: Attributes, email: string): void {
  const name = attributes['given_name'] ?? attributes['nickname'] ?? attributes['name'];
  element('welcome').textContent = name === undefined ? 'You are in.' : `Welcome, ${name}.`;
  const shown = Object.keys(attributes).length > 0 ? attributes : { email };
  element('attributes-list').replaceChildren(
    ...Object.entries(shown).map(([key, value]) =>
      make('div', {}, make('dt', {}, attributeLabel(key)), make('dd', {}, { true: 'yes', false: 'no' }[value] ?? value)),
    ),
  );
}

function showGroups(tokens: Tokens): void {
  const groups = tokens.accessToken.payload['cognito:groups'];
  const names = Array.isArray(groups) ? groups.map(String) : [];
  element('groups').replaceChildren(
    ...(names.length === 0 ? ['You are in no group.'] : names.flatMap((name) => [make('span', { class: 'badge' }, name), ' '])),
  );
}

function showTokens({ idToken, accessToken }: Tokens): void {
  const views = [
    tokenView({
      title: 'Access token',
      purpose: 'Shown to programs that act for you. It says what you may do.',
      text: accessToken.toString(),
      claims: accessToken.payload,
      open: false,
    }),
  ];
  if (idToken !== undefined) {
    views.unshift(
      tokenView({
        title: 'ID token',
        purpose: 'Tells this site who you are.',
        text: idToken.toString(),
        claims: idToken.payload,
        open: matchMedia('(min-width: 56rem)').matches, // on a phone its length would hide the rest
      }),
    );
  }
  element('token-list').replaceChildren(...views);
}

/** Lets people change the parts of their name that they have, or that the pool asks for. */
function editName(config: SiteConfig, attributes: Attributes): void {
  const names = NAME_ATTRIBUTES.filter((name) => name in attributes || config.requiredAttributes.includes(name));
  if (names.length === 0) return;
  const form = element<HTMLFormElement>('profile-form');
  element('profile').hidden = false;
  const fields = names.map((name) => attributeField(attributeSpec(name), element('names'), attributes[name]));
  onSubmit({
    form,
    operation: 'updateAttributes',
    fields,
    busy: 'Saving…',
    async send() {
      const userAttributes = Object.fromEntries(fields.map((field) => [field.id, field.value]));
      await updateUserAttributes({ userAttributes });
      showPerson({ ...attributes, ...userAttributes }, attributes['email'] ?? '');
      notice('Your name is saved.');
    },
  });
}

function changePassword(config: SiteConfig, email: string): void {
  const form = element<HTMLFormElement>('password-form');
  const current = currentPasswordField();
  const next = newPasswordField('new-password', config.passwordPolicy);
  element<HTMLInputElement>('password-form-email').value = email;
  onSubmit({
    form,
    operation: 'changePassword',
    fields: [current, next],
    busy: 'Changing it…',
    async send() {
      await updatePassword({ oldPassword: current.value, newPassword: next.value });
      for (const field of [current, next]) {
        field.input.value = '';
        field.input.dispatchEvent(new Event('input'));
      }
      notice('Your password is changed. Devices that are signed in stay so, unless you sign out everywhere.');
    },
  });
}

function waysOut(session: Session, email: string): void {
  onClick('sign-out', 'signOut', async () => {
    await session.signOut();
    leave('You are signed out.');
  });
  onClick('sign-out-everywhere', 'signOut', async () => {
    await session.signOutEverywhere();
    leave('You are signed out, here and on all other devices.');
  });

  const dialog = element<HTMLDialogElement>('delete-dialog');
  element('delete-email').textContent = email;
  element('delete-account').addEventListener('click', () => dialog.showModal());
  element('delete-cancel').addEventListener('click', () => dialog.close());
  const typed = new Field(
    'delete-confirm',
    (value) => (value.toLowerCase() === email.toLowerCase() ? undefined : `Type ${email} to go on.`),
    (value) => value.trim(),
  );
  dialog.addEventListener('close', () => {
    typed.input.value = '';
    typed.clear();
    element('delete-message').replaceChildren();
  });
  onSubmit({
    form: element<HTMLFormElement>('delete-form'),
    operation: 'deleteUser',
    fields: [typed],
    busy: 'Deleting…',
    async send() {
      try {
        await deleteUser();
      } catch (error) {
        // Behind the dialog nobody would see it at the top of the page.
        element('delete-message').textContent = explain(error, 'deleteUser').text;
        return;
      }
      session.storage.forget();
      drop('email');
      leave('Your account is deleted.');
    },
  });
}

/** Does work when the button id is clicked, once at a time. */
function onClick(id: string, operation: Operation, work: () => Promise<void>): void {
  const button = element<HTMLButtonElement>(id);
  button.addEventListener('click', async () => {
    button.disabled = true;
    clearMessage();
    try {
      await work();
    } catch (error) {
      button.disabled = false;
      showError(error, operation);
    }
  });
}

function leave(news: string): void {
  carry('notice', news);
  location.assign('/');
}

/** Signing out in another tab removes the tokens they share: this tab follows. */
function leaveTogether(): void {
  addEventListener('storage', (event) => {
    if (event.storageArea === localStorage && event.key?.endsWith('.accessToken') === true && event.newValue === null) {
      leave('You are signed out.');
    }
  });
}

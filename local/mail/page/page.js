// The mailbox page. The server sends every message over /events; this script only
// shows them. Text from messages goes into the page with textContent, never as
// HTML, and bodies only into the frame without rights.

const el = Object.fromEntries([...document.querySelectorAll('[id]')].map((e) => [e.id, e]));

const reasons = {
  SignUp: 'Sign-up',
  ResendCode: 'Code sent again',
  ForgotPassword: 'Forgotten password',
  UpdateUserAttribute: 'Changed attribute',
};

/** @type {Map<string, object>} messages by id, oldest first */
const messages = new Map();
const rows = new Map(); // rows of the list by id
let shown = ''; // the id of the message on display
let capacity = Infinity; // the server keeps no more messages than that

// ---- messages as they come -------------------------------------------------

connect();

function connect() {
  const events = new EventSource('/events');
  events.addEventListener('open', () => setState(true));
  events.addEventListener('error', () => {
    setState(false);
    // The browser tries again by itself, except after an answer that is no stream.
    if (events.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  });
  events.addEventListener('messages', (event) => startOver(JSON.parse(event.data)));
  events.addEventListener('message', (event) => arrive(JSON.parse(event.data)));
}

function startOver(all) {
  capacity = all.capacity;
  messages.clear();
  rows.clear();
  el.list.replaceChildren();
  for (const m of all.messages) add(m);
  refresh();
}

function arrive(m) {
  add(m).classList.add('new');
  for (const id of messages.keys()) {
    if (messages.size <= capacity) break;
    remove(id);
  }
  el.announce.textContent = `New message for ${m.to}: ${m.subject}`;
  refresh();
}

function setState(live) {
  el.state.dataset.live = live ? 'yes' : 'no';
  el.state.textContent = live ? 'Live' : 'The local cloud is not running';
}

function add(m) {
  messages.set(m.id, m);
  const row = makeRow(m);
  rows.set(m.id, row);
  const item = document.createElement('li');
  item.append(row);
  el.list.prepend(item);
  return row;
}

function remove(id) {
  messages.delete(id);
  rows.get(id).parentElement.remove();
  rows.delete(id);
}

// ---- the list --------------------------------------------------------------

function makeRow(m) {
  const row = document.createElement('a');
  row.className = 'row';
  row.href = `#${m.id}`;
  row.append(part('span', 'to', m.to), time(m.sent), part('span', 'subject', m.subject));
  if (m.code) row.append(part('span', 'has', m.code));
  else if (m.link) row.append(part('span', 'has', 'Link'));
  return row;
}

function part(tag, name, text) {
  const e = document.createElement(tag);
  e.className = name;
  e.textContent = text;
  return e;
}

function time(sent) {
  const e = document.createElement('time');
  const date = new Date(sent);
  const today = date.toDateString() === new Date().toDateString();
  e.dateTime = sent;
  e.textContent = today
    ? date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })
    : date.toLocaleDateString([], { day: 'numeric', month: 'short', year: 'numeric' });
  return e;
}

function refresh() {
  const wanted = el.search.value.trim().toLowerCase();
  let found = 0;
  for (const [id, m] of messages) {
    const matches = m.to.toLowerCase().includes(wanted);
    rows.get(id).parentElement.hidden = !matches;
    if (matches) found++;
  }
  el.empty.hidden = found > 0;
  el.empty.textContent = messages.size === 0
    ? 'No messages yet. Sign up on the site, and the code appears here.'
    : `No message for “${el.search.value.trim()}”.`;
  el.clear.hidden = messages.size === 0;
  document.title = messages.size === 0 ? 'Mailbox' : `Mailbox (${messages.size})`;
  choose();
}

el.search.addEventListener('input', refresh);

el.list.addEventListener('keydown', (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const visible = [...el.list.querySelectorAll('li:not([hidden]) > a')];
  const next = visible[visible.indexOf(document.activeElement) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

// ---- one message -----------------------------------------------------------

addEventListener('hashchange', () => {
  const before = shown;
  choose();
  if (document.body.dataset.open !== undefined) el.reader.focus({ preventScroll: true });
  else rows.get(before)?.focus(); // back in the list, where one was
});

// choose shows the message that the address names; while it names none, the
// newest, so that a code can be read without a click.
function choose() {
  const named = messages.get(location.hash.slice(1));
  const visible = [...messages.values()].filter((m) => !rows.get(m.id).parentElement.hidden);
  const m = named ?? visible.at(-1);
  document.body.toggleAttribute('data-open', named !== undefined);
  el.reader.hidden = !m;
  el.welcome.hidden = Boolean(m);
  for (const [id, row] of rows) {
    if (id === m?.id) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
  }
  if (m && m.id !== shown) show(m);
  shown = m?.id ?? '';
}

function show(m) {
  el.trigger.textContent = reasons[m.trigger] ?? m.trigger;
  el.subject.textContent = m.subject;
  el.to.textContent = m.to;
  el.from.textContent = m.from;
  el.sent.dateTime = m.sent;
  el.sent.textContent = new Date(m.sent).toLocaleString([], { dateStyle: 'long', timeStyle: 'medium' });

  el['code-box'].hidden = !m.code;
  el.code.textContent = m.code ?? '';
  el.copy.textContent = 'Copy the code';

  el['link-box'].hidden = !m.link;
  el.address.textContent = m.link ?? '';
  el['open-link'].hidden = !isWebAddress(m.link);
  el['open-link'].href = isWebAddress(m.link) ? m.link : '';

  // Replacing the frame's address, not adding to it, keeps "back" for the page.
  const body = `/messages/${encodeURIComponent(m.id)}/body`;
  const frame = el.body.cloneNode();
  frame.src = body;
  el.body.replaceWith(frame);
  el.body = frame;
  el.reader.scrollTop = 0;
}

// isWebAddress keeps javascript: and the like from becoming a link.
function isWebAddress(link) {
  return /^https?:\/\//i.test(link ?? '') && URL.canParse(link);
}

el.copy.addEventListener('click', async () => {
  try {
    await navigator.clipboard.writeText(el.code.textContent);
    el.copy.textContent = 'Copied';
    el.announce.textContent = 'The code was copied';
  } catch {
    getSelection().selectAllChildren(el.code); // the browser refused: one key copies it now
    el.copy.textContent = 'Selected: copy it';
  }
});

// ---- deleting --------------------------------------------------------------

el.clear.addEventListener('click', () => el.confirm.showModal());
el.keep.addEventListener('click', () => el.confirm.close());
el.delete.addEventListener('click', async () => {
  el.confirm.close();
  try {
    const answer = await fetch('/messages', { method: 'DELETE' });
    if (!answer.ok) throw new Error((await answer.json()).error);
    location.hash = '';
    el.search.value = '';
  } catch (error) {
    el.announce.textContent = '';
    el.state.dataset.live = 'no';
    el.state.textContent = `Nothing was deleted: ${error.message}`;
  }
});

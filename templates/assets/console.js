// What every page of the console does in the browser. Each page works without it.
'use strict';

/* The command palette: Ctrl-K, or / outside of a field. */
const palette = document.getElementById('palette');
const sought = palette.querySelector('input');
const entries = () => [...palette.querySelectorAll('li')].filter((entry) => !entry.hidden);
const mark = (entry) => {
  for (const other of palette.querySelectorAll('li')) other.setAttribute('aria-selected', String(other === entry));
  if (!entry) return;
  sought.setAttribute('aria-activedescendant', entry.id);
  entry.scrollIntoView({ block: 'nearest' });
};
const narrow = () => {
  const words = sought.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  for (const entry of palette.querySelectorAll('li[data-href]')) {
    const text = entry.textContent.toLocaleLowerCase();
    entry.hidden = !words.every((word) => text.includes(word));
  }
  mark(entries()[0]);
};
const open = (entry) => {
  if (!entry) return;
  const { href, search } = entry.dataset;
  location.assign(href ?? search + encodeURIComponent(sought.value));
};
const showPalette = (text = '') => {
  sought.value = text;
  narrow();
  if (!palette.open) palette.showModal();
  sought.focus();
};
sought.addEventListener('input', narrow);
sought.addEventListener('keydown', (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const list = entries();
  const at = list.findIndex((entry) => entry.getAttribute('aria-selected') === 'true');
  if (step) {
    event.preventDefault();
    mark(list[(at + step + list.length) % list.length]);
  }
  if (event.key === 'Enter') {
    event.preventDefault();
    open(list[at]);
  }
});
palette.addEventListener('click', (event) => {
  if (event.target === palette) palette.close();
  else open(event.target.closest('li'));
});
document.addEventListener('keydown', (event) => {
  const typing = event.target.closest?.('input, textarea, select, [contenteditable]');
  if ((event.key === 'k' && (event.ctrlKey || event.metaKey)) || (event.key === '/' && !typing)) {
    event.preventDefault();
    showPalette();
  }
});

/* What was said once goes by itself; focusing or pointing at it keeps it. */
for (const toast of document.querySelectorAll('[data-toast]')) {
  const url = new URL(location.href);
  url.searchParams.delete('done');
  history.replaceState(null, '', url);
  setTimeout(() => toast.matches(':hover, :focus-within') || toast.remove(), 8000);
}

/* A form with data-keep: what is typed survives a lost connection, a closed tab, an ended session. */
const SENT = 'wecare:sending';
// By whose and where it is sent: a refused form is shown again at another address than it was first.
const keyOf = (form) => `wecare:kept:${document.body.dataset.who}:${new URL(form.action).pathname}:${form.dataset.keep}`;
const typedFields = (form) =>
  [...form.elements].filter(({ name, type }) => name && !['hidden', 'password', 'file', 'submit'].includes(type));
const typedIn = (form) =>
  typedFields(form).map((field) => [field.name, field.type === 'checkbox' || field.type === 'radio' ? field.checked : field.value]);
const fill = (form, kept) => {
  const fields = typedFields(form);
  kept.forEach(([name, value], i) => {
    const field = fields[i];
    if (!field || field.name !== name) return;
    if (typeof value === 'boolean') field.checked = value;
    else field.value = value;
  });
};
/* Only what the server took is forgotten: the page that a form led to, and that finds no fault with it. */
const sent = JSON.parse(sessionStorage.getItem(SENT));
const cameFrom = document.referrer && new URL(document.referrer).pathname;
const refused = document.querySelector('[aria-invalid="true"], .notice--danger');
if (sent && cameFrom === sent.from && !refused) localStorage.removeItem(sent.key);
sessionStorage.removeItem(SENT);
addEventListener('pageshow', ({ persisted }) => persisted && sessionStorage.removeItem(SENT));
const offerAgain = (form, kept) => {
  const offer = document.getElementById('kept').content.firstElementChild.cloneNode(true);
  offer.querySelector('[data-restore]').addEventListener('click', () => {
    fill(form, JSON.parse(kept));
    offer.remove();
    form.dispatchEvent(new Event('input', { bubbles: true }));
    typedFields(form)[0].focus();
  });
  offer.querySelector('[data-forget]').addEventListener('click', () => {
    localStorage.removeItem(keyOf(form));
    offer.remove();
  });
  form.before(offer);
};
for (const form of document.querySelectorAll('form[data-keep]')) {
  const first = JSON.stringify(typedIn(form));
  const kept = localStorage.getItem(keyOf(form));
  if (kept && kept !== first) offerAgain(form, kept);
  form.addEventListener('input', () => {
    const now = JSON.stringify(typedIn(form));
    if (now === first) localStorage.removeItem(keyOf(form));
    else localStorage.setItem(keyOf(form), now);
  });
  form.addEventListener('submit', (event) => {
    if (navigator.onLine) return sessionStorage.setItem(SENT, JSON.stringify({ key: keyOf(form), from: location.pathname }));
    event.preventDefault();
    sayOffline();
  });
}
const offline = document.getElementById('offline');
const sayOffline = () => {
  offline.hidden = navigator.onLine;
};
addEventListener('online', sayOffline);
addEventListener('offline', sayOffline);

/* What a browser finds wrong is said in the language of the page, not of the browser. */
const KINDS = ['valueMissing', 'typeMismatch', 'badInput', 'rangeUnderflow', 'rangeOverflow', 'stepMismatch', 'tooShort', 'patternMismatch'];
document.addEventListener(
  'invalid',
  ({ target }) => {
    const kind = KINDS.find((one) => target.validity[one]);
    if (!kind) return;
    target.setCustomValidity(document.body.dataset[kind]);
    target.form.addEventListener('input', () => target.setCustomValidity(''), { once: true });
  },
  true,
);

/* A form with data-live sends itself when something in it changes (its button stays for those without script). */
document.addEventListener('change', (event) => event.target.closest('form[data-live]')?.requestSubmit());

/* An ended session or a refusal in the middle of a page is said where the person is. */
document.body.addEventListener('htmx:responseError', (event) => {
  const text = event.detail.xhr.responseText;
  const said = new DOMParser().parseFromString(text, 'text/html').querySelector('[data-refusal]');
  if (!said) return;
  const toast = document.createElement('div');
  toast.className = 'toast';
  toast.setAttribute('role', 'alert');
  toast.textContent = said.textContent;
  document.body.append(toast);
  setTimeout(() => toast.remove(), 12000);
});

// A form that somebody writes in for long: what is typed survives a lost connection, a closed tab and an ended
// session, and the server shows it again. Where somebody else was faster it is kept too, whichever of the two is taken.
'use strict';

const LEFT_OUT = ['op', 'revision', 'sure', 'view', 'width', 'language', 'theme', 'as', 'at', 'removed', 'q'];
const typedInto = (form) => [...new FormData(form)].filter(([name]) => !LEFT_OUT.includes(name));
// By whose: a computer may be shared.
const writingKey = (what) => `wecare:writing:${document.body.dataset.who}:${what}`;
const keepWriting = (what, form) =>
  localStorage.setItem(writingKey(what), JSON.stringify({ revision: form.elements.revision.value, fields: typedInto(form) }));
const keptWriting = (what) => {
  try {
    return JSON.parse(localStorage.getItem(writingKey(what)));
  } catch {
    return null;
  }
};

const conflict = document.querySelector('[data-conflict]');
if (conflict) keepWriting(conflict.dataset.conflict, conflict);

/* Shows what was kept as if it had just been typed. */
const showKept = (form, kept) => {
  const again = document.createElement('form');
  again.method = 'post';
  again.action = form.action;
  for (const [name, value] of [...kept.fields, ['revision', kept.revision], ['op', 'show']]) {
    const field = document.createElement('input');
    field.type = 'hidden';
    field.name = name;
    field.value = value;
    again.append(field);
  }
  document.body.append(again);
  again.submit();
};

/* `data-saved`: it shows what the server keeps; `data-just-saved`: what was kept here went there. */
const writeIn = (form) => {
  const what = form.dataset.writing;
  const first = JSON.stringify(typedInto(form));
  const isSaved = form.hasAttribute('data-saved');
  const justSaved = form.hasAttribute('data-just-saved');
  const kept = keptWriting(what);
  const offer = document.querySelector('[data-kept-writing]');
  const forget = () => localStorage.removeItem(writingKey(what));
  if (justSaved && form.dataset.began) localStorage.removeItem(writingKey(form.dataset.began));
  if (!isSaved) keepWriting(what, form);
  else if (justSaved || !kept || JSON.stringify(kept.fields) === first) forget();
  else offer.hidden = false;
  offer.querySelector('[data-forget]').addEventListener('click', () => {
    forget();
    offer.hidden = true;
  });
  offer.querySelector('[data-restore]').addEventListener('click', () => {
    leaving = true;
    showKept(form, kept);
  });

  let dirty = !isSaved;
  let leaving = false;
  const sayUnsaved = (unsaved) => {
    for (const part of form.querySelectorAll('[data-state-unsaved]')) part.hidden = !unsaved;
    for (const part of form.querySelectorAll('[data-state-saved]')) part.hidden = unsaved;
  };
  const changed = () => {
    dirty = !isSaved || JSON.stringify(typedInto(form)) !== first;
    sayUnsaved(dirty);
    if (!offer.hidden && isSaved && !dirty) return;
    if (dirty) keepWriting(what, form);
    else forget();
  };
  form.addEventListener('input', changed);
  addEventListener('beforeunload', (event) => {
    if (dirty && !leaving) event.preventDefault();
  });
  form.addEventListener('submit', (event) => {
    if (event.submitter?.formTarget) return;
    if (!navigator.onLine) return event.preventDefault();
    leaving = true;
  });
  return { changed, isDirty: () => dirty };
};
const written = document.querySelector('form[data-writing][method="post"]');
const writing = written && writeIn(written);

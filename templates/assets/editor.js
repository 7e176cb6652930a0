// The editor of messages. Everything here only makes easier what the page's own buttons do.
'use strict';

(() => {
  const form = document.getElementById('writing');
  if (!form || form.method !== 'post') return;
  /* Enter in a line is no button; the first one of the page would be pressed. */
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target.matches('[data-line], input:not([type="checkbox"], [type="radio"])')) event.preventDefault();
    if (event.key === 's' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.querySelector('[name="op"][value="save"]').click();
    }
  });

  /* The preview follows. A new frame each time, so that Back still leads back. */
  const showAgain = form.querySelector('[data-preview]');
  const removeBefore = (frame) => {
    while (frame.previousElementSibling) frame.previousElementSibling.remove();
  };
  let shown = 0;
  const refresh = () => {
    const [old] = form.querySelectorAll('.preview__stage iframe:last-child');
    const next = old.cloneNode();
    next.removeAttribute('src');
    next.removeAttribute('loading');
    next.name = `preview${++shown}`;
    showAgain.formTarget = next.name;
    old.after(next);
    next.addEventListener('load', () => removeBefore(next));
    form.requestSubmit(showAgain);
  };
  const look = () => htmx.ajax('POST', form.action, { source: form, values: { op: 'check' }, target: '#findings', select: '#findings', swap: 'outerHTML' });
  let soon;
  const later = (wait) => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      if (!navigator.onLine) return;
      refresh();
      if (writing.isDirty()) look();
    }, wait);
  };
  form.addEventListener('input', (event) => {
    if (['view', 'width'].includes(event.target.name)) return;
    if (['language', 'theme'].includes(event.target.name)) return refresh();
    if (event.target.name === 'as') return suggest(event.target);
    count(event.target);
    later(1200);
  });
  form.addEventListener('change', (event) => event.target.name === 'as' && refresh());

  /* Whose eyes: names as one types. */
  let asked;
  const suggest = (field) => {
    clearTimeout(asked);
    asked = setTimeout(async () => {
      if (field.value.trim().length < 2) return;
      const answer = await fetch(`${form.action}/people?q=${encodeURIComponent(field.value)}`, { headers: { accept: 'application/json' } });
      if (!answer.ok) return;
      const people = await answer.json();
      document.getElementById('people').replaceChildren(
        ...people.map(({ address, name }) => Object.assign(document.createElement('option'), { value: address, textContent: name })),
      );
    }, 250);
  };

  /* How long a line is, in letters as people count them. */
  const letters = new Intl.Segmenter('ml');
  const count = (field) => {
    const shown = form.querySelector(`[data-count="${CSS.escape(field.name)}"]`);
    if (!shown) return;
    const length = [...letters.segment(field.value)].length;
    shown.textContent = String(length);
    shown.toggleAttribute('data-over', length > Number(field.dataset.most));
  };

  /* Merge fields are written where the cursor was. */
  let last = null;
  form.addEventListener('focusin', (event) => {
    if (event.target.matches('textarea, .side-cell input[lang]')) last = event.target;
  });
  for (const code of form.querySelectorAll('code[data-insert]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = code.textContent;
    button.addEventListener('click', () => {
      if (!last?.isConnected) return;
      last.focus();
      last.setRangeText(button.textContent, last.selectionStart, last.selectionEnd, 'end');
      last.dispatchEvent(new Event('input', { bubbles: true }));
    });
    code.replaceWith(button);
  }

  /* Pictures of the library. */
  const picker = document.getElementById('picker');
  let wanted = null;
  document.addEventListener('click', (event) => {
    const pick = event.target.closest('[data-pick]');
    if (pick) {
      wanted = document.getElementById(pick.dataset.pick);
      picker.showModal();
    }
    if (event.target.closest('[data-close]') || event.target === picker) picker.close();
    const one = event.target.closest('[data-src]');
    if (one && wanted) choose(one.dataset);
  });
  /* By keyboard: from the words down into the pictures, among them by arrows, Escape leaves. */
  picker?.addEventListener('keydown', (event) => {
    const all = [...picker.querySelectorAll('.picker__one')];
    const at = all.indexOf(document.activeElement);
    if (event.key === 'Enter' && event.target.id === 'picker-q') event.preventDefault();
    if (!all.length || (at < 0 && !(event.key === 'ArrowDown' && event.target.id === 'picker-q'))) return;
    const wide = all.filter(({ offsetTop }) => offsetTop === all[0].offsetTop).length;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: at < 0 ? 1 : wide, ArrowUp: -wide, Home: -all.length, End: all.length }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    if (event.key === 'ArrowUp' && at < wide) return document.getElementById('picker-q').focus();
    all[Math.max(0, Math.min(all.length - 1, at + step))].focus();
  });
  const choose = ({ src, alts }) => {
    const words = JSON.parse(alts);
    const [row] = wanted.name.split('.');
    const before = wanted.value;
    for (const field of form.querySelectorAll(`[name^="${row}."][name$=".src"]`)) {
      const same = field.name.replace(/^(k\d+)\.[\w-]+/, '$1') === wanted.name.replace(/^(k\d+)\.[\w-]+/, '$1');
      if (!same || (field !== wanted && field.value && field.value !== before)) continue;
      field.value = src;
      const language = field.name.split('.')[1];
      const alt = document.getElementById(field.name.replace(/src$/, 'alt'));
      // Words about another picture would be worse than none.
      if (alt && (words[language] || src !== before)) alt.value = words[language] ?? '';
    }
    const { id } = wanted;
    picker.close();
    writing.changed();
    // The field is drawn anew; whoever chose by keyboard goes on from there.
    swap('show')?.then(() => document.getElementById(id)?.focus());
  };
  const swap = (op) => htmx.ajax('POST', form.action, { source: form, values: { op }, target: '#editor', select: '#editor', swap: 'outerHTML' });

  /* Text in an old font is told apart when its field is left. */
  form.addEventListener('focusout', async ({ target }) => {
    if (!target.matches('.side-cell textarea, .side-cell input[lang]') || target.value.length < 24) return;
    const box = target.closest('.field');
    if (!box || !/[a-z][A-Z]|[\u00a1-\u00ff[\\\]^_`{]/.test(target.value)) return box?.querySelector('.legacy')?.remove();
    const body = new URLSearchParams({ text: target.value });
    const answer = await fetch(`${form.action}/legacy`, { method: 'POST', body, headers: { accept: 'application/json' } });
    if (!answer.ok) return;
    const { legacy } = await answer.json();
    box.querySelector('.legacy')?.remove();
    if (!legacy) return;
    const shown = document.getElementById('legacy').content.firstElementChild.cloneNode(true);
    shown.querySelector('q').textContent = legacy;
    box.append(shown);
    shown.querySelector('button').addEventListener('click', (event) => {
      event.preventDefault();
      target.value = shown.querySelector('q').textContent;
      shown.remove();
      target.dispatchEvent(new Event('input', { bubbles: true }));
    });
  });

  /* Lines of a source are numbered, and those that are at fault marked. */
  const number = (area) => {
    const list = area.previousElementSibling;
    const wrong = [...(area.closest('.field').querySelector('.error')?.textContent ?? '').matchAll(/line (\d+)/g)].map(([, line]) => Number(line));
    const lines = area.value.split('\n').length;
    if (list.childElementCount !== lines) {
      list.replaceChildren(...Array.from({ length: lines }, (_, i) => Object.assign(document.createElement('li'), { textContent: String(i + 1) })));
    }
    for (const [i, line] of [...list.children].entries()) line.toggleAttribute('data-fault', wrong.includes(i + 1));
    list.scrollTop = area.scrollTop;
  };

  /* What a fresh part of the page needs. */
  const dress = () => {
    for (const grip of form.querySelectorAll('[data-grip]')) grip.hidden = false;
    for (const pick of form.querySelectorAll('[data-pick]')) pick.hidden = false;
    for (const field of form.querySelectorAll('[data-most]')) count(field);
    for (const area of form.querySelectorAll('.numbered textarea')) {
      number(area);
      area.addEventListener('input', () => number(area));
      area.addEventListener('scroll', () => number(area));
    }
    const rows = document.getElementById('rows');
    if (rows && window.Sortable) {
      Sortable.create(rows, {
        handle: '.grip',
        animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 150,
        onEnd: () => {
          writing.changed();
          later(0);
        },
      });
    }
  };
  dress();
  if (!form.hasAttribute('data-saved')) refresh();
  document.body.addEventListener('htmx:afterSettle', ({ detail }) => {
    if (detail.target.id !== 'editor' && detail.elt.id !== 'editor') return;
    dress();
    writing.changed();
    later(0);
  });
})();

// The media library: a file dropped, a picture seen before it is sent, an id copied.
'use strict';

(() => {
  const drop = document.querySelector('[data-drop]');
  if (drop) {
    const field = drop.querySelector('input');
    const look = drop.querySelector('img');
    const show = () => {
      const [file] = field.files;
      look.hidden = !file?.type.startsWith('image/');
      if (!look.hidden) look.src = URL.createObjectURL(file);
    };
    field.addEventListener('change', show);
    for (const name of ['dragenter', 'dragover'])
      drop.addEventListener(name, (event) => {
        event.preventDefault();
        drop.setAttribute('data-over', '');
      });
    for (const name of ['dragleave', 'drop']) drop.addEventListener(name, () => drop.removeAttribute('data-over'));
    drop.addEventListener('drop', (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      field.files = event.dataTransfer.files;
      show();
    });
    const form = drop.closest('form');
    form.addEventListener('submit', (event) => {
      event.submitter?.setAttribute('aria-busy', 'true');
      if (!form.matches('[data-many]') || !window.XMLHttpRequest) return;
      event.preventDefault();
      sendAll(form, [...field.files], event.submitter);
    });
  }
  /* Each file by itself, one after the other: one that is refused stops none. Of a single one its page follows. */
  async function sendAll(form, files, button) {
    const list = form.querySelector('[data-results]');
    list.replaceChildren();
    list.hidden = false;
    button.disabled = true;
    let last = null;
    for (const file of files) last = await sendOne(form, file, { list, alone: files.length === 1 });
    button.disabled = false;
    button.removeAttribute('aria-busy');
    if (files.length === 1 && last) return location.assign(last);
    form.querySelector('input[type=file]').value = '';
    htmx.ajax('GET', '/console/media', { target: '#media-grid', select: '#media-grid', swap: 'outerHTML' });
  }
  function sendOne(form, file, { list, alone }) {
    const row = document.createElement('li');
    const bar = document.createElement('progress');
    const name = document.createElement('span');
    name.textContent = file.name;
    bar.max = 100;
    bar.setAttribute('aria-label', file.name);
    row.append(bar, name);
    list.append(row);
    const body = new FormData(form);
    body.set('file', file);
    if (!alone) for (const field of ['alt.en', 'alt.ml']) body.delete(field);
    return new Promise((done) => {
      const sending = new XMLHttpRequest();
      sending.upload.addEventListener('progress', ({ loaded, total }) => {
        bar.value = total ? Math.round((loaded / total) * 100) : 0;
      });
      sending.addEventListener('load', () => {
        const taken = sending.status < 400;
        const page = new DOMParser().parseFromString(sending.responseText, 'text/html');
        const why = page.querySelector('[role=alert]')?.textContent.trim() ?? form.dataset.broken;
        told(row, { look: taken ? 'sent' : 'failed', word: taken ? form.dataset.added : form.dataset.refused });
        if (taken) name.replaceChildren(linkTo(sending.responseURL, file.name));
        else name.textContent = `${file.name}: ${why}`;
        done(taken ? sending.responseURL : null);
      });
      sending.addEventListener('error', () => {
        told(row, { look: 'failed', word: form.dataset.broken });
        done(null);
      });
      sending.open('POST', form.action);
      sending.setRequestHeader('accept', 'text/html');
      sending.send(body);
    });
  }
  function told(row, { look, word }) {
    const badge = document.createElement('span');
    badge.className = 'badge';
    badge.dataset.state = look;
    badge.textContent = word;
    row.querySelector('progress').replaceWith(badge);
  }
  function linkTo(href, text) {
    const link = document.createElement('a');
    link.href = href;
    link.textContent = text;
    return link;
  }
  for (const button of document.querySelectorAll('[data-copy]')) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.querySelector('span').textContent = button.dataset.copied;
    });
  }
})();

// A form with data-upload: says how much of the file has arrived. Without it, the form is sent as any other.
'use strict';
const form = document.querySelector('form[data-upload]');
const [input, bar, part, said] = ['input[type=file]', '[data-bar]', '[data-bar] rect:last-child', '[data-said]'].map((what) => form.querySelector(what));
const tooLong = () => {
  const file = input.files[0];
  const long = file && file.size > Number(form.dataset.upload);
  form.querySelector('[data-too-large]').hidden = !long;
  input.setAttribute('aria-invalid', String(Boolean(long)));
  return long;
};
const show = (share) => {
  bar.hidden = said.hidden = false;
  part.setAttribute('width', `${Math.round(share * 100)}%`);
  said.textContent = (share < 1 ? said.dataset.sending : said.dataset.reading).replace('%', `${Math.round(share * 100)} %`);
};
input.addEventListener('change', tooLong);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (tooLong()) return input.focus();
  const sending = new XMLHttpRequest();
  const button = form.querySelector('button');
  button.disabled = true;
  sending.upload.addEventListener('progress', ({ loaded, total }) => show(total ? loaded / total : 0));
  sending.addEventListener('load', () => {
    if (sending.status < 400) return location.assign(sending.responseURL);
    // Not taken: the same page again, which says why.
    const page = new DOMParser().parseFromString(sending.responseText, 'text/html');
    const notice = page.querySelector('[role=alert]');
    bar.hidden = said.hidden = true;
    button.disabled = false;
    form.querySelector('[role=alert]')?.remove();
    if (notice) form.prepend(document.adoptNode(notice));
    else location.reload();
  });
  sending.addEventListener('error', () => {
    button.disabled = false;
    bar.hidden = true;
    said.textContent = said.dataset.broken;
  });
  show(0);
  sending.open('POST', form.action);
  sending.setRequestHeader('accept', 'text/html');
  sending.send(new FormData(form));
});

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
    drop.closest('form').addEventListener('submit', (event) => event.submitter?.setAttribute('aria-busy', 'true'));
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

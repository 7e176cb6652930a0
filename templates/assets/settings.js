// Buttons that copy what stands beside them; without script one marks and copies by hand.
'use strict';
for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    const said = document.createElement('span');
    said.setAttribute('role', 'status');
    said.textContent = button.dataset.copied;
    button.after(said);
    setTimeout(() => said.remove(), 3000);
  });
}

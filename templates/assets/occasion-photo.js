/* Photographs of a page that is being made: what is cut off is shaded while one drags, and a chosen file goes at once. */
for (const form of document.querySelectorAll('[data-cut]')) {
  const frame = form.closest('article').querySelector('[data-frame]');
  const picture = frame?.querySelector('img');
  if (!picture) continue;
  const side = (name) => Number(form.querySelector(`[data-side="${name}"]`).value);
  form.addEventListener('input', () => {
    const [wide, high] = [picture.clientWidth, picture.clientHeight];
    const [left, top] = [picture.offsetLeft, picture.offsetTop];
    const right = frame.clientWidth - left - wide;
    const bottom = frame.clientHeight - top - high;
    const inset = [
      top + (side('top') / 100) * high,
      right + (side('right') / 100) * wide,
      bottom + (side('bottom') / 100) * high,
      left + (side('left') / 100) * wide,
    ];
    frame.style.setProperty('--cut', inset.map((px) => `${px}px`).join(' '));
    frame.style.setProperty('--cutting', '1');
  });
}

for (const chosen of document.querySelectorAll('[type="file"]')) {
  chosen.addEventListener('change', () => {
    if (!chosen.files.length) return;
    const button = chosen.form.querySelector('button');
    button.setAttribute('aria-busy', 'true');
    chosen.form.requestSubmit();
  });
}

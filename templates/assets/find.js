// Arrow keys go from the field through what was found, and back.
'use strict';
document.addEventListener('keydown', (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const field = document.getElementById('q');
  const stops = [field, ...document.querySelectorAll('[data-found] a')];
  const at = stops.indexOf(document.activeElement);
  if (!step || at < 0 || document.getElementById('palette').open) return;
  event.preventDefault();
  stops[Math.max(0, Math.min(stops.length - 1, at + step))].focus();
});

// Dragging an entry of the calendar to another day. Each has a link to a form that does the same.
'use strict';

const moving = document.getElementById('moving');
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
if (moving && window.Sortable) {
  // Most of an entry is its name: whoever takes hold of that means the entry, not the link.
  for (const link of document.querySelectorAll('.cev a')) link.draggable = false;
  for (const day of document.querySelectorAll('[data-day]')) {
    window.Sortable.create(day, {
      group: 'calendar',
      draggable: '.cev',
      filter: '.cev:not([data-revision]), button',
      preventOnFilter: false,
      sort: false,
      delay: 250,
      delayOnTouchOnly: true,
      animation: still ? 0 : 150,
      onEnd({ item, from, to }) {
        if (from === to) return;
        moving.action = item.dataset.href;
        moving.elements.day.value = to.dataset.day;
        moving.elements.revision.value = item.dataset.revision;
        moving.submit();
      },
    });
  }
}

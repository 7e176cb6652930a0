// Tells the page around this frame how the payment ended. What it tells is practice, so anybody may hear.
const { message } = document.body.dataset;
if (message && window.parent !== window) window.parent.postMessage(JSON.parse(message), '*');

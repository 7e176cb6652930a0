// Starts the gateway's own window, where its script has come. Without it the page works by forms.
{
  const button = document.querySelector('[data-checkout]');
  const Checkout = button && window[button.dataset.opens];
  if (Checkout) {
    const options = JSON.parse(button.dataset.checkout);
    const open = () => new Checkout({ ...options, modal: { ondismiss: () => location.reload() } }).open();
    button.addEventListener('click', open);
    for (const part of document.querySelectorAll('[data-scripted]')) part.hidden = false;
    for (const part of document.querySelectorAll('[data-unscripted]')) part.hidden = true;
  }
}

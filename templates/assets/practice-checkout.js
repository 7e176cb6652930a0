// Stands in for the payment company's script: `new Razorpay(options).open()` shows its form in a frame over
// the page, and gives what came of it to `handler`, or posts it to `callback_url`. No money moves.
(() => {
  const place = document.currentScript.src.replace(/\/v1\/checkout\.js.*$/, '');
  const { origin } = new URL(place);
  const SHOWN = ['order_id', 'subscription_id', 'name', 'description', 'callback_url'];

  class Razorpay {
    constructor(options) {
      if (!options?.key || !(options.order_id || options.subscription_id))
        throw new Error('key and order_id are required');
      this.options = options;
      this.listeners = [];
    }

    on(name, listener) {
      if (name === 'payment.failed') this.listeners.push(listener);
    }

    open() {
      if (this.frame) return;
      this.frame = document.createElement('iframe');
      this.frame.src = this.address();
      this.frame.title = 'Razorpay Checkout';
      const look = { position: 'fixed', inset: '0', width: '100%', height: '100%', border: '0' };
      Object.assign(this.frame.style, { ...look, zIndex: '2147483647', background: 'rgb(0 0 0 / .5)' });
      document.body.append(this.frame);
      this.frame.focus();
      this.hear = (event) => this.told(event);
      window.addEventListener('message', this.hear);
    }

    close() {
      window.removeEventListener('message', this.hear);
      this.frame?.remove();
      this.frame = undefined;
    }

    address() {
      const { options } = this;
      const query = new URLSearchParams({ key_id: options.key, lang: document.documentElement.lang || 'en' });
      for (const name of SHOWN) if (options[name]) query.set(name, options[name]);
      for (const name of ['email', 'contact']) if (options.prefill?.[name]) query.set(name, options.prefill[name]);
      return `${place}/checkout?${query}`;
    }

    told({ origin: from, source, data }) {
      if (from !== origin || source !== this.frame?.contentWindow) return;
      if (data.ended === 'failed') for (const listener of this.listeners) listener({ error: data.error });
      if (data.ended === 'left') {
        this.close();
        this.options.modal?.ondismiss?.();
      }
      if (data.ended === 'paid') this.finish(data.fields);
    }

    finish(fields) {
      const { handler, callback_url: url } = this.options;
      this.close();
      if (typeof handler === 'function') handler(fields);
      else if (url) post(url, fields);
    }
  }

  function post(url, fields) {
    const form = Object.assign(document.createElement('form'), { method: 'post', action: url, hidden: true });
    for (const [name, value] of Object.entries(fields)) {
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    }
    document.body.append(form);
    form.submit();
  }

  window.Razorpay = Razorpay;
})();

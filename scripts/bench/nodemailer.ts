import Handlebars from 'handlebars';
import nodemailer from 'nodemailer';
import { benchMail } from './seed.ts';

export interface NodemailerJob {
  port: number;
  connections: number;
  messages: number;
  /** PEM of an RSA key, to sign with. */
  dkimKey?: string;
}

/** nodemailer's pool, composing as its user would: Handlebars for the texts, sendMail for the rest. */
export async function measureNodemailer({
  port,
  connections,
  messages,
  dkimKey,
}: NodemailerJob): Promise<number> {
  const transport = nodemailer.createTransport({
    ...{ pool: true, host: '127.0.0.1', port, secure: false, ignoreTLS: true },
    ...{ maxConnections: connections, maxMessages: Number.POSITIVE_INFINITY },
    ...(dkimKey && { dkim: { domainName: 'kssm.example', keySelector: 'bench', privateKey: dkimKey } }),
  });
  const mail = benchMail('en');
  const [html, text, subject] = [mail.html, mail.text, mail.subject].map((source) =>
    Handlebars.compile(source),
  );
  const started = performance.now();
  await Promise.all(
    Array.from({ length: messages }, (_, n) => {
      const values = {
        name: `Recipient ${n}`,
        first_name: 'Recipient',
        district: 'Kollam',
        token: `token${n}`.padEnd(28, 'x'),
      };
      const filled = Object.fromEntries(
        mail.headers.map(([name, value]) => [name, value.replaceAll('{{token}}', values.token)]),
      );
      return transport.sendMail({
        from: { name: mail.fromName, address: mail.fromAddress },
        to: { name: values.name, address: `r${n}@people.example` },
        ...{ subject: subject?.(values), html: html?.(values), text: text?.(values), headers: filled },
      });
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  transport.close();
  return Math.round(messages / seconds);
}

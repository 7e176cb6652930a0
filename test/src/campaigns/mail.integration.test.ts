import { describe, expect, it } from 'vitest';
import { buildContents, buildMail } from '../../../src/campaigns/mail.ts';
import type { Message } from '../../../src/campaigns/messages.ts';
import { campaignStatus } from '../../../src/campaigns/status.ts';
import { testGround } from '../../support/ground.ts';
import { CONTENTS, newCampaign, people } from './support.ts';

const ground = testGround({
  PUBLIC_URL: 'https://wecare.example/',
  RETURN_PATH_DOMAIN: 'bounce.kssm.example',
});
const staff = people(ground);

async function message(html: string, text: string, openPixel = false): Promise<Message> {
  const { campaignId, messageId } = await newCampaign(ground, staff.author, { openPixel });
  await ground.db.messageVersion.updateMany({ where: { messageId, language: 'en' }, data: { html, text } });
  return (await campaignStatus(ground, campaignId)).messages[0] as Message;
}

const linksOf = async (messageId: string) => {
  const links = await ground.db.link.findMany({ where: { messageId }, orderBy: { id: 'asc' } });
  return new Map(links.map(({ url, code }) => [url, `https://wecare.example/l/${code}/{{token}}`]));
};

describe('the mail of a message', () => {
  it('counts clicks by short links, one code for an address in both parts', async () => {
    const sent = await message(
      `<a class="x" href="https://a.example/?a=1&amp;b=2">A</a> <a href='https://b.example/'>B</a>`,
      'A <https://a.example/?a=1&b=2>\nsee https://c.example/page_one, and (https://b.example/).',
    );
    const mail = await buildMail(ground, sent, 1, 'en');
    const links = await linksOf(sent.id);
    expect([...links.keys()].toSorted()).toEqual([
      'https://a.example/?a=1&b=2',
      'https://b.example/',
      'https://c.example/page_one',
    ]);
    const [a, b, c] = ['https://a.example/?a=1&b=2', 'https://b.example/', 'https://c.example/page_one'].map(
      (url) => links.get(url),
    );
    expect(mail.html).toBe(`<a class="x" href="${a}">A</a> <a href="${b}">B</a>`);
    expect(mail.text).toBe(`A <${a}>\nsee ${c}, and (${b}).`);
  });

  it('leaves alone what is no web address, no link, or differs by person', async () => {
    const html =
      '<a href="mailto:a@b.example">m</a><a href="tel:+914712">t</a><a href="#top">#</a>' +
      '<a href="https://x.example/?d={{district}}">d</a><img src="https://x.example/i.png">';
    const sent = await message(html, 'https://x.example/?d={{district}}');
    const mail = await buildMail(ground, sent, 1, 'en');
    expect([mail.html, mail.text]).toEqual([html, 'https://x.example/?d={{district}}']);
    expect((await linksOf(sent.id)).size).toBe(0);
  });

  it('gives the same codes when it is built again', async () => {
    const sent = await message('<a href="https://a.example/">A</a>', '');
    const first = await buildMail(ground, sent, 1, 'en');
    expect(await buildMail(ground, sent, 1, 'en')).toEqual(first);
  });

  it('puts the address of the unsubscribe page where the author wants it', async () => {
    const sent = await message('<a href="{{unsubscribe_url}}">x</a>', 'Out: {{ unsubscribe_url }}');
    const mail = await buildMail(ground, sent, 1, 'en');
    expect(mail.html).toBe('<a href="https://wecare.example/u/{{token}}">x</a>');
    expect(mail.text).toBe('Out: https://wecare.example/u/{{token}}');
  });

  it('has the headers that a bulk sender owes, with nothing personal in them', async () => {
    const sent = await message('<p>x</p>', 'x');
    const { headers, fromAddress, fromName, replyTo } = await buildMail(ground, sent, 1, 'ml');
    expect({ fromAddress, fromName, replyTo }).toEqual({
      ...{ fromAddress: 'news@kssm.example', fromName: 'We Care', replyTo: null },
    });
    expect(headers).toEqual([
      [
        'List-Unsubscribe',
        '<https://wecare.example/u/{{token}}>, <mailto:unsubscribe+{{token}}@bounce.kssm.example>',
      ],
      ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
      ['List-Id', `<${sent.id}.kssm.example>`],
      ['Feedback-ID', `${sent.campaignId}:${sent.id}:email:wecare`],
    ]);
  });

  it('counts openings only when asked to', async () => {
    const page = '<html><body><p>x</p></body></html>';
    const quiet = await buildMail(ground, await message(page, ''), 1, 'en');
    expect(quiet.html).toBe(page);
    const counted = await buildMail(ground, await message(page, '', true), 1, 'en');
    expect(counted.html).toBe(
      '<html><body><p>x</p><img src="https://wecare.example/o/{{token}}.gif" width="1" height="1" alt="" style="display:block"></body></html>',
    );
  });

  it('is made in every language it is written in, and in no other', async () => {
    const sent = await message('<p>x</p>', 'x');
    const contents = await buildContents(ground, sent);
    expect(Object.keys(contents).toSorted()).toEqual(['en', 'ml']);
    expect(contents.ml?.subject).toBe(CONTENTS.ml.subject);
    await expect(buildMail(ground, sent, 1, 'hi')).rejects.toThrow(/not written in hi/);
  });
});

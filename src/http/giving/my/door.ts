import type { Request, Response } from 'express';
import { mailDonorLink } from '../../../campaigns/donor-mails.ts';
import { normaliseEmail } from '../../../contacts/addresses.ts';
import { closeDoor } from '../../../giving/donor-link.ts';
import { readerLanguage } from '../../../reader.ts';
import { readForm } from '../../form.ts';
import { giverOf } from '../../guards.ts';
import { showPage } from '../../pages.ts';
import type { Handler, Web } from '../../web.ts';

/** Where a donor asks for the link to their own page. */
export const showDoor: Handler = (web) => (req, res) => showForm(web, { req, res });

interface Showing {
  req: Request;
  res: Response;
  email?: string;
  wrong?: boolean;
}

function showForm(web: Web, { req, res, email = '', wrong = false }: Showing): void {
  showPage(web, { req, res, name: 'my-door', status: wrong ? 422 : 200, data: { email, wrong } });
}

/** The answer is the same whether somebody gave by that mailbox or not; only its owner learns more. */
export const askLink: Handler = (web) => async (req, res) => {
  const email = readForm(req).text('email');
  const read = normaliseEmail(email);
  if (!read.ok) return showForm(web, { req, res, email, wrong: true });
  await mailDonorLink(web.ground, read.value, readerLanguage(req));
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
  showPage(web, { req, res, name: 'my-sent', data: { email: read.value } });
};

/** No link that was made until now opens anything any more, this one among them. */
export const signOut: Handler = (web) => async (req, res) => {
  const giver = giverOf(res);
  await closeDoor(web.ground, giver);
  showPage(web, { req, res, name: 'my-closed', language: giver.language });
};

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { findUser } from '../../src/access/users.ts';
import { approveMessage } from '../../src/campaigns/approvals.ts';
import { draftEdition, skipEdition } from '../../src/campaigns/newsletters/editions.ts';
import { findNewsletter } from '../../src/campaigns/newsletters/newsletters.ts';
import { pressEditions } from '../../src/campaigns/newsletters/press.ts';
import { previewEdition } from '../../src/campaigns/newsletters/preview.ts';
import { hideEdition, newsletterStatus } from '../../src/campaigns/newsletters/status.ts';
import { Refusal } from '../../src/errors.ts';
import { addTextOptions, editorOf, readWholeContents } from '../lib/campaign-options.ts';
import { shown } from '../lib/campaign-words.ts';
import { answer, table, withGround } from '../lib/cli.ts';
import { readNumbers } from '../lib/newsletter-options.ts';
import { newsletterInWords } from '../lib/newsletter-words.ts';

type Common = { json?: boolean; as: string };
type Texts = Record<string, string | boolean | string[] | undefined>;

/** What is done with the edition in the making, and with one that was sent. */
export function addEditionCommands(newsletters: Command): void {
  addDraft(newsletters);
  addApprove(newsletters);
  addPreview(newsletters);
  addSkip(newsletters);
  addHide(newsletters);
}

function addDraft(newsletters: Command): void {
  const draft = newsletters
    .command('draft <newsletter>')
    .description('draft the next edition now, from what is new or written by hand; withdraws its approval')
    .requiredOption('--as <user>', 'e-mail address of the user who drafts it')
    .option('--without <items>', 'numbers of items that wait, as 3,5')
    .option('--json', 'answer in JSON');
  addTextOptions(draft).action((wish: string, options: Common & Texts & { without?: string }) =>
    withGround(async (ground) => {
      const newsletter = await findNewsletter(ground, wish);
      await pressEditions(ground);
      const editor = await editorOf(ground, options.as);
      const contents = await readWholeContents(options);
      const byHand = Object.keys(contents).length ? { contents } : {};
      const drafted = await draftEdition(ground, {
        newsletter,
        editor,
        ...byHand,
        without: readNumbers(options.without),
      });
      const status = await newsletterStatus(ground, newsletter);
      answer(options, drafted, () => newsletterInWords(status));
    }),
  );
}

function addApprove(newsletters: Command): void {
  newsletters
    .command('approve <newsletter>')
    .description('approve the edition that is drafted, by somebody who wrote none of it')
    .requiredOption('--as <user>', 'e-mail address of the user who approves')
    .option('--reference <number>', 'its e-Office or G.O. number')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: Common & { reference?: string }) =>
      withGround(async (ground) => {
        const newsletter = await findNewsletter(ground, wish);
        const { next } = await newsletterStatus(ground, newsletter);
        if (next?.state !== 'drafted') {
          throw new Refusal(
            `No edition of ${newsletter.slug} is drafted, so there is nothing to approve yet.`,
            409,
          );
        }
        const user = await findUser(ground, options.as);
        const approval = await approveMessage(
          ground,
          { messageId: newsletter.messageId, user },
          options.reference,
        );
        const status = await newsletterStatus(ground, newsletter);
        answer(options, { ...approval, edition: next.number }, () => newsletterInWords(status));
      }),
    );
}

function addPreview(newsletters: Command): void {
  newsletters
    .command('preview <newsletter>')
    .description('write the next edition as HTML files, one for each language')
    .option('--to <folder>', 'where the files go', '.')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: { json?: boolean; to: string }) =>
      withGround(async (ground) => {
        const newsletter = await findNewsletter(ground, wish);
        const { drafted, languages } = await previewEdition(ground, newsletter);
        await mkdir(options.to, { recursive: true });
        const files: { language: string; subject: string; file: string; bytes: number }[] = [];
        for (const { language, subject, html } of languages) {
          const file = path.join(options.to, `${newsletter.slug}.${language}.html`);
          await writeFile(file, html);
          files.push({ language, subject, file, bytes: Buffer.byteLength(html) });
        }
        const head = drafted
          ? 'The edition that is drafted:'
          : 'Not drafted yet; from what is new now it would be:';
        answer(options, { drafted, files }, () => `${head}\n${table(files)}`);
      }),
    );
}

function addSkip(newsletters: Command): void {
  newsletters
    .command('skip <newsletter>')
    .description('do not send the next edition; its items wait for the one after')
    .requiredOption('--reason <text>', 'why, as its run then says')
    .option('--as <user>', 'e-mail address of the user who skips it')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: { json?: boolean; as?: string; reason: string }) =>
      withGround(async (ground) => {
        const newsletter = await findNewsletter(ground, wish);
        const { actor } = await editorOf(ground, options.as);
        const edition = await skipEdition(ground, newsletter, { reason: options.reason, actor });
        await pressEditions(ground);
        const status = await newsletterStatus(ground, newsletter);
        answer(
          options,
          edition,
          () =>
            `The edition of ${shown(edition.dueAt, newsletter)} is skipped.\n${newsletterInWords(status)}`,
        );
      }),
    );
}

function addHide(newsletters: Command): void {
  newsletters
    .command('hide <newsletter> <edition>')
    .description('take the page of an edition off the web and out of the feeds')
    .requiredOption('--as <user>', 'e-mail address of the user who does it')
    .option('--undo', 'put it back')
    .option('--json', 'answer in JSON')
    .action((wish: string, number: string, options: Common & { undo?: boolean }) =>
      withGround(async (ground) => {
        const newsletter = await findNewsletter(ground, wish);
        const [edition = 0] = readNumbers(number);
        const hidden = !options.undo;
        await hideEdition(
          ground,
          { newsletter, number: edition, hidden },
          await findUser(ground, options.as),
        );
        const words = hidden
          ? 'is off the web. What was mailed cannot be called back'
          : 'is on the web again';
        answer(options, { edition, hidden }, () => `Edition ${edition} of ${newsletter.slug} ${words}.`);
      }),
    );
}

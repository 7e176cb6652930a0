import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import { joined, kept, say } from '../../src/say.ts';
import { readSentences, sentenceIn } from '../../src/sentences.ts';
import { readSpoken } from '../support/sentences.ts';

/** Where a refusal may be a bare English text, since no page shows it. */
const FOR_ADMINISTRATORS = [
  'src/access/answers.ts', // Idempotency-Key: the API
  'src/campaigns/check/check.ts', // a file on the command line, or the API
  'src/config.ts', // at the start
  'src/contacts/csv/rejects.ts', // a file on the command line
  'src/deliveries/phone/reports.ts', // the answer to a network
  'src/deliveries/restored.ts', // by the command line
  'src/deliveries/returns/hooks.ts', // the answer to a vendor
  'src/deliveries/returns/mailbox.ts', // a setting, told in the log and by the command line
  'src/errors.ts', // hands on what it is given
  'src/giving/inbox.ts', // the answer to a gateway
  'src/http/api/', // the API
  'src/http/guards.ts', // /metrics
  'src/http/server.ts', // at the start
  'src/keys.ts', // at the start, and by the command line
  'src/listen.ts', // at the start
  'src/log-files.ts', // at the start
  'src/sandbox/server.ts', // at the start
];

/** What zod says by itself of texts and lists. */
const BY_ZOD = /^(Too (small|big): expected (string|array) to have|Invalid input: expected) /;

/** What a page says without the command may need fewer values. */
const COMMAND = /wecare |--[a-z]/;

const holesOf = (text: string): string[] => [...new Set(text.match(/\{\d+\}/g))].sort();
const hasWords = (key: string): boolean => /\p{L}/u.test(key.replace(/\{\d+\}/g, ''));

const { keys, bare, unsaid, source } = readSpoken(path.resolve('.'));
const written = (key: string) => key.split(/\{\d+\}/).every((part) => source.includes(part));

describe('what the engine says in Malayalam', () => {
  const malayalam = readSentences('ml');
  const worded = [...keys].filter(hasWords);

  it('is all that a page may show', () => {
    expect(worded.length).toBeGreaterThan(200);
    expect(worded.filter((key) => !Object.hasOwn(malayalam, key))).toEqual([]);
  });

  it('is nothing that nobody says any more', () => {
    const known = (key: string) => keys.has(key) || BY_ZOD.test(key) || written(key);
    expect(Object.keys(malayalam).filter((key) => !known(key))).toEqual([]);
  });

  it('takes the same values as in English', () => {
    for (const [key, text] of Object.entries(malayalam))
      if (!COMMAND.test(key)) expect(holesOf(text), key).toEqual(holesOf(key));
      else expect(holesOf(key), key).toEqual(expect.arrayContaining(holesOf(text)));
  });

  it('is made of sentences that a catalogue can know', () => {
    const known = (place: string) => FOR_ADMINISTRATORS.some((file) => place.startsWith(file));
    expect(bare.filter((place) => !known(place))).toEqual([]);
    expect(FOR_ADMINISTRATORS.filter((file) => !bare.some((place) => place.startsWith(file)))).toEqual([]);
  });

  it('is what the console takes, never the message of a refusal', () => {
    expect(unsaid).toEqual([]);
  });

  it('is written with Unicode chillus and Latin digits', () => {
    const text = Object.values(malayalam).join('\n');
    expect(text).not.toMatch(/[ണനരലളക]്\u200d/u);
    expect(text).not.toMatch(/[൦-൯]/u);
  });
});

describe('what the engine says on an English page', () => {
  const english = readSentences('en');

  it('is said by somebody, and names no command', () => {
    expect(Object.keys(english).filter((key) => !keys.has(key) && !written(key))).toEqual([]);
    expect(Object.values(english).filter((text) => /wecare |--[a-z]/.test(text))).toEqual([]);
  });

  it('takes no value that the engine does not give', () => {
    for (const [key, text] of Object.entries(english))
      expect(holesOf(key), key).toEqual(expect.arrayContaining(holesOf(text)));
  });

  it('leads to a page where the command line names a command', () => {
    const refusal = new Refusal(
      say`There is no campaign ${'"Onam"'}. "wecare campaign list" shows them all.`,
    );
    expect(sentenceIn('en', refusal)).toBe('There is no campaign "Onam". Campaigns shows them all.');
    expect(refusal.message).toContain('wecare campaign list');
  });
});

describe('a sentence', () => {
  const refusal = new Refusal(say`There is no list "${'{0} $& <b>'}". Lists: ${say`none yet`}.`, 404);

  it('is English to programs and Malayalam to whoever reads that', () => {
    expect(refusal.message).toBe('There is no list "{0} $& <b>". Lists: none yet.');
    expect(sentenceIn('en', refusal)).toBe(refusal.message);
    expect(sentenceIn('ml', refusal)).toBe('"{0} $& <b>" എന്ന പട്ടികയില്ല. ഉള്ള പട്ടികകൾ: ഇതുവരെ ഒന്നുമില്ല.');
  });

  it('may be several, and stays English where no catalogue knows it', () => {
    const both = new Refusal(joined([say`A body begins with <mjml>.`, say`Nobody translated ${7}.`], '\n'));
    expect(both.message).toBe('A body begins with <mjml>.\nNobody translated 7.');
    expect(sentenceIn('ml', both)).toBe('ഉള്ളടക്കം <mjml> എന്നു തുടങ്ങണം.\nNobody translated 7.');
    expect(sentenceIn('ml', new Refusal('Set HOST right.'))).toBe('Set HOST right.');
  });

  it('is found again where it was kept as English text', () => {
    const line = 'In the body, line 4, column 2: <mj-text> is not closed. Add </mj-text>.';
    expect(sentenceIn('ml', kept(line))).toBe(
      'ഉള്ളടക്കത്തിൽ, വരി 4, സ്ഥാനം 2: <mj-text> അടച്ചിട്ടില്ല. </mj-text> ചേർക്കുക.',
    );
    expect(sentenceIn('ml', kept('It holds control characters or broken letters. Type them anew.'))).toMatch(
      /^ഇതിൽ .*ടൈപ്പ് ചെയ്യുക\.$/,
    );
    expect(
      sentenceIn(
        'ml',
        kept(
          'Warm-up of a.example: the 50 mails of 24 hours have gone. It goes on by itself on 28 November 2026, 12:00 am IST.',
        ),
      ),
    ).toBe('a.example പരിചയപ്പെടുത്തൽ: 24 മണിക്കൂറിലെ 50 മെയിലും പോയി. 2026 നവംബർ 28, രാത്രി 12:00 IST-ന് താനേ തുടരും.');
    expect(sentenceIn('ml', kept('Onam is near, a list of gifts'))).toBe('Onam is near, a list of gifts');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultOf } from '../../../src/sandbox/faults.ts';
import { openInbox } from '../../../src/sandbox/inbox.ts';

const at = new Date('2026-11-21T06:30:00Z');
const mail = (to: string, size = 100) => ({
  at,
  from: 'a@b.example',
  to: [to],
  cut: false,
  source: Buffer.alloc(size, 'x'),
});

describe('the inbox', () => {
  it('keeps the newest within both bounds and counts what it let go', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 60 });
    fc.assert(
      fc.property(sizes, (all) => {
        const inbox = openInbox({ mails: 10, bytes: 1000 });
        const ids = all.map((size) => inbox.add(mail('c@d.example', size)).id);
        const kept = ids.filter((id) => inbox.get(id));
        const bytes = kept.reduce((sum, id) => sum + (inbox.get(id)?.source.length ?? 0), 0);
        expect(kept).toEqual(ids.slice(ids.length - kept.length));
        expect(kept.length).toBeLessThanOrEqual(10);
        expect(bytes).toBeLessThanOrEqual(1000);
        expect(inbox.count()).toEqual({ kept: kept.length, dropped: ids.length - kept.length });
      }),
    );
  });

  it('keeps a single mail that is larger than all the room', () => {
    const inbox = openInbox({ mails: 10, bytes: 1000 });
    expect(inbox.get(inbox.add(mail('c@d.example', 5000)).id)).toBeDefined();
  });

  it('gives the newest first', async () => {
    const inbox = openInbox({ mails: 10, bytes: 1000 });
    for (const to of ['one@d.example', 'two@d.example']) inbox.add(mail(to));
    expect((await inbox.find('')).map(({ to }) => to[0])).toEqual(['two@d.example', 'one@d.example']);
    expect((await inbox.find('ONE')).map(({ to }) => to[0])).toEqual(['one@d.example']);
  });
});

it('reads the fault from the word before the @', () => {
  const of = [
    'defer@a.example',
    'defer+2@a.example',
    'Slow.7@a.example',
    'unknown-x@a.example',
    'drop12@a.example',
  ];
  expect(of.map(faultOf)).toEqual(['defer', 'defer', 'slow', 'unknown', 'drop']);
  expect(['deferred@a.example', 'a.defer@a.example', 'defer'].map(faultOf)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

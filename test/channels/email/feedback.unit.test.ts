import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeedbackEvent } from '../../../channels/email/feedback/event.ts';
import { readMailgun } from '../../../channels/email/feedback/mailgun.ts';
import { readPostmark } from '../../../channels/email/feedback/postmark.ts';
import { readSendgrid } from '../../../channels/email/feedback/sendgrid.ts';
import { readSes } from '../../../channels/email/feedback/ses.ts';
import { fetchFromSns, isSnsAddress, isSnsCertificate } from '../../../channels/email/feedback/sns.ts';
import * as vendor from '../../support/vendors.ts';

const brief = (events: FeedbackEvent[]) =>
  events.map(({ kind, reason, hard }) => `${kind} ${reason} ${hard}`);
const address = 'jane@example.com';

describe('what a vendor says', () => {
  it('is hard for an address that does not exist, and not for a refusal of the mail', () => {
    const ses = (bounce: Record<string, unknown>) =>
      brief(readSes({ Message: JSON.stringify({ notificationType: 'Bounce', bounce, mail: {} }) }));
    const one = (diagnosticCode: string) => [{ emailAddress: address, diagnosticCode }];
    expect(ses({ bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: address }] })).toEqual([
      'bounce userunknown true',
    ]);
    expect(
      ses({ bounceType: 'Permanent', bouncedRecipients: one('smtp; 550 5.7.1 blocked as spam') }),
    ).toEqual(['bounce spamdetected false']);
    expect(ses({ bounceType: 'Transient', bouncedRecipients: one('smtp; 550 5.1.1 user unknown') })).toEqual([
      'bounce userunknown false',
    ]);
  });

  it('takes the events that SES publishes by a configuration set as well', () => {
    const { notificationType, ...told } = vendor.sesBounce({ source: 'a@b.example', address });
    const events = readSes({ Message: JSON.stringify({ eventType: notificationType, ...told }) });
    expect(events).toMatchObject([{ address, hard: true, returnPath: 'a@b.example' }]);
  });

  it.each([
    [
      'HardBounce',
      'smtp;550 5.1.1 The email account that you tried to reach does not exist',
      'bounce userunknown true',
    ],
    ['SoftBounce', 'smtp;452 4.2.2 The email account is over quota', 'bounce mailboxfull false'],
    ['SpamNotification', '', 'bounce undefined false'],
    ['Transient', '', 'delayed undefined false'],
    ['AutoResponder', '', 'other undefined false'],
    ['Unsubscribe', '', 'complaint feedback false'],
  ])('Postmark: %s', (type, details, expected) => {
    const told = { ...vendor.postmark({ id: 1, address, type, details }), Details: details, Description: '' };
    expect(brief(readPostmark(told))).toEqual([expected]);
    expect(readPostmark({ ...vendor.postmark({ id: 1, address }), RecordType: 'Open' })).toEqual([]);
  });

  it('SendGrid: a drop counts where the address is why', () => {
    const dropped = (reason: string) => ({ event: 'dropped', email: address, reason, sg_event_id: '1' });
    expect(brief(readSendgrid([dropped('Bounced Address'), dropped('Spam Reporting Address')]))).toEqual([
      ...['bounce userunknown true', 'other userunknown true'],
    ]);
    expect(readSendgrid([{ event: 'open', email: address }])).toEqual([]);
  });

  it('Mailgun: temporary failures are delays, and giving up is not hard', () => {
    const failed = (severity: string, reason: string) =>
      readMailgun({
        'event-data': {
          ...{ event: 'failed', severity, reason, recipient: address, id: 'x' },
          'delivery-status': { code: 451, message: '4.2.2 mailbox full' },
        },
      });
    expect(brief([...failed('temporary', 'generic'), ...failed('permanent', 'old')])).toEqual([
      ...['delayed mailboxfull false', 'bounce mailboxfull false'],
    ]);
  });

  it('is read without a fault whatever it is', () => {
    const anything = fc.anything({ maxDepth: 4, withNullPrototype: true });
    fc.assert(
      fc.property(anything, fc.json(), (value, json) => {
        for (const read of [readSes, readPostmark, readSendgrid, readMailgun]) {
          for (const body of [value, JSON.parse(json), { Message: json }, [value], { 'event-data': value }])
            for (const event of read(body)) expect(event.address).not.toMatch(/[\0A-Z]/);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('addresses that are fetched on SNS’s word', () => {
  it('are those of SNS itself', () => {
    expect(isSnsCertificate('https://sns.ap-south-1.amazonaws.com/SimpleNotificationService-0a1b.pem')).toBe(
      true,
    );
    expect(isSnsAddress('https://sns.cn-north-1.amazonaws.com.cn/?Action=ConfirmSubscription&Token=1')).toBe(
      true,
    );
    for (const wrong of [
      'http://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
      'https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem',
      'https://evil.example/sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
      'https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-1.pem',
      'https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-1.pem',
      'https://sns.us-east-1.amazonaws.com#@evil.example/',
      'https://s3.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
      'https://169.254.169.254/latest/meta-data/',
      'https://sns..amazonaws.com/x',
      'file:///etc/passwd',
      'nonsense',
    ])
      expect(isSnsCertificate(wrong), wrong).toBe(false);
  });

  it('are fetched without redirects, in time, and only so far', async () => {
    const asked: [string, RequestInit][] = [];
    const answering =
      (body: string, status = 200) =>
      async (url: string, init: RequestInit) => {
        asked.push([url, init]);
        return new Response(body, { status });
      };
    const address = 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem';
    expect(await fetchFromSns(address, answering('PEM'))).toBe('PEM');
    expect(asked[0]?.[1]).toMatchObject({ redirect: 'error', signal: expect.any(AbortSignal) });
    await expect(fetchFromSns(address, answering('no', 404))).rejects.toThrow(/404/);
    await expect(fetchFromSns(address, answering('x'.repeat(70_000)))).rejects.toThrow(/64 KB/);
    await expect(fetchFromSns('https://evil.example/', answering('PEM'))).rejects.toThrow(
      /no address of SNS/,
    );
    expect(asked).toHaveLength(3);
  });
});

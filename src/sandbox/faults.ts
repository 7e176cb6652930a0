/** What can be practised, by the word before the @ of a recipient. */
export const faults = ['defer', 'grey', 'full', 'unknown', 'reject', 'drop', 'slow'] as const;
export type Fault = (typeof faults)[number];

/** An answer with which smtp-server refuses. */
export interface Reply extends Error {
  responseCode: number;
}

const REPLIES: Partial<Record<Fault, [code: number, text: string]>> = {
  defer: [451, '4.3.2 The practice server asks you to try later'],
  grey: [451, '4.7.1 Greylisted, try again in a moment'],
  full: [452, '4.2.2 The mailbox is full'],
  unknown: [550, '5.1.1 There is no such mailbox'],
  reject: [554, '5.7.1 The practice server refuses this mail'],
};

/** `defer@`, `defer+2@`, `defer.family@` all name the fault `defer`. */
export function faultOf(address: string): Fault | undefined {
  const [, word = ''] = /^([a-z]+)(?:[+._\d-][^@]*)?@/i.exec(address) ?? [];
  return faults.find((fault) => fault === word.toLowerCase());
}

export function replyOf(fault: Fault): Reply | undefined {
  const reply = REPLIES[fault];
  return reply && Object.assign(new Error(reply[1]), { responseCode: reply[0] });
}

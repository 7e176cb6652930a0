import { isIPv6 } from 'node:net';

/** Whom an address stands for: itself, or its /64, which one household or phone has whole (RFC 6177). */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip;
  if (/^::ffff:\d+\./i.test(ip)) return ip.slice(7);
  const [head = '', tail = ''] = ip.split('::');
  const front = head.split(':').filter(Boolean);
  const back = tail.split(':').filter(Boolean);
  const zeros = ip.includes('::') ? Array(8 - front.length - back.length).fill('0') : [];
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { program, run } from './programs.ts';

export interface PostfixOptions {
  /** A folder of its own that every user may enter. */
  dir: string;
  /** Takes everything from us, as a government's relay does, and says later what came of it. */
  relayPort: number;
  /** The server of people.example, which refuses some. */
  receiverPort: number;
  /** Domains of return paths, and the LMTP port at which what comes back is handed over. */
  returns: Record<string, number>;
  /** Recipient and the answer it gets at RCPT; everybody else is taken and thrown away. */
  refused: Record<string, string>;
}

/** Starts a postfix of its own, apart from one that this computer may have. @returns how to stop it */
export async function startPostfix(options: PostfixOptions): Promise<() => Promise<void>> {
  const postfix = program('postfix', 'postfix');
  const config = path.join(options.dir, 'etc');
  const [queue, data] = [path.join(options.dir, 'queue'), path.join(options.dir, 'data')];
  for (const folder of [config, queue, data]) await mkdir(folder, { recursive: true });
  await writeFile(path.join(config, 'main.cf'), mainCf(options, { queue, data }));
  await writeFile(path.join(config, 'master.cf'), masterCf(options));
  const refused = Object.entries(options.refused).map(([address, answer]) => `${address} ${answer}\n`);
  await writeFile(path.join(config, 'refused'), refused.join(''));
  await run(program('postmap', 'postfix'), ['-c', config, `texthash:${path.join(config, 'refused')}`]).catch(
    () => undefined, // a texthash is read as it is
  );
  await run('/bin/chown', ['postfix', data]);
  await run(postfix, ['-c', config, 'start']);
  return () => run(postfix, ['-c', config, 'stop']);
}

function mainCf({ dir, receiverPort, returns }: PostfixOptions, own: { queue: string; data: string }) {
  const lmtp = Object.entries(returns).map(([domain, port]) => `{ ${domain} = lmtp:inet:127.0.0.1:${port} }`);
  return `compatibility_level = 3.6
queue_directory = ${own.queue}
data_directory = ${own.data}
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.kssm.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_host_lookup = native
smtp_dns_support_level = disabled
transport_maps = inline:{ { people.example = smtp:[127.0.0.1]:${receiverPort} }, ${lmtp.join(', ')} }
maximal_queue_lifetime = 0
bounce_queue_lifetime = 1h
maillog_file = ${path.join(dir, 'postfix.log')}
maillog_file_prefixes = /
`;
}

/** The services that Debian's own master.cf has; the second smtpd plays the server of the recipients. */
function masterCf({ dir, relayPort, receiverPort }: PostfixOptions): string {
  const refused = `check_recipient_access texthash:${path.join(dir, 'etc', 'refused')}, permit`;
  return `127.0.0.1:${relayPort} inet n - n - - smtpd
127.0.0.1:${receiverPort} inet n - n - - smtpd
  -o { smtpd_recipient_restrictions = ${refused} }
  -o smtpd_relay_restrictions=permit_mynetworks,reject
  -o content_filter=discard:
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;
}

import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { until } from '../lib/scratch.ts';
import { end, program, run } from './programs.ts';

export interface DovecotOptions {
  /** A folder of its own that every user may enter. */
  dir: string;
  imapPort: number;
  lmtpPort: number;
  password: string;
}

/**
 * Starts a dovecot of its own with one mailbox, `bounce`, which takes every address `bounce+…` by LMTP.
 * @returns how to stop it
 */
export async function startDovecot(options: DovecotOptions): Promise<() => Promise<void>> {
  const dovecot = program('dovecot', 'dovecot-imapd dovecot-lmtpd');
  const file = path.join(options.dir, 'dovecot.conf');
  const mail = path.join(options.dir, 'mail');
  await mkdir(mail, { recursive: true });
  await run('/bin/chown', ['nobody', mail]);
  await writeFile(file, conf(options, mail));
  const child = spawn(dovecot, ['-F', '-c', file], { stdio: 'ignore' });
  await until(() => answers(options.imapPort), 'dovecot answers', 100);
  await until(() => answers(options.lmtpPort), 'its LMTP answers', 100);
  return () => end(child);
}

const conf = ({ dir, imapPort, lmtpPort, password }: DovecotOptions, mail: string) => `
protocols = imap lmtp
base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_username_format = %Ln
recipient_delimiter = +
mail_location = maildir:${mail}/%n
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
default_internal_user = dovecot
default_login_user = dovenull
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${mail}/%n
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtpPort}
  }
}
protocol lmtp {
  postmaster_address = postmaster@kssm.example
}
`;

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => done(true)).once('error', () => done(false));
    socket.once('data', () => socket.destroy());
  });
}

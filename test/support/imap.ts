import { type AddressInfo, createServer, type Socket } from 'node:net';

interface Kept {
  uid: number;
  source: Buffer;
  flags: Set<string>;
}

export interface ImapServer {
  port: number;
  /** Mails by folder, in the order of their UIDs. */
  folders: Map<string, Kept[]>;
  uidValidity: number;
  deliver(mail: string | Buffer, folder?: string): number;
  /** Cuts the connection when a command that begins so has been heard so often. */
  cutAt(command: string, times?: number): void;
  heard: string[];
  close(): Promise<void>;
}

/** As much of IMAP4rev1 (RFC 3501), UIDPLUS and MOVE as a reader of one mailbox asks for. */
export async function openImap(user: string, password: string): Promise<ImapServer> {
  const sockets = new Set<Socket>();
  const cuts = new Map<string, number>();
  let uid = 0;
  const imap: ImapServer = {
    ...{
      port: 0,
      uidValidity: 7,
      heard: [],
      folders: new Map([
        ['INBOX', []],
        ['Done', []],
      ]),
    },
    deliver(mail, folder = 'INBOX') {
      imap.folders.get(folder)?.push({ uid: ++uid, source: Buffer.from(mail), flags: new Set() });
      return uid;
    },
    cutAt: (command, times = 1) => void cuts.set(command, times),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    const session = openSession(imap, `"${user}" "${password}"`, () => ++uid);
    socket.write('* OK [CAPABILITY IMAP4rev1 UIDPLUS MOVE] ready\r\n');
    let buffer = '';
    socket.on('data', (chunk) => {
      buffer += chunk.toString('latin1');
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (!answer(socket, line)) return;
      }
    });
    const answer = (to: Socket, line: string): boolean => {
      const [, tag = '*', command = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
      imap.heard.push(command);
      const cut = [...cuts.keys()].find((start) => command.startsWith(start));
      if (cut) {
        const left = (cuts.get(cut) ?? 1) - 1;
        cuts.set(cut, left);
        if (left <= 0) cuts.delete(cut);
        if (left <= 0) return !to.destroy();
      }
      to.write(Buffer.concat([...session(command), Buffer.from(`${tag} ${session.result()}\r\n`)]));
      if (/^LOGOUT/i.test(command)) to.end();
      return true;
    };
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  imap.port = (server.address() as AddressInfo).port;
  return imap;
}

function openSession(imap: ImapServer, login: string, nextUid: () => number) {
  let folder = 'INBOX';
  let said = 'OK done';
  const mails = () => imap.folders.get(folder) ?? [];
  const line = (text: string) => [Buffer.from(`* ${text}\r\n`)];
  const chosen = (set: string) => mails().filter((mail) => inSet(set, mail.uid, mails().at(-1)?.uid ?? 0));
  const remove = (which: Kept[]) => {
    const gone = which.map((mail) => mails().indexOf(mail)).sort((a, b) => b - a);
    for (const at of gone) mails().splice(at, 1);
    return gone.flatMap((at) => line(`${at + 1} EXPUNGE`));
  };
  const commands: [RegExp, (...parts: string[]) => Buffer[]][] = [
    [/^CAPABILITY/i, () => line('CAPABILITY IMAP4rev1 UIDPLUS MOVE')],
    [
      /^LOGIN (.*)$/i,
      (given = '') => {
        if (given.replaceAll('"', '') !== login.replaceAll('"', '')) said = 'NO [AUTHENTICATIONFAILED] wrong';
        return [];
      },
    ],
    [/^LIST "" "?([^"]*)"?$/i, (name = '') => line(`LIST () "/" "${name || ''}"`)],
    [
      /^(?:SELECT|EXAMINE) "?([^"]+)"?/i,
      (name = '') => {
        if (!imap.folders.has(name)) said = 'NO [NONEXISTENT] no such folder';
        folder = name;
        const { uidValidity } = imap;
        return [
          ...line('FLAGS (\\Seen \\Deleted)'),
          ...line('OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] ok'),
          ...line(`${mails().length} EXISTS`),
          ...line('0 RECENT'),
          ...line(`OK [UIDVALIDITY ${uidValidity}] ok`),
          ...line('OK [UIDNEXT 1000] ok'),
        ];
      },
    ],
    [
      /^UID SEARCH UID (\S+)$/i,
      (set = '') =>
        line(
          `SEARCH ${chosen(set)
            .map((m) => m.uid)
            .join(' ')}`,
        ),
    ],
    [
      /^UID FETCH (\S+) .*BODY\.PEEK\[\]<0\.(\d+)>/i,
      (set = '', most = '0') =>
        chosen(set).flatMap((mail) => {
          const part = mail.source.subarray(0, Number(most));
          const head = `* ${mails().indexOf(mail) + 1} FETCH (UID ${mail.uid} BODY[]<0> {${part.length}}\r\n`;
          return [Buffer.from(head), part, Buffer.from(')\r\n')];
        }),
    ],
    [
      /^UID STORE (\S+) \+FLAGS(?:\.SILENT)? \(?([^)]*)\)?/i,
      (set = '', flags = '') => {
        for (const mail of chosen(set)) for (const flag of flags.split(' ')) mail.flags.add(flag);
        return [];
      },
    ],
    [/^UID EXPUNGE (\S+)/i, (set = '') => remove(chosen(set).filter((mail) => mail.flags.has('\\Deleted')))],
    [
      /^UID MOVE (\S+) "?([^"]+)"?/i,
      (set = '', to = '') => {
        const moved = chosen(set);
        imap.folders.get(to)?.push(...moved.map((mail) => ({ ...mail, uid: nextUid() })));
        return remove(moved);
      },
    ],
    [
      /^STATUS "?([^" ]+)"?/i,
      (name = '') => line(`STATUS "${name}" (MESSAGES ${imap.folders.get(name)?.length ?? 0})`),
    ],
    [/^LOGOUT/i, () => line('BYE')],
    [/^(?:NOOP|ID|CLOSE|UNSELECT|NAMESPACE|ENABLE)/i, () => []],
  ];
  const run = (command: string): Buffer[] => {
    said = 'OK done';
    for (const [pattern, act] of commands) {
      const match = pattern.exec(command);
      if (match) return act(...match.slice(1));
    }
    said = 'BAD what?';
    return [];
  };
  return Object.assign(run, { result: () => said });
}

function inSet(set: string, uid: number, last: number): boolean {
  return set.split(',').some((range) => {
    const [from = '', to = from] = range.split(':');
    const [a, b] = [from, to].map((end) => (end === '*' ? last : Number(end))) as [number, number];
    return uid >= Math.min(a, b) && uid <= Math.max(a, b);
  });
}

/** The sink where postfix's is not installed: takes every message, keeps none. `node plain-sink.mjs PORT` */
import { createServer } from 'node:net';

const answers = {
  EHLO: '250-sink.example\r\n250-PIPELINING\r\n250 8BITMIME',
  DATA: '354 go on',
  QUIT: '221 bye',
};

createServer((socket) => {
  let rest = '';
  let inData = false;
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.write('220 sink.example ESMTP\r\n');
  socket.on('data', (chunk) => {
    rest += chunk;
    let out = '';
    for (;;) {
      const mark = inData ? '\r\n.\r\n' : '\r\n';
      const at = rest.indexOf(mark);
      if (at < 0) break;
      const verb = rest.slice(0, 4).toUpperCase();
      rest = rest.slice(at + mark.length);
      out += `${inData ? '250 queued' : (answers[verb] ?? '250 ok')}\r\n`;
      inData = !inData && verb === 'DATA';
    }
    if (out) socket.write(out);
  });
}).listen(Number(process.argv[2]), '127.0.0.1');

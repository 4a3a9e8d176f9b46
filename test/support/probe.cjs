// Runs in a container that shares the network of the one that is watched: prints a line of JSON a second, of what listens there and what it answers.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { get } = require('node:http');

const LISTEN = '0A';
const ANY = /^0+$/;
const LOOPBACK = /^0*100007F$|^0+1000000$|^0+FFFF00000100007F$/;

function listening() {
  const found = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(file =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map(line => line.trim().split(/\s+/))
      .filter(fields => fields[3] === LISTEN)
      .map(fields => {
        const [address, port] = fields[1].split(':');
        const host = ANY.test(address) ? '*' : LOOPBACK.test(address) ? '127.0.0.1' : address;
        return `${host}:${Number.parseInt(port, 16)}`;
      }),
  );
  return [...new Set(found)].sort();
}

function answer(port) {
  return new Promise(resolve => {
    const request = get({ host: 'localhost', port, path: '/', timeout: 10_000, headers: { connection: 'close' } }, response => {
      const hash = createHash('sha256');
      response.on('data', chunk => hash.update(chunk));
      response.on('end', () => resolve([response.statusCode, response.headers['content-type'] ?? '-', hash.digest('hex').slice(0, 12)]));
      response.on('error', () => resolve('no HTTP'));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve('no HTTP'));
  });
}

/** An answer, asked for again where none comes: some servers reset what follows at once. */
async function patientAnswer(port) {
  for (let attempt = 0; attempt < 3; attempt++) {
    const found = await answer(port);
    if (typeof found !== 'string') return found;
    await new Promise(resolve => setTimeout(resolve, 300));
  }
  return 'no HTTP';
}

/** The answer of a port; a body that isn't the same twice varies. */
async function steadyAnswer(port) {
  const [first, second] = [await patientAnswer(port), await patientAnswer(port)];
  if (typeof first === 'string' || typeof second === 'string') return 'no HTTP';
  const [status, type, body] = second;
  return `${status} ${type.replaceAll(' ', '')} ${body === first[2] ? body : 'varies'}`;
}

(async () => {
  for (;;) {
    const open = listening();
    const ports = [...new Set(open.map(each => each.slice(each.lastIndexOf(':') + 1)))];
    const answers = Object.fromEntries(await Promise.all(ports.map(async port => [port, await steadyAnswer(port)])));
    console.log(JSON.stringify({ listening: open, answers }));
    await new Promise(resolve => setTimeout(resolve, 1000));
  }
})();

const { out } = require('./config.json');
require('http').createServer((_, response) => require('fs').appendFile(out, 'x', () => response.end('ok'))).listen(3000);

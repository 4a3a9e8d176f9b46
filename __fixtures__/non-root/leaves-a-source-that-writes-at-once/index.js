const fs = require('fs');
fs.mkdirSync('/uploads', { recursive: true });
require('http').createServer((_, response) => response.end('ok')).listen(3000);

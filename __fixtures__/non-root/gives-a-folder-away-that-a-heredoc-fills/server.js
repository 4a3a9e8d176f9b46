require('node:http').createServer((_, response) => response.end('hello')).listen(3000);

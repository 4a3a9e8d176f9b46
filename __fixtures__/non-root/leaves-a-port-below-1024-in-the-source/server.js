const port = process.env.PORT || 80;
require('node:http').createServer((_, response) => response.end('hello')).listen(port);

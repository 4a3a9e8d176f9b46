require('dotenv').config();
require('http').createServer((_, response) => response.end('ok')).listen(process.env.PORT);

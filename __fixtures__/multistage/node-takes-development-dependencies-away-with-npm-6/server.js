const ms = require('ms');

require('http')
  .createServer((request, response) => response.end(ms(60000)))
  .listen(3000);

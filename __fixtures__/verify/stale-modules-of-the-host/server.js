const greeting = require('greeting');

require('http').createServer((_, answer) => answer.end(greeting)).listen(3000);

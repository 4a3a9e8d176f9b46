const { execFile } = require('node:child_process');
const http = require('node:http');

http.createServer((_, response) => execFile('ffmpeg', ['--version'], (_error, text) => response.end(text))).listen(3000);

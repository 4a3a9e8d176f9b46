const fs = require('fs');
const UPLOAD_DIR = process.env.UPLOAD_DIR || '/uploads';
require('http').createServer((request, response) => request.pipe(fs.createWriteStream(UPLOAD_DIR + '/last')).on('close', () => response.end('ok'))).listen(3000);

const fs = require('node:fs');
for (const name of fs.readdirSync('./routes')) require('./routes/' + name);

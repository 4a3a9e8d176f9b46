for (const name of ['a']) require('./routes/' + name);

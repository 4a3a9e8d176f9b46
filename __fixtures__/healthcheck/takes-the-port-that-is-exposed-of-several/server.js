const app = require('express')();
const admin = require('express')();
app.get('/', (req, res) => res.send('hello'));
app.listen(8080);
admin.listen(9090, '127.0.0.1');

const express = require('express');
const { requireLogin } = require('./login');
const app = express();
app.use(requireLogin);
app.get('/', (req, res) => res.send('hello'));
app.listen(3000);

const https = require('https');
const express = require('express');
const app = express();
app.get('/', (req, res) => res.send('hello'));
https.createServer({ key: '', cert: '' }, app).listen(8443);

require('dotenv').config();
const app = require('express')();
app.get('/', (req, res) => res.send('hello'));
app.listen(process.env.PORT || 3000);

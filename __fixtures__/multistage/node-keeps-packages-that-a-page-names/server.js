const express = require('express');
const app = express();
app.use(express.static(__dirname));
app.get('/', (_, response) => response.send('hello'));
app.listen(process.env.PORT || 3000);

const express = require('express');

const app = express();
const port = process.env.PORT || 3000;

app.use(express.json());
app.get('/health', (req, res) => {
  res.json({ status: 'ok', uptime: process.uptime() });
});
app.post('/items', (req, res) => res.sendStatus(201));

app.listen(port, () => console.log(`listening on ${port}`));

const { Client } = require('discord.js');
new Client({}).login(process.env.TOKEN);

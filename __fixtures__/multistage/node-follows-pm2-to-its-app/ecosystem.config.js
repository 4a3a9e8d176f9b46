module.exports = { apps: [{ name: 'hello', script: './server.js' }] };

module.exports = require('@next/bundle-analyzer')({ enabled: false })({});

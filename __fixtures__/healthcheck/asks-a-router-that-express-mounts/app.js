var express = require('express');
var logger = require('morgan');
var healthRouter = require('./routes/health');

var app = express();

app.use(logger('dev'));
app.use('/health', healthRouter);

module.exports = app;

require('morgan');

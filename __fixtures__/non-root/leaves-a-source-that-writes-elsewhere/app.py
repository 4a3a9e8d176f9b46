import logging

from flask import Flask

logging.basicConfig(filename='/var/log/app.log')
app = Flask(__name__)

from flask import Flask
from flask_limiter import Limiter

app = Flask(__name__)
limiter = Limiter(app=app, default_limits=["200 per day"])


@app.route("/")
def index():
    return "Hello"

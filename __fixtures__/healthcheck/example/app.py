from flask import Flask, jsonify

app = Flask(__name__)


@app.route("/")
def index():
    return "Hello"


@app.get("/healthz")
def healthz():
    return jsonify(status="ok")

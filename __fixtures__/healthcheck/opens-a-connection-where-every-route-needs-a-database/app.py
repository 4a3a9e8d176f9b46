from flask import Flask
import redis

app = Flask(__name__)
cache = redis.Redis(host="redis")


@app.route("/")
def hits():
    return str(cache.incr("hits"))


@app.route("/health")
def health():
    cache.ping()
    return "ok"


if __name__ == "__main__":
    app.run(host="0.0.0.0", debug=True)
